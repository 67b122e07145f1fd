import assert from 'node:assert/strict';
import { services } from '../../../src/adapters/index.ts';
import { serviceIcons } from '../../../src/core/adapter/serviceIcon.ts';
import { localize } from '../fakes.ts';
import { ApiBench } from '../publicApi/apiBench.ts';
import { adapterWith } from '../publicApi/sampleAdapter.ts';

describe('the icon of a service', () => {
  it('is its own for each that we bring, and one of ours', () => {
    const brought = services.map(({ offer }) => offer(localize));
    for (const { id, icon } of brought) {
      const others = brought
        .filter((other) => other.id !== id && other.icon === icon)
        .map((other) => other.id);
      const free = serviceIcons.filter((one) => !brought.some((other) => other.icon === one));
      assert(
        icon !== undefined && serviceIcons.includes(icon) && others.length === 0,
        `${id} has ${icon ? `the icon ${icon}${others.length > 0 ? `, as ${others.join(', ')} has` : ''}` : 'no icon'}; free: ${free.join(', ')} (src/core/adapter/serviceIcon.ts)`,
      );
    }
  });

  it('of another extension’s service is the sign for extensions, whatever that one asks for', async () => {
    const bench = new ApiBench();
    const adapter = adapterWith(() => ({}), {});
    bench.apiOf('some.guest').registerAdapter(Object.assign(adapter, { icon: 'verified' }));
    assert.equal((await bench.registry.get('some.guest/sample')).icon, 'extensions');
  });
});
