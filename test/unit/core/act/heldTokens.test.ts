import assert from 'node:assert/strict';
import type { HeldTokens } from '../../../../src/core/adapter/contract.ts';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import { Secret } from '../../../../src/core/model/secret.ts';
import { firstNode, paged, setUp, signal, token } from '../oneConnection.ts';

describe('Copying a token', () => {
  const held = (value: () => Promise<Secret>): HeldTokens => ({
    has: ([target]) => target?.id === 'own',
    value,
  });

  it('hands over the value of a token that the connection holds, and writes down that it did', async () => {
    const { inventory, heldTokens, activity } = await setUp({
      ...paged([[token('own')]]),
      heldTokens: held(async () => new Secret('value-1')),
    });
    const node = await firstNode(inventory);
    assert(heldTokens.has(node));
    const handed: string[] = [];
    await heldTokens.copy(node, signal, async (value) => void handed.push(value.reveal()));
    assert.deepEqual(handed, ['value-1']);
    const [act] = await activity.acts();
    assert.deepEqual([act?.kind, act?.result.kind, act?.row?.name], ['copyToken', 'done', 'own']);
    assert(!JSON.stringify(await activity.acts()).includes('value-1'));
  });

  for (const [what, rest] of Object.entries({
    'that the connection only lists': { heldTokens: held(async () => new Secret('value-1')) },
    'of a service that hands out none': {},
  })) {
    it(`refuses a token ${what}`, async () => {
      const { inventory, heldTokens } = await setUp({ ...paged([[token('other')]]), ...rest });
      const node = await firstNode(inventory);
      assert(!heldTokens.has(node));
      await assert.rejects(
        heldTokens.copy(node, signal, async () => assert.fail('handed over')),
        { kind: 'unsupported' },
      );
    });
  }

  it('writes down that it failed where the token is gone or the clipboard takes nothing', async () => {
    const { inventory, heldTokens, activity } = await setUp({
      ...paged([[token('own')]]),
      heldTokens: held(async () => {
        throw new TokenManagerError('notFound');
      }),
    });
    const node = await firstNode(inventory);
    await assert.rejects(
      heldTokens.copy(node, signal, async () => assert.fail('handed over')),
      { kind: 'notFound' },
    );
    const [act] = await activity.acts();
    assert.deepEqual([act?.kind, act?.result.kind], ['copyToken', 'failed']);
  });
});
