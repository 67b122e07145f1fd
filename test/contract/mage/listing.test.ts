import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { day, json, sampleSecret, send } from '../../servers/loopback.ts';
import { activeOnly, everyRow, failure, readAll, unhurried } from '../harness.ts';
import { Bench, namesAndDates, rowIdOf, rowOf } from './bench.ts';

describe('Mage AI', () => {
  const bench = new Bench();
  const { connect, beginAgain, tokenRow } = bench;

  beforeEach(() => bench.begin());
  afterEach(() => bench.end());

  describe('when listing tokens', () => {
    it('opens the tokens by itself and the providers only on request, with a caution', async () => {
      const { session } = await connect();
      bench.server.requests.length = 0;
      const { items } = await readAll(session, undefined);
      const [tokens, providers] = items.map(({ children }) => children);
      assert.deepEqual(tokens, { kind: 'list', open: true });
      assert(providers?.kind === 'onRequest');
      assert.match(providers.caution ?? '', /changes something/);
      assert.equal(bench.server.requests.length, 0);
    });

    it('reads page after page, and asks for expired ones only when told to', async () => {
      const { session } = await connect();
      const [section] = (await readAll(session, undefined)).items;
      assert(section);
      const [sample] = bench.server.state.tokens;
      assert(sample);
      for (let more = 0; more < 5000; more++) {
        bench.server.state.tokens.push({ ...sample, token: `more-of-them-${more}` });
      }
      bench.server.requests.length = 0;
      const active = await readAll(session, [section]);
      const all = await readAll(session, [section], { includeExpired: true });
      assert(all.items.length > active.items.length);
      assert.equal(active.total, active.items.length);
      const queries = bench.server.requests.map(({ query }) => `${query}`);
      assert.deepEqual(queries, [
        '_limit=5000&_offset=0&_http_error_codes=1',
        '_limit=5000&_offset=5000&_http_error_codes=1',
        '_limit=5000&_offset=0&show_all=1&_http_error_codes=1',
        '_limit=5000&_offset=5000&show_all=1&_http_error_codes=1',
      ]);
    });

    it('does not go on for ever when the server always promises more', async () => {
      const { session } = await connect();
      const [section] = (await readAll(session, undefined)).items;
      assert(section);
      bench.server.intercept(({ response }) => {
        send(response, json(200, { oauth_access_tokens: [], metadata: { count: 7, next: true } }));
        return true;
      });
      const { pages, problems } = await readAll(session, [section]);
      assert.equal(pages, 1);
      assert.deepEqual(
        problems.map(({ message }) => message),
        ['protocol: The server says that there are more tokens, but sends none.'],
      );
    });

    it('has the token that ends soonest on the first page, however many there are', async () => {
      const { session } = await connect();
      const [section] = (await readAll(session, undefined)).items;
      const [sample] = bench.server.state.tokens;
      assert(section && sample);
      for (let more = 0; more < 3000; more++) {
        bench.server.state.tokens.push({ ...sample, token: `more-of-them-${more}` });
      }
      const { items, next } = await session.list([section], undefined, activeOnly, unhurried());
      assert.equal(next, undefined);
      assert(items.some(({ id }) => id === rowIdOf(sampleSecret('mage laptop'))));
    });

    const odd: Readonly<Record<string, unknown>> = {
      'an expiry of 0': 0,
      'an expiry of -1': -1,
      'an empty expiry': '',
      'an expiry in the year 1': '0001-01-01 00:00:00+00:00',
      'an expiry in words': 'never',
      'no expiry': null,
    };
    for (const [title, expires] of Object.entries(odd)) {
      it(`calls it unknown when a token with ${title} ends, and keeps what can be done with it`, async () => {
        const { session } = await connect();
        const [section] = (await readAll(session, undefined)).items;
        assert(section);
        const rows = [{ token: 'of-an-odd-row-0123456789', user_id: 2, expires }];
        bench.server.intercept(({ response }) => {
          send(response, json(200, { oauth_access_tokens: rows, metadata: { count: 1, next: false } }));
          return true;
        });
        const { items, problems } = await readAll(session, [section]);
        assert.deepEqual(
          [items.map(({ lifetime, actions }) => [lifetime.kind, actions]), problems],
          [[['unknown', ['revoke']]], []],
        );
      });
    }

    it('shows the other tokens when one cannot be read, and says so', async () => {
      const { session } = await connect();
      const [section] = (await readAll(session, undefined)).items;
      assert(section);
      const good = { token: 'of-a-good-row-0123456789', user_id: 2, expires: '2999-01-01 00:00:00' };
      const rows = [good, { ...good, token: '' }, null];
      bench.server.intercept(({ response }) => {
        send(response, json(200, { oauth_access_tokens: rows, metadata: { count: 3, next: false } }));
        return true;
      });
      const { items, problems } = await readAll(session, [section]);
      assert.equal(items.length, 1);
      assert.deepEqual(
        problems.map(({ message }) => message),
        ['protocol: Entries of the list that could not be read: 2 (token)'],
      );
    });

    it('tells what made the server crash without its traceback', async () => {
      const { session } = await connect();
      const [section] = (await readAll(session, undefined)).items;
      assert(section);
      bench.server.intercept(({ response }) => {
        const message = 'Traceback (most recent call last):\n  File "/srv/mage_ai/x.py", line 7\nKeyError: 3';
        const error = { code: 500, errors: [message], exception: 'KeyError: 3', message };
        send(response, json(200, { error, url_parameters: {} }));
        return true;
      });
      const { kind, detail, status } = await failure(readAll(session, [section]));
      assert.deepEqual([kind, detail, status], ['server', 'KeyError: 3', 500]);
    });

    it('shows of a traceback under another name its last line only', async () => {
      const { session } = await connect();
      const [section] = (await readAll(session, undefined)).items;
      assert(section);
      bench.server.intercept(({ response }) => {
        const message =
          'Traceback (most recent call last):\n  File "/srv/mage_ai/x.py", line 7\nKeyError: 3\n';
        send(response, json(200, { error: { code: 500, type: 'other', message } }));
        return true;
      });
      assert.equal((await failure(readAll(session, [section]))).detail, 'KeyError: 3');
    });

    it('names a token by its end and by a hash', async () => {
      const { item } = await tokenRow(await connect(), 'laptop');
      const value = sampleSecret('mage laptop');
      assert.equal(item.name, `…${value.slice(-4)}`);
      assert.equal(item.id, createHash('sha256').update(value).digest('hex').slice(0, 32));
      assert.deepEqual(item.lifetime, { kind: 'expires', at: bench.harness.clock.now() + 40 * 60_000 });
      assert.deepEqual(item.fields, [
        { label: 'Token', text: item.name },
        { label: 'Expires', at: bench.harness.clock.now() + 40 * 60_000 },
        { label: 'User ID', text: '2' },
      ]);
    });

    it('shows nothing at all of a value too short to show a part of', async () => {
      const [sample] = bench.server.state.tokens;
      assert(sample);
      bench.server.state.tokens.push({ ...sample, token: 'hunter2' });
      const { item } = await rowOf((await connect()).session, rowIdOf('hunter2'));
      assert.equal(item.name, '…');
    });

    it('recognizes its own token, and no other', async () => {
      const { session } = await connect();
      const remarked = (await everyRow(session)).filter(({ item }) => item.remark !== undefined);
      assert.deepEqual(
        remarked.map(({ item }) => [item.id, item.remark]),
        [[rowIdOf(bench.server.credentials.token), 'this connection’s own token']],
      );
      assert(remarked.every(({ item }) => item.isOwnCredential));
    });

    it('shows expired tokens with nothing to revoke', async () => {
      const { item } = await tokenRow(await connect(), 'yesterday', true);
      assert.deepEqual(item.lifetime, { kind: 'expires', at: bench.harness.clock.now() - day });
      assert.deepEqual(item.actions, []);
    });

    it('reads dates without an offset as UTC, as a server on SQLite writes them', async () => {
      const expected = namesAndDates(await everyRow((await connect()).session));
      await beginAgain({ sqlite: true });
      const rows = await everyRow((await connect()).session);
      assert.deepEqual(namesAndDates(rows), expected);
    });

    it("reads the documentation's own sample", async () => {
      const rows = await everyRow((await connect()).session, { includeExpired: true });
      const sample = rows.find(({ item }) => item.name === '…mJWA');
      assert.deepEqual(sample?.item.lifetime, {
        kind: 'expires',
        at: Date.UTC(2023, 7, 18, 23, 41, 52, 480),
      });
    });

    it("calls the server's own 401 words what they mean", async () => {
      const { session } = await connect();
      const [section] = (await readAll(session, undefined)).items;
      assert(section);
      const own = bench.server.state.tokens.find(({ token }) => token === bench.server.credentials.token);
      assert(own);
      own.expires = bench.harness.clock.now();
      const expired = await failure(session.list([section], undefined, activeOnly, unhurried()));
      assert.deepEqual([expired.kind, expired.code], ['unauthorized', 'expired_oauth_token']);
      bench.server.state.tokens = [];
      const unknown = await failure(session.list([section], undefined, activeOnly, unhurried()));
      assert.deepEqual([unknown.kind, unknown.code], ['unauthorized', 'invalid_oauth_token']);
    });

    for (const error of [
      'Boom',
      { message: 'Boom' },
      { code: 7, message: 'Boom' },
      { code: null, message: 'Boom' },
    ]) {
      it(`calls a 200 with ${JSON.stringify({ error })} rejected`, async () => {
        const { session } = await connect();
        const [section] = (await readAll(session, undefined)).items;
        assert(section);
        bench.server.intercept(({ response }) => {
          send(response, json(200, { error, oauth_access_tokens: [], metadata: {} }));
          return true;
        });
        const { kind, detail } = await failure(readAll(session, [section]));
        assert.deepEqual([kind, detail], ['rejected', 'Boom']);
      });
    }
  });
});
