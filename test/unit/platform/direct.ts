import { Secret } from '../../../src/core/model/secret.ts';
import type { NetworkOptions } from '../../../src/platform/network/transport.ts';

/** By undici and through no proxy. */
export const direct: NetworkOptions = {
  stack: 'undici',
  connectMs: 5000,
  proxy: {
    isOff: true,
    proxy: new Secret(''),
    noProxy: [],
    authorization: undefined,
    checksCertificate: true,
  },
};
