import assert from 'node:assert/strict';
import { env } from 'node:process';
import { ConnectionNode } from '../../../../src/core/inventory/tree.ts';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import type { Item } from '../../../../src/core/model/item.ts';
import { overview } from '../../../../src/core/status/overview.ts';
import { connectionWith, token } from '../../ui/tree/nodes.ts';
import { day, now } from '../../ui/wording.ts';

const options = { now, soonMs: 7 * day, namedPerWeek: 3 };

function expiring(id: string, at: number, change: Partial<Item> = {}): Item {
  return token(id, { lifetime: { kind: 'expires', at }, ...change });
}

/** Runs it on a computer in that time zone. */
function inTimeZone(zone: string, work: () => void): void {
  const before = env.TZ;
  env.TZ = zone;
  try {
    work();
  } finally {
    if (before === undefined) {
      delete env.TZ;
    } else {
      env.TZ = before;
    }
  }
}

describe('the overview', () => {
  it('counts each state of a connection’s tokens', () => {
    const root = connectionWith([
      expiring('a', now + 40 * day),
      expiring('b', now + 3 * day),
      expiring('c', now - 1),
      token('d'),
      token('e', { status: 'revoked' }),
      token('f', { status: 'inactive' }),
      token('g', { status: 'unknown' }),
      token('h'),
    ]);
    const waiting = root.branch.nodes.find(({ item }) => item.id === 'h');
    assert(waiting);
    waiting.pendingReference = 'activity-1';
    const [figures] = overview([root], options).connections;
    assert.deepEqual(figures?.states, {
      active: 2,
      expiring: 1,
      expired: 1,
      revoked: 1,
      inactive: 1,
      unknown: 1,
      waiting: 1,
    });
    assert.equal(figures?.total, 8);
  });

  it('counts providers and identity links, not what has no state, and nothing twice', () => {
    const below = token('its token');
    const root = connectionWith([
      token('p', { kind: 'provider', children: { kind: 'inline', items: [below] } }),
      token('i', { kind: 'identity', lifetime: { kind: 'none' } }),
      token('app', {
        kind: 'application',
        children: { kind: 'inline', items: [token('t'), token('note', { kind: 'note' })] },
      }),
    ]);
    assert.equal(overview([root], options).connections[0]?.total, 3);
  });

  it('groups by age, and says where none is told', () => {
    const aged = (days: number) => token(`${days}`, { createdAt: now - days * day });
    const root = connectionWith([
      aged(0),
      aged(29.9),
      aged(30),
      aged(89),
      aged(90),
      aged(364),
      aged(365),
      token('x'),
    ]);
    assert.deepEqual(overview([root], options).connections[0]?.ages, {
      month: 2,
      quarter: 2,
      year: 2,
      older: 1,
      unknown: 1,
    });
  });

  it('judges by the clock of the service', () => {
    const root = connectionWith([expiring('a', now + day)]);
    root.clockOffset = 2 * day;
    assert.equal(overview([root], options).connections[0]?.states.expired, 1);
  });

  it('places what expires in its week, the first of each by name, and counts the rest', () => {
    const items = [5, 1, 4, 2, 3].map((hours) => expiring(`${hours}`, now + 8 * day + hours));
    const { weeks } = overview([connectionWith([...items, expiring('far', now + 91 * day)])], options);
    assert.equal(weeks.length, 13);
    assert.deepEqual(
      weeks.map(({ total }) => total),
      [0, 5, ...Array.from({ length: 11 }, () => 0)],
    );
    assert.deepEqual(
      weeks[1]?.first.map(({ item }) => item.id),
      ['1', '2', '3'],
    );
  });

  it('leaves out of the timeline what is dead already or waits for its end', () => {
    const { weeks } = overview(
      [connectionWith([expiring('gone', now - 1), expiring('revoked', now + day, { status: 'revoked' })])],
      options,
    );
    assert(weeks.every(({ total }) => total === 0));
  });

  it('says what has not been read', () => {
    const unread = new ConnectionNode({ ...connectionWith([]).connection, id: 'c2' });
    const read = connectionWith([
      token('list', { kind: 'application', children: { kind: 'list' } }),
      token('later', { kind: 'section', children: { kind: 'onRequest' } }),
    ]);
    read.branch.hasMore = true;
    const { unread: branches, partial } = overview([unread, read], options);
    assert.deepEqual(
      branches.map(({ owner }) => owner.key),
      ['c2', 'c1/list'],
    );
    assert.equal(partial, 1);
  });

  it('says what could not be read, and counts what had been read before', () => {
    const root = connectionWith([token('a')]);
    root.branch.fail(new TokenManagerError('network'));
    const { failed, connections } = overview([root, connectionWith([token('b')])], options);
    assert.deepEqual(failed, [root.branch]);
    assert.deepEqual(
      connections.map(({ total }) => total),
      [1, 1],
    );
  });

  it('tells when its figures are no longer true although nothing was read', () => {
    const changesAt = (at: number) => overview([connectionWith([expiring('a', at)])], options).changesAt;
    assert.equal(changesAt(now + 1000), now + 1000);
    assert.equal(changesAt(now + 7 * day + 5), now + 5);
    // One that lives for four hours is expiring in its last.
    const short = expiring('a', now + 2 * 3_600_000, { createdAt: now - 2 * 3_600_000 });
    assert.equal(overview([connectionWith([short])], options).changesAt, now + 3_600_000);
    inTimeZone('UTC', () => {
      assert.equal(changesAt(now + 40 * day), Date.UTC(2026, 10, 21));
    });
  });

  it('names a few of 100,000 tokens and counts the rest', () => {
    const items = Array.from({ length: 100_000 }, (_, index) =>
      expiring(`${index}`, now + (index % 120) * day),
    );
    const figures = overview([connectionWith(items)], options);
    assert.equal(figures.connections[0]?.total, 100_000);
    assert(figures.weeks.every(({ first }) => first.length === 3));
  });
});

describe('the weeks of the overview', () => {
  const zones: readonly [zone: string, now: number, hoursOfFirstWeek: number, reason: string][] = [
    ['Europe/Berlin', Date.UTC(2026, 9, 22, 9), 169, 'clocks go back in it'],
    ['America/New_York', Date.UTC(2026, 2, 6, 15), 167, 'clocks go forward in it'],
    ['Asia/Kathmandu', Date.UTC(2026, 9, 22, 9), 168, 'the offset is no full hour'],
    ['Africa/Cairo', Date.UTC(2026, 3, 20, 9), 167, 'a day in it has no midnight'],
    ['Pacific/Kiritimati', Date.UTC(2026, 9, 22, 9), 168, 'it is already tomorrow there'],
  ];
  for (const [zone, at, hours, reason] of zones) {
    it(`begin with a day of ${zone}, where ${reason}`, () => {
      inTimeZone(zone, () => {
        const { weeks } = overview([], { ...options, now: at });
        const [first] = weeks;
        assert(first);
        assert.equal((first.until - first.from) / (60 * 60_000), hours);
        const date = new Intl.DateTimeFormat('en-CA', { timeZone: zone });
        assert.equal(date.format(first.from), date.format(at));
        assert(first.from <= at && at < first.until);
        weeks.forEach(({ from, until }, index) => {
          assert.equal(until, weeks[index + 1]?.from ?? until, 'a gap between weeks');
          assert.notEqual(date.format(from), date.format(from - 1), 'a week begins within a day');
        });
        const days = (Date.parse(date.format(weeks.at(-1)?.until)) - Date.parse(date.format(at))) / day;
        assert.equal(days, 90);
      });
    });
  }
});
