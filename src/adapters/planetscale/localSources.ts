import type { LocalSource } from '../../core/adapter/localSource.ts';

/** The names that the vendor's command-line tool reads: https://planetscale.com/docs/cli/service-tokens */
export const planetScaleLocalSources: readonly LocalSource[] = [
  {
    kind: 'environment',
    variables: {
      serviceTokenId: ['PLANETSCALE_SERVICE_TOKEN_ID'],
      serviceToken: ['PLANETSCALE_SERVICE_TOKEN'],
      organization: ['PLANETSCALE_ORG'],
    },
  },
];
