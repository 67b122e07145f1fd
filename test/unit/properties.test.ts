import assert from 'node:assert/strict';
import { createECDH, createPublicKey, verify } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import * as z from 'zod';
import { CodegenApi } from '../../src/adapters/codegen/api.ts';
import { sessionToken } from '../../src/adapters/mage/api.ts';
import { type AttachedGrant, AttachedGrants } from '../../src/adapters/planetscale/attachedGrants.ts';
import { json, parsed } from '../../src/adapters/support/answers.ts';
import { errorBody } from '../../src/adapters/support/errorBody.ts';
import { isHeaderText } from '../../src/adapters/support/headerText.ts';
import { isoInstant, pythonInstant, unixSecondsText } from '../../src/adapters/support/instants.ts';
import { keyPairFlaw, P256Signer, publicKeyFlaw } from '../../src/adapters/turnkey/stamp.ts';
import { checkedBaseUrl, type HttpResponse, requestUrl } from '../../src/core/http/client.ts';
import { retryAfter } from '../../src/core/http/retryAfter.ts';
import { httpDate, ServerClock } from '../../src/core/http/serverClock.ts';
import { Branch, ConnectionNode } from '../../src/core/inventory/tree.ts';
import { displayText } from '../../src/core/model/displayText.ts';
import { TokenManagerError } from '../../src/core/model/errors.ts';
import { type Item, noChildren } from '../../src/core/model/item.ts';
import { KnownSecrets } from '../../src/core/model/knownSecrets.ts';
import { Secret } from '../../src/core/model/secret.ts';
import { rowState } from '../../src/core/model/state.ts';
import type { Secrets } from '../../src/core/ports.ts';
import { MementoConnectionStore } from '../../src/platform/storage/connectionStore.ts';
import { SecretStorageCredentialStore } from '../../src/platform/storage/credentialStore.ts';
import { clockWords } from '../../src/ui/text/clock.ts';
import { labelText, markdownText } from '../../src/ui/text/escape.ts';
import { absoluteTimes, relativeTimes } from '../../src/ui/text/time.ts';
import { localize, ManualClock, MemoryMemento } from './fakes.ts';
import { wording } from './ui/wording.ts';

/** Any text that JSON can carry, lone surrogates, controls and markup among it. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) }),
  fc.string({
    unit: fc.constantFrom(
      'a',
      ' ',
      '\n',
      '\u0001',
      '\u202e',
      '\u200b',
      '\ud800',
      '$(',
      '](',
      '<',
      '`',
      '\\',
      '&#x3c;',
    ),
  }),
);
const wellFormedText = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 });
/** The moments a JavaScript date can hold that vendors can write with four digits of a year, to the millisecond. */
const moment = fc.integer({ min: Date.UTC(1, 0), max: Date.UTC(9999, 11, 31, 23, 59, 59, 999) });
const anyMoment = fc.integer({ min: -8_640_000_000_000_000, max: 8_640_000_000_000_000 });
const locale = fc.constantFrom('en', 'de', 'ja', 'ar', 'pt-BR');
const secretText = fc
  .string({ unit: 'grapheme', minLength: 4, maxLength: 40 })
  .filter((text) => !/[•\s]/.test(text));

function property<T extends [unknown, ...unknown[]]>(
  sentence: string,
  ...[holds, ...inputs]: [(...values: T) => void | Promise<void>, ...{ [K in keyof T]: fc.Arbitrary<T[K]> }]
): Property {
  return {
    sentence,
    check: () =>
      fc.assert(
        fc.asyncProperty<T>(...inputs, async (...values) => holds(...values)),
        { numRuns: 500 },
      ),
  };
}

interface Property {
  readonly sentence: string;
  check(): Promise<void>;
}

function isTokenManagerError(kind: string): (thrown: unknown) => boolean {
  return (thrown) => thrown instanceof TokenManagerError && thrown.kind === kind;
}

/** The value, or nothing when it threw the error that is expected of it. */
function unlessRefused<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (thrown) {
    assert(isTokenManagerError('configuration')(thrown), inspect(thrown));
    return undefined;
  }
}

function pad(value: number, digits = 2): string {
  return String(value).padStart(digits, '0');
}

