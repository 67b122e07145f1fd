import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { type AttachedGrant, AttachedGrants } from '../../../../src/adapters/planetscale/attachedGrants.ts';
import { Secret } from '../../../../src/core/model/secret.ts';
import type { Secrets } from '../../../../src/core/ports.ts';
import { anyText, isTokenManagerError, moment, property } from '../../property.ts';

/** A grant without its secrets. */
function plainPart({ client, refreshToken: _refresh, accessToken: _access, ...plain }: AttachedGrant) {
  return { ...plain, client: client.id };
}

describe('properties of attachedGrants', () => {
  property(
    'an attached grant is stored so that the next session reads the same',
    async (names: string[], values: string[], expiresAt: number | undefined, isRenewing: boolean) => {
      const [tokenId = '', tokenName = '', applicationId = '', clientId = ''] = names;
      const [secret = '', refreshToken = '', accessToken = ''] = values;
      let stored: Secrets = {};
      const io = {
        readSecrets: async () => stored,
        saveSecrets: async (changes: Readonly<Record<string, Secret | undefined>>) => {
          const entries = Object.entries({ ...stored, ...changes });
          stored = Object.fromEntries(entries.flatMap(([name, value]) => (value ? [[name, value]] : [])));
        },
      };
      const grant: AttachedGrant = {
        tokenId,
        tokenName,
        applicationId,
        client: { id: clientId, auth: 'client_secret_post', secret: new Secret(secret) },
        refreshToken: new Secret(refreshToken),
        accessToken: new Secret(accessToken),
        ...(expiresAt !== undefined && { expiresAt }),
        ...(isRenewing && { isRenewing }),
      };
      await new AttachedGrants({}, io).attach(grant);
      const next = new AttachedGrants(stored, io);
      const read = await next.newest(tokenId);
      assert(read);
      assert.deepEqual(plainPart(read), plainPart(grant));
      const secrets = [read.client.secret, read.refreshToken, read.accessToken];
      assert.deepEqual(
        secrets.map((value) => value?.reveal()),
        values,
      );
      await next.detach(tokenId);
      assert.deepEqual(stored, {});
    },
    fc.array(anyText, { minLength: 4, maxLength: 4 }),
    fc.array(anyText, { minLength: 3, maxLength: 3 }),
    fc.option(moment, { nil: undefined }),
    fc.boolean(),
  );

  property(
    'a stored grant that is damaged is refused without being quoted',
    (text: string) => {
      const io = { readSecrets: async () => ({}), saveSecrets: async () => undefined };
      assert.throws(
        () => new AttachedGrants({ 'grant:x': new Secret(`canary${text}`) }, io),
        (thrown: unknown) =>
          isTokenManagerError('configuration')(thrown) && !inspect(thrown).includes('canary'),
      );
    },
    anyText,
  );
});
