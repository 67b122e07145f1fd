import { P256Signer } from '../../src/adapters/turnkey/stamp.ts';
import { Secret } from '../../src/core/model/secret.ts';
import type { TurnkeyConfig } from './turnkeyConfig.ts';
import { posting } from './turnkeyPost.ts';

/** The least there is: signs, asks for all users and parses what comes, and looks at none of it. */
export function open(config: TurnkeyConfig): () => Promise<unknown> {
  const { url, organizationId, publicKey, privateKey } = config;
  const signer = new P256Signer({ publicKey, privateKey: new Secret(privateKey) });
  const post = posting(url);
  return async () => {
    const body = JSON.stringify({ organizationId });
    const headers = { 'x-stamp': signer.stamp(body).reveal() };
    return JSON.parse(await post('/public/v1/query/list_users', headers, body));
  };
}
