import { turnkey } from '../../src/adapters/turnkey/index.ts';
import { openProduct } from '../product.ts';
import type { TurnkeyConfig } from './turnkeyConfig.ts';

/** Reads all users with their logins, and maps them to rows. */
export async function open(config: TurnkeyConfig): Promise<() => Promise<unknown>> {
  const product = await openProduct([turnkey]);
  const settings = {
    baseUrl: config.url,
    organizationId: config.organizationId,
    apiPublicKey: config.publicKey,
    users: [],
  };
  const { branch } = await product.connect('turnkey', settings, { apiPrivateKey: config.privateKey });
  return async () => {
    await product.inventory.refresh(branch);
    if (branch.error || branch.nodes.length === 0) {
      throw new Error(`No users: ${branch.error}`);
    }
  };
}
