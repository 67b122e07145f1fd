import type { LocalSource } from '../../core/adapter/localSource.ts';
import { lazy } from '../support/lazy.ts';
import { parsedJson } from '../support/parsedJson.ts';
import * as z from '../support/schema.ts';
import { bareKey } from './keys.ts';

const metaFile = lazy(() => z.object({ organizations: z.array(z.string()) }));

/** The name of the key that the vendor's command-line tool uses unless told. */
const keyFile = (suffix: string) => ['turnkey', 'keys', `default.${suffix}`];

/** What the vendor's examples (variables) and https://github.com/tkhq/tkcli (files) use. */
export const turnkeyLocalSources: readonly LocalSource[] = [
  {
    kind: 'environment',
    variables: {
      baseUrl: ['TURNKEY_API_BASE_URL', 'TURNKEY_BASE_URL'],
      organizationId: ['TURNKEY_ORGANIZATION_ID'],
      apiPublicKey: ['TURNKEY_API_PUBLIC_KEY'],
      apiPrivateKey: ['TURNKEY_API_PRIVATE_KEY'],
    },
  },
  {
    kind: 'files',
    name: 'Turnkey CLI',
    paths: [keyFile('public'), keyFile('private'), keyFile('meta')],
    read: ([publicKey, privateKey, meta]) => ({
      apiPublicKey: publicKey,
      apiPrivateKey: privateKey && bareKey(privateKey),
      organizationId: metaFile().safeParse(parsedJson(meta)).data?.organizations[0],
    }),
  },
];
