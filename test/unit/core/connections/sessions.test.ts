import assert from 'node:assert/strict';
import type {
  AdapterSession,
  ConnectionConfig,
  FormStep,
  ProviderAdapter,
} from '../../../../src/core/adapter/contract.ts';
import { AdapterRegistry } from '../../../../src/core/adapter/registry.ts';
import { certificateAuthorityKey } from '../../../../src/core/adapter/reservedSettings.ts';
import { choiceOf } from '../../../../src/core/adapter/service.ts';
import { Connections } from '../../../../src/core/connections/connections.ts';
import { Sessions } from '../../../../src/core/connections/sessions.ts';
import { Secret } from '../../../../src/core/model/secret.ts';
import { ManualClock, MemoryConnectionStore, MemoryCredentialStore, MemoryLogger } from '../../fakes.ts';
import { noLeases, unrecorded } from '../memoryCore.ts';

const baseUrl = 'https://api.example.com';
const address: FormStep = {
  id: 'baseUrl',
  kind: 'url',
  title: 'Address',
  prompt: 'Address',
  default: baseUrl,
};

function adapterWith(form: readonly FormStep[], opened: ConnectionConfig[] = []): ProviderAdapter {
  return {
    id: 'example',
    displayName: 'Example',
    description: '',
    form,
    signIn: async () => assert.fail('not used'),
    open: (config, io): AdapterSession => {
      opened.push(config);
      const signal = new AbortController().signal;
      return {
        list: async () => {
          await io.http(baseUrl).request({ method: 'GET', route: '/', repeat: 'reads', signal });
          return { items: [] };
        },
      };
    },
  };
}

describe('Sessions', () => {
  it('send through a transport that trusts the authority of their connection, and no other', async () => {
    const clock = new ManualClock();
    const credentials = new MemoryCredentialStore();
    const connections = new Connections(
      new MemoryConnectionStore(),
      credentials,
      clock,
      noLeases,
      unrecorded,
    );
    const opened: ConnectionConfig[] = [];
    const asked: (string | undefined)[] = [];
    const sessions = new Sessions(
      new AdapterRegistry(async () => [choiceOf(adapterWith([address], opened))]),
      connections,
      credentials,
      {
        transport: async (certificateAuthorityFile) => {
          asked.push(certificateAuthorityFile);
          return { send: async () => ({ status: 200, headers: {}, body: '{}' }) };
        },
        limits: () => ({ connectMs: 1, headersMs: 1, bodyMs: 1, maxBytes: 1 }),
        clock,
        logger: new MemoryLogger(),
        random: () => 0,
      },
    );
    for (const settings of [{ baseUrl }, { baseUrl, [certificateAuthorityKey]: '/etc/company.pem' }]) {
      const { id } = await connections.add({
        adapterId: 'example',
        serviceName: 'Example',
        label: 'x',
        account: { id: '1', name: 'me' },
        settings,
        secrets: { token: new Secret('t') },
      });
      const session = await sessions.get(id);
      await session.list(undefined, undefined, { includeExpired: false }, new AbortController().signal);
    }
    assert.deepEqual(asked, [undefined, '/etc/company.pem']);
    assert.deepEqual(
      opened.map(({ settings }) => settings),
      [{ baseUrl }, { baseUrl }],
    );
  });
});

describe('The addresses of another extension’s connection', () => {
  it('are those that were agreed to when it was made, whatever its form calls an address later', () => {
    const clock = new ManualClock();
    const credentials = new MemoryCredentialStore();
    const sessions = new Sessions(
      new AdapterRegistry(async () => []),
      new Connections(new MemoryConnectionStore(), credentials, clock, noLeases, unrecorded),
      credentials,
      {
        transport: async () => assert.fail('nothing is sent'),
        limits: () => ({ connectMs: 1, headersMs: 1, bodyMs: 1, maxBytes: 1 }),
        clock,
        logger: new MemoryLogger(),
        random: () => 0,
      },
    );
    const user = {
      trust: async () => undefined,
      authorize: () => assert.fail('not used'),
      showDeviceCode: () => assert.fail('not used'),
    };
    const before = { ...adapterWith([address]), id: 'publisher.name/example' };
    const entered = { settings: { baseUrl, note: 'https://evil.example.com' }, secrets: {} };
    const agreed = sessions.signInIo(before, entered, user).settings();
    const after = { ...before, form: [address, { ...address, id: 'note' }] };
    const settings = { ...entered.settings, ...agreed };
    for (const io of [
      sessions.formIo(after, { settings, secrets: {} }),
      sessions.signInIo(after, { settings, secrets: {} }, user),
    ]) {
      assert.throws(() => io.http('https://evil.example.com'), { kind: 'configuration' });
      assert.equal(io.http(baseUrl).baseUrl, `${baseUrl}/`);
    }
    assert.deepEqual(sessions.signInIo(after, { settings, secrets: {} }, user).settings(), agreed);
  });
});

describe('AdapterRegistry', () => {
  it('opens no adapter whose form asks under a name of ours', async () => {
    const registry = new AdapterRegistry(async () => []);
    const step: FormStep = { id: certificateAuthorityKey, kind: 'text', title: 'x', prompt: 'x' };
    const adapter = adapterWith([address, step]);
    registry.register({ id: adapter.id, displayName: 'x', load: async () => adapter });
    await assert.rejects(registry.get(adapter.id), {
      kind: 'configuration',
      code: 'reserved-step-id',
    });
  });
});
