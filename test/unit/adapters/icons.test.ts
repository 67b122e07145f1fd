import assert from 'node:assert/strict';
import { adapters } from '../../../src/adapters/index.ts';
import { serviceIcons } from '../../../src/core/adapter/serviceIcon.ts';
import { localize } from '../fakes.ts';
import { ApiBench } from '../publicApi/apiBench.ts';
import { adapterWith } from '../publicApi/sampleAdapter.ts';

describe('the icon of a service', () => {
  it('is its own for each that we bring, and one of ours', () => {
    const icons = adapters.map((make) => make(localize).icon);
    assert.equal(new Set(icons).size, adapters.length);
    assert(icons.every((icon) => icon !== undefined && serviceIcons.includes(icon)));
  });

  it('of another extension’s service is the sign for extensions, whatever that one asks for', async () => {
    const bench = new ApiBench();
    const adapter = adapterWith(() => ({}), {});
    bench.apiOf('some.guest').registerAdapter(Object.assign(adapter, { icon: 'verified' }));
    assert.equal((await bench.registry.get('some.guest/sample')).icon, 'extensions');
  });
});
