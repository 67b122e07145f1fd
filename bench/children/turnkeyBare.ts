import Agent from 'undici/lib/dispatcher/agent.js';
import { P256Signer } from '../../src/adapters/turnkey/stamp.ts';
import { Secret } from '../../src/core/model/secret.ts';
import type { TurnkeyConfig } from './turnkeyConfig.ts';

/** The least there is: signs, asks for all users and parses what comes, and looks at none of it. */
export function open(config: TurnkeyConfig): () => Promise<unknown> {
  const { url, organizationId, publicKey, privateKey } = config;
  const signer = new P256Signer({ publicKey, privateKey: new Secret(privateKey) });
  const agent = new Agent({ allowH2: false });
  return () => {
    const body = JSON.stringify({ organizationId });
    const chunks: Buffer[] = [];
    return new Promise((resolve, reject) => {
      agent.dispatch(
        {
          origin: url,
          path: '/public/v1/query/list_users',
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-stamp': signer.stamp(body).reveal() },
          body,
        },
        {
          onRequestStart: () => undefined,
          onResponseStart: (_, status) => {
            if (status !== 200) {
              reject(new Error(`No users: ${status}`));
            }
          },
          onResponseData: (_, chunk) => {
            chunks.push(chunk);
          },
          onResponseEnd: () => resolve(JSON.parse(Buffer.concat(chunks).toString())),
          onResponseError: (_, error) => reject(error),
        },
      );
    });
  };
}
