import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { oauth } from '../../src/adapters/oauth/adapter.ts';
import { planetscale } from '../../src/adapters/planetscale/index.ts';
import type { Core } from '../../src/core/createCore.ts';
import type { Inventory } from '../../src/core/inventory/inventory.ts';
import type { ItemNode } from '../../src/core/inventory/tree.ts';
import { Secret } from '../../src/core/model/secret.ts';
import type { CredentialStore, Secrets } from '../../src/core/ports.ts';
import { systemClock } from '../../src/platform/host/clock.ts';
import { createUndiciTransport } from '../../src/platform/network/undiciTransport.ts';
import { MementoConnectionStore } from '../../src/platform/storage/connectionStore.ts';
import { encoded } from '../../src/platform/storage/credentialStore.ts';
import { FileLeases } from '../../src/platform/storage/leases.ts';
import { generousLimits, memoryCore } from '../unit/core/memoryCore.ts';
import { localize } from '../unit/fakes.ts';
import { direct } from './stacks.ts';

/** One window of a profile that is a folder on disk, so that windows can be processes of their own. */
export interface Window extends Core {
  /** The row of that name, with everything on the way opened. */
  find(name: string): Promise<ItemNode>;
  close(): void;
}

const leaseTimes = { lookMs: 10, signOfLifeMs: 50, deadAfterMs: 200, givenUpAfterMs: 5000 };

/** @param leases a folder for leases; another one plays a window that keeps none with the others */
export function openWindow(profile: string, leases = 'leases'): Window {
  mkdirSync(join(profile, 'secrets'), { recursive: true });
  const store = new MementoConnectionStore(fileMemento(join(profile, 'state.json')), 10);
  const credentials = fileCredentials(join(profile, 'secrets'));
  const clock = systemClock;
  const transport = createUndiciTransport(direct);
  const core = memoryCore([planetscale(localize), oauth(localize)], {
    connectionStore: store,
    credentialStore: credentials,
    clock,
    leases: new FileLeases(join(profile, leases), clock, leaseTimes),
    network: {
      transport: async () => transport,
      limits: () => ({ ...generousLimits, headersMs: 20_000 }),
    },
  });
  return {
    ...core,
    find: (name) => find(core.inventory, name),
    close: () => {
      core.dispose();
      store.dispose();
      void transport.close();
    },
  };
}

async function find(inventory: Inventory, name: string): Promise<ItemNode> {
  for (const root of inventory.roots) {
    await inventory.open(root.branch);
    for (const application of root.branch.nodes) {
      await inventory.open(application.branch);
    }
  }
  const found = [...inventory.items()].find(({ item }) => item.name === name);
  assert(found, `no row ${name}`);
  return found;
}

function fileMemento(file: string) {
  let text: string | undefined;
  let values: Record<string, unknown> = {};
  const load = () => {
    const now = readOr(file, '{}');
    if (now !== text) {
      text = now;
      values = JSON.parse(now);
    }
    return values;
  };
  function get<T>(key: string): T | undefined;
  function get<T>(key: string, fallback: T): T;
  function get(key: string, fallback?: unknown): unknown {
    return load()[key] ?? fallback;
  }
  return {
    keys: () => Object.keys(load()),
    get,
    update: async (key: string, value: unknown) => write(file, JSON.stringify({ ...load(), [key]: value })),
  };
}

function fileCredentials(folder: string): CredentialStore {
  return {
    read: async (id) => {
      const text = readOr(join(folder, id), '');
      return text === '' ? undefined : secretsOf(JSON.parse(text));
    },
    write: async (id, secrets) => write(join(folder, id), encoded(secrets)),
    delete: async (id) => rmSync(join(folder, id), { force: true }),
    ids: async () => readdirSync(folder),
  };
}

function secretsOf(values: Record<string, string>): Secrets {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, new Secret(value)]));
}

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return otherwise;
  }
}

function write(file: string, text: string): void {
  const temporary = `${file}.${process.pid}.new`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}

// As a process: `window.ts PROFILE renew|revoke ROW` does that to the row, and says what came of it.
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [, , profile = '', act, row = ''] = process.argv;
  const window = openWindow(profile);
  const signal = new AbortController().signal;
  const node = await window.find(row);
  const result = await (act === 'revoke'
    ? window.revocations.revoke(node, signal)
    : window.renewals.renew(node, signal));
  console.log(result.kind);
  window.close();
}