/** A moment as somebody at that offset reads the clock, in Python's or ISO's way of writing. */
function written(at: number, separator: string, fraction: string, offsetMinutes: number): string {
  const local = new Date(at + offsetMinutes * 60_000);
  const date = [pad(local.getUTCFullYear(), 4), pad(local.getUTCMonth() + 1), pad(local.getUTCDate())].join(
    '-',
  );
  const time = [local.getUTCHours(), local.getUTCMinutes(), local.getUTCSeconds()]
    .map((n) => pad(n))
    .join(':');
  return `${date}${separator}${time}${fraction}`;
}

function offsetText(minutes: number, colon: string): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}${colon}${pad(size % 60)}`;
}

const wholeSecond = fc
  .integer({ min: Date.UTC(1000, 0) / 1000, max: Date.UTC(9998, 0) / 1000 })
  .map((seconds) => seconds * 1000);
const offset = fc.integer({ min: -14 * 60, max: 14 * 60 });

function statusOf(body: unknown): Promise<ReadonlyMap<string, boolean>> {
  const response = answerWith(JSON.stringify(body));
  const http = { baseUrl: 'https://example.com/', request: async () => response };
  return new CodegenApi(http, new Secret('t'), localize).status('1', new AbortController().signal);
}

function memorySecretStorage() {
  const values = new Map<string, string>();
  return {
    values,
    storage: {
      get: async (key: string) => values.get(key),
      store: async (key: string, value: string) => void values.set(key, value),
      delete: async (key: string) => void values.delete(key),
      keys: async () => [...values.keys()],
      onDidChange: () => ({ dispose: () => undefined }),
    },
  };
}

function itemNamed(id: string): Item {
  const lifetime = { kind: 'none' } as const;
  return { id, kind: 'note', name: '', lifetime, fields: [], children: noChildren, actions: [] };
}

/** A grant without its secrets. */
function plainPart({ client, refreshToken: _refresh, accessToken: _access, ...plain }: AttachedGrant) {
  return { ...plain, client: client.id };
}

function keyOfRow(id: string): string {
  const connection = {
    id: 'c',
    adapterId: 'a',
    serviceName: 's',
    label: 'l',
    account: { id: '1', name: 'n' },
    settings: {},
  };
  const branch = new Branch(new ConnectionNode(connection));
  branch.show({ items: [itemNamed(id)], pages: 1 }, 0);
  return branch.nodes[0]?.key ?? '';
}

const properties: readonly Property[] = [
  property(
    'displayText gives one well-formed line without anything that hides, and no more than asked for',
    (text: string, maxLength: number) => {
      const shown = displayText(text, maxLength);
      assert(shown.isWellFormed());
      assert([...shown].length <= maxLength);
      assert.doesNotMatch(shown, /[\p{Cc}\p{Co}\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u);
      assert.doesNotMatch(shown, /[^\S ]|^ | $| {2}/);
    },
    anyText,
    fc.integer({ min: 1, max: 50 }),
  ),
  property(
    'displayText leaves alone what it has cleaned',
    (text: string) => assert.equal(displayText(displayText(text)), displayText(text)),
    anyText,
  ),
  property(
    'markdownText escapes each character that Markdown could read, and adds nothing else',
    (text: string) => {
      const escaped = markdownText(text);
      assert.doesNotMatch(escaped.replace(/\\[!-/:-@[-`{-~]/g, ''), /[!-/:-@[-`{-~]/);
      assert.equal(escaped.replace(/\\([!-/:-@[-`{-~])/g, '$1'), text);
    },
    anyText,
  ),
  property(
    'labelText leaves no icon and no link, and reads the same',
    (text: string) => {
      const label = labelText(text);
      assert(!label.includes('$(') && !label.includes(']('));
      assert.equal(label.replaceAll('\u2060', ''), text.replaceAll('\u2060', ''));
    },
    anyText,
  ),
  property(
    'redact leaves nothing of a secret, whatever stands around it and whichever other secrets are parts of it',
    (secret: string, before: string, after: string, from: number) => {
      const part = secret.slice(from % secret.length);
      const text = `${before} ${secret} ${after}`;
      for (const secrets of [
        [secret, part],
        [part, secret],
      ]) {
        const masked = new KnownSecrets(secrets.map((value) => new Secret(value))).redact(text);
        assert(masked.includes(' •••••••• '), masked);
      }
    },
    secretText,
    fc.constantFrom('', 'x', 'error:', '{"a":'),
    fc.constantFrom('', 'x', '}', ' again'),
    fc.nat(),
  ),
  property(
    'redact leaves other people’s words as they are',
    (text: string) =>
      assert.equal(new KnownSecrets([new Secret('a secret that is not there')]).redact(text), text),
    fc.stringMatching(/^[a-z .,]{0,50}$/),
  ),
  property(
    'Secret prints as a mask in every ordinary way, and as itself only when revealed',
    (value: string) => {
      const secret = new Secret(value);
      const derived = secret.map((text) => `Bearer ${text}`);
      for (const one of [secret, derived, Secret.compose([secret], ([text = '']) => text)]) {
        const printed = [
          `${one}`,
          String(one),
          JSON.stringify({ one }),
          inspect({ one }, { showHidden: true }),
        ];
        assert(printed.every((text) => !text.includes(value)));
        assert([...one.values()].includes(value));
      }
      assert.equal(secret.reveal(), value);
      assert(secret.equals(new Secret(value)));
    },
    secretText,
  ),
  property(
    'requestUrl hits exactly the object that was named, below the base, or refuses',
    (id: string, second: string) => {
      const base = new URL('https://example.com/prefix/v1');
      const url = unlessRefused(() =>
        requestUrl(base, { route: '/users/{a}/tokens/{b}', params: { a: id, b: second } }),
      );
      if (!url) {
        assert([id, second].some((value) => ['', '.', '..'].includes(value) || !value.isWellFormed()));
        return;
      }
      const parsed = new URL(url.href);
      assert.equal(parsed.origin + parsed.search + parsed.hash, base.origin);
      const segments = parsed.pathname.split('/').map(decodeURIComponent);
      assert.deepEqual(segments, ['', 'prefix', 'v1', 'users', id, 'tokens', second]);
    },
    fc.oneof(anyText, fc.constantFrom('..', '.', '%2e%2e', 'a/b?c#d%2Fe f', '\\', '//', 'a;b', '@')),
    fc.oneof(anyText, fc.constant('x')),
  ),
  property(
    'requestUrl carries a query so that the other side reads the same',
    (name: string, value: string) => {
      const url = unlessRefused(() =>
        requestUrl(new URL('https://example.com'), {
          route: '/a',
          query: { [name]: value, none: undefined },
        }),
      );
      if (url) {
        assert.deepEqual([...new URL(url.href).searchParams], [[name, value]]);
        assert.equal(url.pathname, '/a');
      } else {
        assert(!value.isWellFormed());
      }
    },
    fc.stringMatching(/^[a-z_]{1,9}$/),
    anyText,
  ),
  property(
    'checkedBaseUrl lets through only https, or http on this computer, without credentials and query',
    (text: string) => {
      const url = unlessRefused(() => checkedBaseUrl(text));
      if (url) {
        assert(
          url.protocol === 'https:' || /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname),
          url.href,
        );
        assert.equal(url.username + url.password + url.search + url.hash, '');
        const reached = requestUrl(url, { route: '/x' });
        assert.equal(reached.origin, url.origin);
        assert(reached.pathname.endsWith('/x'));
      }
    },
    fc.oneof(
      anyText,
      fc.webUrl({ withFragments: true, withQueryParameters: true }),
      fc
        .tuple(
          fc.constantFrom('http://', 'https://', 'HTTP:', 'ftp://', 'javascript:', '//'),
          fc.constantFrom('', 'u@', 'u:p@', '@'),
          fc.constantFrom(
            'localhost',
            '127.1',
            '0x7f.1',
            '127.0.0.1.example.com',
            '[::1]',
            'example.com',
            '10.0.0.1',
          ),
          fc.constantFrom('', ':1', '/a/', '/a?', '/a#', '/?b', '/../c', '\\@evil.example'),
        )
        .map((parts) => parts.join('')),
    ),
  ),
  property(
    'retryAfter is a moment that a date can hold, or nothing',
    (header: string, now: number) => {
      const at = retryAfter(header, now);
      assert(at === undefined || !Number.isNaN(new Date(at).getTime()), String(at));
    },
    fc.oneof(
      anyText,
      fc.integer({ min: 1, max: 400 }).map((digits) => '9'.repeat(digits)),
      moment.map((at) => new Date(at).toUTCString()),
    ),
    moment,
  ),
  property(
    'retryAfter adds up to a day of seconds to now, and reads the date of any second within it',
    (seconds: number, now: number) => {
      const at = now + Math.min(seconds, 86_400) * 1000;
      const wait = at > now ? at : undefined;
      assert.equal(retryAfter(String(seconds), now), wait);
      assert.equal(retryAfter(new Date(at).toUTCString(), now), wait);
    },
    fc.integer({ min: 0, max: 100_000 }),
    wholeSecond,
  ),
  property(
    'httpDate reads the date of any second, and nothing that is not one',
    (at: number, text: string) => {
      assert.equal(httpDate(new Date(at).toUTCString()), at);
      assert.equal(httpDate(text), undefined);
    },
    wholeSecond,
    anyText,
  ),
  property(
    'ServerClock finds how far a clock is off, to within the time an answer takes, and lets minutes pass',
    (off: number, way: number) => {
      const local = new ManualClock();
      const clock = new ServerClock(local);
      const sentAt = local.now();
      const date = new Date(sentAt + way / 2 + off).toUTCString();
      local.advance(way);
      clock.observe({ date }, sentAt);
      if (Math.abs(off) <= 4 * 60_000) {
        assert.equal(clock.offsetMs, 0);
      } else if (Math.abs(off) >= 6 * 60_000 + way) {
        assert(Math.abs(clock.offsetMs - off) <= way / 2 + 1000, `${clock.offsetMs} for ${off}`);
      }
    },
    fc.oneof(fc.integer({ min: -600_000, max: 600_000 }), fc.integer({ min: -1e11, max: 1e11 })),
    fc.integer({ min: 0, max: 30_000 }),
  ),
  property(
    'ServerClock takes no cached, missing or odd date for the time',
    (date: string, age: number) => {
      const clock = new ServerClock(new ManualClock());
      clock.observe({}, 0);
      clock.observe({ date }, 0);
      clock.observe({ date: 'Sun, 06 Nov 1994 08:49:37 GMT', age: String(age) }, 0);
      assert.equal(clock.offsetMs, 0);
    },
    anyText,
    fc.integer({ min: 1 }),
  ),
  property(
    'clockWords names every difference in words that hold no number too long to say',
    (off: number, language: string) => {
      const words = clockWords(off, { ...wording, locale: language });
      assert.equal(words === undefined, off === 0);
      assert(words === undefined || words.length < 100, words);
    },
    fc.integer({ min: -1e14, max: 1e14 }),
    locale,
  ),
  property(
    'isoInstant reads a moment written with any offset and any fraction',
    (at: number, minutes: number, fraction: number) => {
      const text = written(at, 'T', `.${pad(fraction, 3)}`, minutes) + offsetText(minutes, ':');
      assert.equal(isoInstant().parse(text), at + fraction);
      assert.equal(isoInstant().parse(new Date(at + fraction).toISOString()), at + fraction);
    },
    wholeSecond,
    offset,
    fc.integer({ min: 0, max: 999 }),
  ),
  property(
    'pythonInstant reads a moment written with any offset, or with none, which means UTC',
    (at: number, minutes: number, micros: number, separator: string, colon: string) => {
      const fraction = micros === 0 ? '' : `.${pad(micros, 6)}`;
      const milliseconds = at + Math.floor(micros / 1000);
      assert.equal(pythonInstant().parse(written(at, separator, fraction, 0)), milliseconds);
      assert.equal(pythonInstant().parse(`${written(at, separator, fraction, 0)}Z`), milliseconds);
      const elsewhere = written(at, separator, fraction, minutes) + offsetText(minutes, colon);
      assert.equal(pythonInstant().parse(elsewhere), milliseconds, elsewhere);
    },
    wholeSecond,
    offset,
    fc.integer({ min: 0, max: 999_999 }),
    fc.constantFrom(' ', 'T'),
    fc.constantFrom(':', ''),
  ),
  property(
    'no date reader makes a moment of a day or hour that does not exist',
    (year: number, month: number, day: number, hour: number, minute: number) => {
      const date = [pad(year, 4), pad(month), pad(day)].join('-');
      const text = `${date}T${pad(hour)}:${pad(minute)}:00Z`;
      const real = new Date(Date.UTC(year, month - 1, day, hour, minute));
      const exists = real.toISOString().startsWith(text.slice(0, 16));
      for (const reader of [isoInstant(), pythonInstant()]) {
        const read = reader.safeParse(text);
        assert.equal(read.success, exists, text);
        assert.equal(read.data, exists ? real.getTime() : undefined);
      }
    },
    fc.integer({ min: 1000, max: 9999 }),
    fc.integer({ min: 0, max: 13 }),
    fc.integer({ min: 0, max: 32 }),
    fc.integer({ min: 0, max: 25 }),
    fc.integer({ min: 0, max: 61 }),
  ),
  property(
    'every date reader gives a moment that a date can hold, or says that there is none',
    (text: string) => {
      for (const reader of [isoInstant(), pythonInstant(), unixSecondsText()]) {
        const { success, data } = reader.safeParse(text);
        assert(!success || !Number.isNaN(new Date(data).getTime()), `${text} became ${data}`);
      }
    },
    fc.oneof(
      anyText,
      fc.stringMatching(/^\d{1,20}$/),
      fc.stringMatching(/^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?$/),
    ),
  ),
  property(
    'unixSecondsText reads every whole second that a date can hold',
    (seconds: number) => assert.equal(unixSecondsText().parse(String(seconds)), seconds * 1000),
    fc.integer({ min: 0, max: 8_640_000_000_000 }),
  ),
  property(
    'relativeTimes never throws, and never says that the future is past',
    (at: number, now: number) => {
      const words = relativeTimes('en')(at, now);
      assert.match(words, at >= now ? /^in [\d,]+ \w+$/ : /^[\d,]+ \w+ ago$/);
    },
    anyMoment,
    moment,
  ),
  property(
    'relativeTimes never promises more time than there is, nor half of it',
    (distance: number) => {
      const words = relativeTimes('en')(Date.UTC(2026, 0) + distance, Date.UTC(2026, 0));
      const [, amount = '', unit = ''] = /^in ([\d,]+) (\w+?)s?$/.exec(words) ?? [];
      const sizes: Readonly<Record<string, number>> = {
        second: 1,
        minute: 60,
        hour: 3600,
        day: 86_400,
        month: 30 * 86_400,
        year: 365 * 86_400,
      };
      const said = Number(amount.replaceAll(',', '')) * (sizes[unit] ?? Number.NaN) * 1000;
      assert(said <= distance && said * 2 > distance - 2000, `${words} for ${distance}`);
    },
    fc.integer({ min: 0, max: 1e14 }),
  ),
  property(
    'absoluteTimes words every moment that a date can hold',
    (at: number, language: string) => assert.notEqual(absoluteTimes(language)(at), ''),
    anyMoment,
    locale,
  ),
  property(
    'the credential store gives back what it was given, whatever names and values are',
    async (entries: Record<string, string>) => {
      const { storage } = memorySecretStorage();
      const store = new SecretStorageCredentialStore(storage);
      const secrets = Object.entries(entries).map(([name, value]) => [name, new Secret(value)] as const);
      await store.write('c', Object.fromEntries(secrets));
      const read = Object.entries((await store.read('c')) ?? {});
      assert.deepEqual(
        read.map(([name, secret]) => [name, secret.reveal()]),
        Object.entries(entries),
      );
    },
    fc.dictionary(fc.oneof(anyText, fc.constantFrom('__proto__', 'constructor', 'toJSON')), anyText),
  ),
  property(
    'the credential store reads damaged text as credentials or as unreadable, and never quotes it',
    async (text: string) => {
      const { storage, values } = memorySecretStorage();
      values.set('connection/c', text);
      const outcome = await new SecretStorageCredentialStore(storage)
        .read('c')
        .catch((thrown: unknown) => thrown);
      if (outcome instanceof Error) {
        assert(outcome instanceof TokenManagerError);
        assert.deepEqual([outcome.kind, outcome.code, outcome.detail], ['storage', 'unreadable', '']);
        assert.equal(outcome.cause, undefined);
      } else {
        assert(Object.values(outcome ?? {}).every((secret) => secret instanceof Secret));
      }
    },
    fc.oneof(anyText, fc.json()),
  ),
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
  ),
  property(
    'a row’s key tells it from every other row, whatever their identifiers are',
    (one: string, other: string) => {
      assert.equal(keyOfRow(one) === keyOfRow(other), one === other);
      assert.match(keyOfRow(one), /^c\/[^/#]*$/);
    },
    anyText,
    anyText,
  ),
  property(
    'Codegen’s status is a map of names or a protocol error, whatever the body is',
    async (body: unknown) => {
      const outcome = await statusOf(body).catch((thrown: unknown) => thrown);
      if (outcome instanceof Map) {
        assert([...outcome].every(([name, active]) => name !== '' && typeof active === 'boolean'));
        assert(outcome.size > 0 || JSON.stringify(body).includes('[]'), 'no provider out of nothing');
      } else {
        assert(isTokenManagerError('protocol')(outcome), inspect(outcome));
      }
    },
    fc.jsonValue(),
  ),
  property(
    'Codegen’s status is read from every shape that was ever seen, and names none twice',
    async (names: string[]) => {
      const expected = new Map(names.map((name) => [name, true]));
      for (const body of [
        names,
        { providers: names },
        names.map((provider) => ({ provider, active: true })),
        names.map((name) => ({ name, is_active: true })),
        { tokens: names.map((provider) => ({ provider })), total: names.length },
      ]) {
        assert.deepEqual(await statusOf(body), expected);
      }
    },
    fc.array(wellFormedText),
  ),
  property(
    'Mage’s session token comes out of a JSON Web Token, and any other text stays as it is',
    (token: string, other: string) => {
      const payload = Buffer.from(JSON.stringify({ token, expires: 1 })).toString('base64url');
      assert.equal(sessionToken(new Secret(`e30.${payload}.c2ln`)).reveal(), token);
      assert.equal(sessionToken(new Secret(other)).reveal(), other);
      assert.equal(sessionToken(new Secret(`a.${other}.b`)).reveal(), `a.${other}.b`);
    },
    wellFormedText,
    anyText,
  ),
  property(
    'an answer is JSON or a protocol error that does not quote it',
    (body: string) => {
      for (const text of [body, `canary${body}`]) {
        try {
          assert.deepEqual(json(answerWith(text)), JSON.parse(text));
        } catch (thrown) {
          assert(isTokenManagerError('protocol')(thrown), inspect(thrown));
          assert(!inspect(thrown).includes('canary'));
        }
      }
    },
    fc.oneof(
      anyText,
      fc.json(),
      fc.json().map((text) => text.slice(0, -1)),
    ),
  ),
  property(
    'a value that does not fit its schema is named by its place and never quoted',
    (value: unknown) => {
      assert.throws(
        () => parsed(z.object({ token: z.strictObject({ id: z.literal('never') }) }), value),
        (thrown: unknown) => isTokenManagerError('protocol')(thrown) && !String(thrown).includes('canary'),
      );
    },
    fc.oneof(
      fc.jsonValue(),
      fc.string().map((text) => ({ token: { id: `canary${text}`, other: 'canary' } })),
      fc.string().map((text) => ({ token: `canary${text}` })),
    ),
  ),
  property(
    'the body of a refusal is what is documented or nothing',
    (body: string) => {
      const found = errorBody(answerWith(body), z.object({ message: z.string() }));
      assert(found === undefined || typeof found.message === 'string');
    },
    fc.oneof(
      anyText,
      fc.json(),
      fc.string().map((message) => JSON.stringify({ message })),
    ),
  ),
  property(
    'an attached grant is stored so that the next session reads the same',
    async (names: string[], values: string[], expiresAt: number | undefined, isRenewing: boolean) => {
      const [tokenId = '', tokenName = '', applicationId = '', clientId = ''] = names;
      const [secret = '', refreshToken = '', accessToken = ''] = values;
      let stored: Secrets = {};
      const io = {
        readSecrets: async () => stored,
        saveSecrets: async (changes: Readonly<Record<string, Secret | undefined>>) => {
          const entries = Object.entries({ ...stored, ...changes });
          stored = Object.fromEntries(entries.flatMap(([name, value]) => (value ? [[name, value]] : [])));
        },
      };
      const grant: AttachedGrant = {
        tokenId,
        tokenName,
        applicationId,
        client: { id: clientId, auth: 'client_secret_post', secret: new Secret(secret) },
        refreshToken: new Secret(refreshToken),
        accessToken: new Secret(accessToken),
        ...(expiresAt !== undefined && { expiresAt }),
        ...(isRenewing && { isRenewing }),
      };
      await new AttachedGrants({}, io).attach(grant);
      const next = new AttachedGrants(stored, io);
      const read = await next.newest(tokenId);
      assert(read);
      assert.deepEqual(plainPart(read), plainPart(grant));
      const secrets = [read.client.secret, read.refreshToken, read.accessToken];
      assert.deepEqual(
        secrets.map((value) => value?.reveal()),
        values,
      );
      await next.detach(tokenId);
      assert.deepEqual(stored, {});
    },
    fc.array(anyText, { minLength: 4, maxLength: 4 }),
    fc.array(anyText, { minLength: 3, maxLength: 3 }),
    fc.option(moment, { nil: undefined }),
    fc.boolean(),
  ),
  property(
    'a stored grant that is damaged is refused without being quoted',
    (text: string) => {
      const io = { readSecrets: async () => ({}), saveSecrets: async () => undefined };
      assert.throws(
        () => new AttachedGrants({ 'grant:x': new Secret(`canary${text}`) }, io),
        (thrown: unknown) =>
          isTokenManagerError('configuration')(thrown) && !inspect(thrown).includes('canary'),
      );
    },
    anyText,
  ),
  property(
    'a key pair is judged, whatever was pasted for it',
    (publicKey: string, privateKey: string) => {
      const flaw = keyPairFlaw({ publicKey, privateKey: new Secret(privateKey) });
      assert(publicKeyFlaw(publicKey) === undefined || flaw !== undefined);
    },
    fc.oneof(anyText, fc.stringMatching(/^0[0-4][0-9a-f]{64}$/), fc.stringMatching(/^[0-9a-f]{64}$/)),
    fc.oneof(anyText, fc.stringMatching(/^0[0-4][0-9a-f]{64}$/), fc.stringMatching(/^[0-9a-fF]{64}$/)),
  ),
  property(
    'a token is expired from its last moment on, and expiring only before',
    (at: number, left: number, soon: number) => {
      const item = { ...itemNamed('t'), status: 'active', lifetime: { kind: 'expires', at } } as const;
      const state = rowState(item, at - left, soon);
      assert.equal(state, left <= 0 ? 'expired' : left <= soon ? 'expiring' : 'active');
    },
    moment,
    fc.integer({ min: -1e10, max: 1e10 }),
    fc.integer({ min: 0, max: 1e10 }),
  ),
  property(
    'a header text has no character that a header could break at',
    (text: string) => {
      if (isHeaderText(text)) {
        assert.doesNotThrow(() => new Headers({ authorization: text }));
        assert.equal(new Headers({ authorization: text }).get('authorization'), text);
      }
    },
    fc.oneof(anyText, fc.stringMatching(/^[\x20-\x7f]{1,20}$/)),
  ),
  property(
    'a stamp is one header text that verifies over exactly the body it was made for',
    (body: string, seed: Uint8Array) => {
      const ecdh = createECDH('prime256v1');
      ecdh.setPrivateKey(Buffer.from(seed));
      const publicKey = ecdh.getPublicKey('hex', 'compressed');
      const stamp = new P256Signer({
        publicKey,
        privateKey: new Secret(Buffer.from(seed).toString('hex')),
      }).stamp(body);
      assert(isHeaderText(stamp.reveal()));
      const read: { publicKey: string; signature: string } = JSON.parse(
        Buffer.from(stamp.reveal(), 'base64url').toString('utf8'),
      );
      assert.equal(read.publicKey, publicKey);
      const point = ecdh.getPublicKey();
      const key = createPublicKey({
        format: 'jwk',
        key: {
          kty: 'EC',
          crv: 'P-256',
          x: point.subarray(1, 33).toString('base64url'),
          y: point.subarray(33).toString('base64url'),
        },
      });
      const signature = Buffer.from(read.signature, 'hex');
      assert(verify('sha256', Buffer.from(body), key, signature));
      assert(!verify('sha256', Buffer.from(`${body} `), key, signature));
    },
    wellFormedText,
    fc.uint8Array({ minLength: 32, maxLength: 32 }).filter(([first = 0]) => first > 0 && first < 0xff),
  ),
];

function answerWith(body: string): HttpResponse {
  return { status: 200, headers: {}, body, retryAt: undefined, redact: (text) => text };
}

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

describe(`${properties.length} properties of parsers, date readers, masks, URL builders and escapers`, () => {
  for (const { sentence, check } of properties) {
    it(sentence, check);
  }
});
