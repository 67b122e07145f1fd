import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MementoConnectionStore } from '../../../../src/platform/storage/connectionStore.ts';
import { MemoryMemento } from '../../fakes.ts';
import { property } from '../../property.ts';

function connectionLike() {
  const text = fc.oneof({ weight: 5, arbitrary: fc.string() }, fc.jsonValue());
  return fc.record({
    id: text,
    adapterId: text,
    serviceName: text,
    label: text,
    account: fc.record({ id: text, name: text }),
    settings: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.array(fc.string()), fc.jsonValue())),
  });
}

describe('properties of connectionStore', () => {
  property(
    'the connection index survives whatever it finds in the memento',
    async (found: unknown) => {
      const memento = new MemoryMemento();
      await memento.update('connections', found);
      const store = new MementoConnectionStore(memento);
      const { connections, unsettled } = store.read();
      store.dispose();
      for (const { id, label, account, settings } of connections) {
        assert([id, label, account.id, account.name].every((text) => typeof text === 'string'));
        assert(
          Object.values(settings)
            .flat()
            .every((text) => typeof text === 'string'),
        );
      }
      assert(unsettled.every(({ since }) => typeof since === 'number'));
    },
    fc.oneof(
      fc.jsonValue(),
      fc.record(
        { connections: fc.array(fc.oneof(fc.jsonValue(), connectionLike())), unsettled: fc.jsonValue() },
        { requiredKeys: [] },
      ),
    ),
  );
});
