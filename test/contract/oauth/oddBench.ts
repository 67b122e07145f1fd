import { oauth } from '../../../src/adapters/oauth/adapter.ts';
import type { SignInUser } from '../../../src/core/adapter/signInUser.ts';
import { type OddServer, startOddServer } from '../../servers/oidcOdd.ts';
import { SkippingClock } from '../../unit/fakes.ts';
import { Harness } from '../harness.ts';

export const metadataPath = '/.well-known/oauth-authorization-server';

/** A server whose every answer is the test's own, and what a user connects to it. */
export async function beginOdd<User extends SignInUser>(user: User) {
  const harness = new Harness(oauth, new SkippingClock(Date.now()));
  harness.user = user;
  const server = await startOddServer(() => harness.clock.now());
  return { server, harness, user };
}

export async function endOdd(server: OddServer, harness: Harness): Promise<void> {
  harness.dispose();
  await server.stop();
}

/** Says where tokens are and where a browser begins, and what else is given. */
export function describeOdd({ url, answers }: OddServer, more: object = {}): void {
  answers.set(metadataPath, {
    issuer: url,
    token_endpoint: `${url}/token`,
    authorization_endpoint: `${url}/authorize`,
    ...more,
  });
}
