import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import ICAL from 'ical.js';
import { lexer } from 'marked';
import * as z from 'zod';
import { planetscale } from '../../src/adapters/planetscale/index.ts';
import type { Act } from '../../src/core/activity/activity.ts';
import type { ItemNode } from '../../src/core/inventory/tree.ts';
import { activityExport } from '../../src/ui/exports/activityExport.ts';
import { type InventoryFormat, inventoryExport } from '../../src/ui/exports/inventoryExport.ts';
import { projectRoot } from '../host/places.ts';
import { send } from '../servers/loopback.ts';
import { type PlanetScaleServer, startPlanetScale } from '../servers/planetscale.ts';
import { SkippingClock } from '../unit/fakes.ts';
import { now, wording } from '../unit/ui/wording.ts';
import { type Connected, Harness, unhurried } from './harness.ts';

function schema(name: string): z.ZodType {
  return z.fromJSONSchema(JSON.parse(readFileSync(join(projectRoot, 'schemas', name), 'utf8')));
}

describe('Records of an account', () => {
  let server: PlanetScaleServer;
  let harness: Harness;
  let connected: Connected;

  before(async () => {
    server = await startPlanetScale({ now: () => now, hostile: true });
    harness = new Harness(planetscale, new SkippingClock(now));
    const { serviceTokenId, serviceToken, organization } = server.credentials;
    connected = await harness.connect({
      apiUrl: server.apiUrl,
      oauthUrl: server.oauthUrl,
      serviceTokenId,
      serviceToken,
      organization,
    });
  });
  after(async () => {
    harness.dispose();
    await server.stop();
  });

  function exported(format: InventoryFormat): string {
    return [...inventoryExport(harness.inventory.roots, format, wording).pieces].join('');
  }

  async function find(name: string): Promise<ItemNode> {
    await harness.inventory.open(connected.root.branch);
    for (const { branch } of connected.root.branch.nodes) {
      await harness.inventory.open(branch);
    }
    const node = [...harness.inventory.items()].find(({ item }) => item.name === name);
    assert(node, `no row ${name}`);
    return node;
  }

  it('write down each act with its row, its outcome and the service’s request id', async () => {
    const { revocations, connections } = harness;
    const restore = server.intercept((exchange) => {
      const reply = exchange.answer();
      send(exchange.response, { ...reply, headers: { ...reply.headers, 'X-Request-Id': 'req-42' } });
      return true;
    });
    const node = await find('Preview deployments');
    await revocations.revoke(node, unhurried());
    restore();
    await connections.relabel(connected.connection.id, 'Renamed');
    await revocations.revoke(await find('Release pipeline'), AbortSignal.abort()).catch(() => undefined);
    const seen = (await harness.acts()).map(({ kind, row, connection, detail, result, requestId }) =>
      [kind, row?.name ?? connection?.label, detail, result.kind, requestId].filter(
        (part) => part !== undefined,
      ),
    );
    const { label } = connected.connection;
    assert.deepEqual(seen, [
      ['revoke', 'Release pipeline', 'unknown'],
      ['rename', label, 'Renamed', 'done'],
      ['revoke', 'Preview deployments', 'revoked', 'req-42'],
      ['connect', label, 'done'],
    ]);
    const history = await harness.activity.of(node);
    assert.deepEqual(
      history.map(({ kind }) => kind),
      ['revoke'],
    );
    const whole = await harness.activity.of(connected.root);
    assert.deepEqual(
      whole.map(({ kind }) => kind),
      ['rename', 'connect'],
    );
  });

  it('are told apart by act when several run at once on one connection', async () => {
    let count = 0;
    const restore = server.intercept((exchange) => {
      if (exchange.request.method !== 'DELETE') {
        return false;
      }
      const id = exchange.request.path.split('/').at(-1) ?? '';
      count++;
      send(exchange.response, { ...exchange.answer(), headers: { 'X-Request-Id': `for-${id}` } });
      return true;
    });
    const application = (await find('Release pipeline')).parent;
    const nodes = application.nodes.filter(({ item }) => item.actions.includes('revoke')).slice(0, 2);
    assert.equal(nodes.length, 2);
    const { signal } = new AbortController();
    await Promise.all(nodes.map((node) => harness.revocations.revoke(node, signal)));
    restore();
    assert.equal(count, 2);
    for (const node of nodes) {
      const [act] = await harness.activity.of(node);
      assert.equal(act?.requestId, `for-${node.item.id}`);
    }
  });

  it('as CSV have a record for each row, under the same names', () => {
    const rows = [...harness.inventory.items()];
    const records: Record<string, string>[] = parse(exported('csv'), { bom: true, columns: true });
    assert.equal(records.length, rows.length);
    assert(rows.length > 20);
    for (const [index, record] of records.entries()) {
      const { item, key } = rows[index] ?? {};
      assert.equal(record.key, key);
      assert.equal(record.name?.replace(/^'/, ''), item?.name.replace(/^'/, ''));
      assert.equal(record.kind, item?.kind);
      assert.equal(
        record.expiresAt,
        item?.lifetime.kind === 'expires' ? new Date(item.lifetime.at).toISOString() : '',
      );
    }
  });

  it('as JSON keep to the documented schema, and say what has not been read', () => {
    const text = exported('json');
    const value = JSON.parse(text);
    schema('inventory.v1.schema.json').parse(value);
    assert.equal(value.rows.length, [...harness.inventory.items()].length);
    const fresh = inventoryExport(harness.inventory.roots, 'json', wording);
    assert.deepEqual(value.unread, fresh.unread);
    assert.throws(() => schema('inventory.v1.schema.json').parse({ ...value, version: 2 }));
    assert.throws(() => schema('inventory.v1.schema.json').parse({ ...value, rows: [{ name: 'x' }] }));
  });

  it('as Markdown are one table whose cells are text', () => {
    const [table] = lexer(exported('md')).filter(({ type }) => type === 'table');
    assert(table && 'rows' in table);
    assert.equal(table.rows.length, [...harness.inventory.items()].length);
    const kinds = new Set<string>();
    for (const cell of table.rows.flat()) {
      for (const { type } of cell.tokens) {
        kinds.add(type);
      }
    }
    assert.deepEqual(
      [...kinds].filter((kind) => kind !== 'text' && kind !== 'escape'),
      [],
    );
  });

  it('as a calendar have an event for each expiry that is still to come or has come by itself', () => {
    const read = () =>
      new ICAL.Component(ICAL.parse(exported('ics')))
        .getAllSubcomponents('vevent')
        .map((component) => new ICAL.Event(component));
    const events = read();
    const expected = [...harness.inventory.items()].filter(
      ({ item }) => item.lifetime.kind === 'expires' && item.status === 'active',
    );
    assert(events.length > 3);
    assert.deepEqual(
      events.map(({ startDate }) => startDate.toUnixTime()),
      expected.map(({ item }) =>
        item.lifetime.kind === 'expires' ? Math.floor(item.lifetime.at / 1000) : 0,
      ),
    );
    const uids = events.map(({ uid }) => uid);
    assert.equal(new Set(uids).size, uids.length);
    assert.deepEqual(
      read().map(({ uid }) => uid),
      uids,
    );
    assert(expected.every(({ item }) => uids.every((uid) => !uid.includes(item.id))));
  });

  it('of acts are read back from each format', async () => {
    const acts: readonly Act[] = await harness.acts();
    const text = (format: 'csv' | 'json' | 'md') => [...activityExport(acts, format, wording)].join('');
    const records: Record<string, string>[] = parse(text('csv'), { bom: true, columns: true });
    assert.deepEqual(
      records.map(({ at, act, result }) => [at, act, result]),
      acts.map(({ at, kind, result }) => [new Date(at).toISOString(), kind, result.kind]),
    );
    const value = JSON.parse(text('json'));
    schema('activity.v1.schema.json').parse(value);
    assert.equal(value.acts.length, acts.length);
    assert.throws(() => schema('activity.v1.schema.json').parse({ ...value, acts: [{}] }));
    const [table] = lexer(text('md')).filter(({ type }) => type === 'table');
    assert(table && 'rows' in table && table.rows.length === acts.length);
  });
});
