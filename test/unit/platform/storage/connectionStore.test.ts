import assert from 'node:assert/strict';
import type { ConnectionIndex } from '../../../../src/core/ports.ts';
import { MementoConnectionStore } from '../../../../src/platform/storage/connectionStore.ts';
import { MemoryMemento } from '../../fakes.ts';

const index: ConnectionIndex = {
  connections: [
    {
      id: 'c1',
      adapterId: 'example',
      serviceName: 'Example',
      label: 'work',
      account: { id: '1', name: 'me' },
      settings: { baseUrl: 'https://example.com', users: ['a', 'b'] },
      revision: 'r1',
    },
  ],
  unsettled: [{ id: 'c2', since: 5 }],
};

describe('MementoConnectionStore', () => {
  it('reads what it wrote', async () => {
    const store = new MementoConnectionStore(new MemoryMemento());
    await store.write(index);
    assert.deepEqual(store.read(), index);
    store.dispose();
  });

  it('notices what another window writes, and nothing when nothing is written', async () => {
    const memento = new MemoryMemento();
    const store = new MementoConnectionStore(memento, 5);
    let changes = 0;
    const changed = new Promise<void>((resolve) => {
      store.onDidChange(() => {
        changes++;
        resolve();
      });
    });
    await memento.update('connections', structuredClone(index));
    await changed;
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.equal(changes, 1);
    assert.deepEqual(store.read(), index);
    store.dispose();
  });

  it('leaves out a damaged entry and keeps the others', async () => {
    const memento = new MemoryMemento();
    const [good] = index.connections;
    const damaged = [null, 3, {}, { ...good, revision: 4 }, { ...good, settings: { a: 1 } }, [good]];
    await memento.update('connections', { connections: [...damaged, good], unsettled: [{ id: 1 }] });
    const store = new MementoConnectionStore(memento);
    assert.deepEqual(store.read(), { connections: [good], unsettled: [] });
    store.dispose();
  });

  it('cleans names that were stored before names were cleaned', async () => {
    const memento = new MemoryMemento();
    const [good] = index.connections;
    const account = { id: '1\u202e', name: 'me\u202e\u200b\nand you' };
    const stored = [
      { ...good, serviceName: 'Exam\u2066ple', label: 'wo\u0000rk\u3164', account },
      { ...good, label: '\u200b'.repeat(4048), account },
      { ...good, label: 'a'.repeat(1000), account },
    ];
    await memento.update('connections', { connections: stored, unsettled: [] });
    const store = new MementoConnectionStore(memento);
    const read = store.read().connections;
    store.dispose();
    assert.deepEqual(
      read.map(({ serviceName, account: { id, name } }) => [serviceName, id, name]),
      stored.map(() => ['Example', account.id, 'me and you']),
    );
    assert.deepEqual(
      read.map(({ label }) => label),
      ['work', 'me and you', `${'a'.repeat(299)}…`],
    );
  });
});
