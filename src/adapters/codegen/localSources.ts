import type { LocalSource } from '../../core/adapter/localSource.ts';
import { lazy } from '../support/lazy.ts';
import { parsedJson } from '../support/parsedJson.ts';
import * as z from '../support/schema.ts';

/** https://github.com/codegen-sh/codegen, src/codegen/cli/auth/token_manager.py: the first organization is the one in use. */
const authFile = lazy(() =>
  z.object({
    token: z.string(),
    organization: z.optional(z.object({ id: z.number() })),
  }),
);

/** What the vendor's command-line tool and its examples use. */
export const codegenLocalSources: readonly LocalSource[] = [
  {
    kind: 'environment',
    variables: {
      baseUrl: ['CODEGEN_API_BASE_URL'],
      token: ['CODEGEN_API_TOKEN', 'CODEGEN_API_KEY'],
      organization: ['CODEGEN_ORG_ID'],
    },
  },
  {
    kind: 'files',
    name: 'Codegen CLI',
    paths: [['codegen-sh', 'auth.json']],
    read: ([text]) => {
      const { success, data } = authFile().safeParse(parsedJson(text));
      return success ? { token: data.token, organization: data.organization?.id.toString() } : {};
    },
  },
];
