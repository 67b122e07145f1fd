import assert from 'node:assert/strict';
import { services as broughtServices } from '../../src/adapters/index.ts';
import { contractOf, serviceIds, services } from '../services.ts';
import { localize } from '../unit/fakes.ts';
import { adapterContract } from './adapterContract.ts';

describe('the services of the tests', () => {
  it('are those that the product brings', () => {
    const brought = broughtServices.map(({ offer }) => offer(localize).id);
    const missing = brought.filter((id) => !serviceIds.some((known) => known === id));
    const unknown = serviceIds.filter((id) => !brought.includes(id));
    assert.deepEqual(
      missing,
      [],
      `the tests know nothing of ${missing.join(', ')}: export its entry (adapter, sandbox, answers, secrets, error body, contract) as \`service\` from test/servers/<id>.ts, as docs/adding-a-service.md says${unknown.length > 0 ? `; it knows ${unknown.join(', ')}, which no adapter has for its id` : ''}`,
    );
    assert.deepEqual(unknown, [], 'src/adapters/index.ts does not list them');
  });
});

for (const id of serviceIds) {
  const contract = contractOf(id);
  if (contract) {
    adapterContract(services[id].factory(localize).displayName, contract);
  }
}
