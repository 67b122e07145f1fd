import assert from 'node:assert/strict';
import { readDescription } from '../../../src/adapters/declarative/parse.ts';
import { DescribedServices } from '../../../src/compose/describedServices.ts';
import { AdapterRegistry } from '../../../src/core/adapter/registry.ts';
import { Emitter } from '../../../src/core/event.ts';
import { failure } from '../../contract/harness.ts';
import { localize } from '../fakes.ts';

const description = (id: string, name = id) => ({
  id,
  name,
  baseUrl: 'https://shop.example',
  credential: { title: 'Key' },
  list: { route: '/keys' },
  token: { id: 'id' },
});

describe('the services that the settings describe', () => {
  let written: readonly unknown[] = [];
  let registry: AdapterRegistry;
  let services: DescribedServices;
  let changed: Emitter<void>;
  let reads = 0;
  const readapted: string[] = [];

  function begin(values: readonly unknown[]): void {
    written = values;
    changed = new Emitter<void>();
    registry = new AdapterRegistry(async () => []);
    reads = 0;
    readapted.length = 0;
    registry.onDidChange((id) => readapted.push(id));
    services = new DescribedServices(
      { services: () => written, onDidChangeServices: (listener) => changed.event(listener) },
      registry,
      async (value) => {
        reads++;
        return readDescription(value, localize);
      },
    );
  }

  afterEach(() => services.dispose());

  const ids = () => registry.registered.map(({ id }) => id);

  it('are registered without being looked at before they are needed', async () => {
    begin([description('shop', 'Shop')]);
    assert.deepEqual(ids(), ['described.shop']);
    assert.equal(reads, 0);
    assert.equal((await registry.get('described.shop')).displayName, 'Shop');
  });

  it('follow the settings, and leave alone what did not change', () => {
    begin([description('one'), description('two')]);
    readapted.length = 0;
    written = [description('one'), description('two', 'Two'), description('three')];
    changed.fire();
    assert.deepEqual(ids().sort(), ['described.one', 'described.three', 'described.two']);
    assert.deepEqual([...new Set(readapted)].sort(), ['described.three', 'described.two']);
  });

  it('are gone with their description', async () => {
    begin([description('one')]);
    written = [];
    changed.fire();
    assert.deepEqual(ids(), []);
    assert.equal((await failure(registry.get('described.one'))).code, 'no-adapter');
  });

  it('say what is wrong with a description when it is used', async () => {
    begin([{ ...description('shop'), list: { route: 'keys' } }]);
    const error = await failure(registry.get('described.shop'));
    assert.deepEqual(
      [error.kind, error.code, error.detail],
      ['configuration', 'unusable-description', 'list.route'],
    );
  });

  it('count once for each id, and not without one', () => {
    begin([description('shop', 'First'), description('shop', 'Second'), {}, null, 7, { id: '' }]);
    assert.deepEqual(
      registry.registered.map(({ id, displayName }) => [id, displayName]),
      [['described.shop', 'First']],
    );
  });
});
