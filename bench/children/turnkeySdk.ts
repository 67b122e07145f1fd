import { Turnkey } from '@turnkey/sdk-server';
import type { TurnkeyConfig } from './turnkeyConfig.ts';

/** Reads all users with the vendor's own client. */
export async function open(config: TurnkeyConfig): Promise<() => Promise<unknown>> {
  const client = new Turnkey({
    apiBaseUrl: config.url,
    apiPublicKey: config.publicKey,
    apiPrivateKey: config.privateKey,
    defaultOrganizationId: config.organizationId,
  }).apiClient();
  return () => client.getUsers({ organizationId: config.organizationId });
}
