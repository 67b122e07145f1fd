import assert from 'node:assert/strict';
import { keepOrDiscard } from '../../../../src/core/connections/keepOrDiscard.ts';

describe('what a sign-in made at the service', () => {
  const done: string[] = [];
  const signedIn = {
    discard: async () => {
      done.push('discarded');
    },
  };
  const leftBehind = () => {
    done.push('left behind');
  };

  beforeEach(() => {
    done.length = 0;
  });

  it('stays when the connection is kept', async () => {
    const kept = { id: 'a connection' };
    assert.equal(await keepOrDiscard(signedIn, async () => kept, leftBehind), kept);
    assert.deepEqual(done, []);
  });

  it('is ended when the user leaves', async () => {
    assert.equal(await keepOrDiscard(signedIn, async () => undefined, leftBehind), undefined);
    assert.deepEqual(done, ['discarded']);
  });

  it('is ended when storing fails, and the failure is told', async () => {
    const fails = async () => {
      throw new Error('no keyring');
    };
    await assert.rejects(keepOrDiscard(signedIn, fails, leftBehind), /no keyring/);
    assert.deepEqual(done, ['discarded']);
  });

  it('is told when it cannot be ended', async () => {
    const stuck = { discard: async () => Promise.reject(new Error('refused')) };
    await keepOrDiscard(stuck, async () => undefined, leftBehind);
    assert.deepEqual(done, ['left behind']);
  });

  it('is nothing where signing in makes nothing', async () => {
    await keepOrDiscard({}, async () => undefined, leftBehind);
    assert.deepEqual(done, []);
  });
});
