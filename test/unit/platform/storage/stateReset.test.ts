import assert from 'node:assert/strict';
import type { Memento } from 'vscode';
import { forgetState } from '../../../../src/platform/storage/stateReset.ts';
import { failure } from '../../../contract/harness.ts';

function memento(update: (values: Map<string, unknown>, key: string) => Promise<void>) {
  const values = new Map<string, unknown>([
    ['connections', {}],
    ['showsExpired', true],
  ]);
  function get<T>(key: string): T | undefined;
  function get<T>(key: string, fallback: T): T;
  function get(key: string, fallback?: unknown): unknown {
    return values.get(key) ?? fallback;
  }
  const state: Memento = { keys: () => [...values.keys()], get, update: (key) => update(values, key) };
  return { values, state };
}

describe('forgetting the state', () => {
  it('empties every key, whoever wrote it', async () => {
    const { values, state } = memento(async (all, key) => {
      all.delete(key);
    });
    assert.deepEqual(await forgetState(state), []);
    assert.equal(values.size, 0);
  });

  it('tells which keys are still there', async () => {
    const { state } = memento(async (all, key) => {
      if (key !== 'connections') {
        all.delete(key);
      }
    });
    assert.deepEqual(await forgetState(state), ['connections']);
  });

  it('fails as storage when it cannot be written', async () => {
    const { state } = memento(async () => {
      throw new Error('disk full');
    });
    assert.equal((await failure(forgetState(state))).kind, 'storage');
  });
});
