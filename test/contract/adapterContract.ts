import assert from 'node:assert/strict';
import { once } from 'node:events';

import type { AdapterFactory } from '../../src/core/adapter/contract.ts';
import { isReserved } from '../../src/core/adapter/reservedSettings.ts';
import type { ErrorKind } from '../../src/core/model/errors.ts';
import type { ItemAction, ItemPath } from '../../src/core/model/item.ts';
import { plainItem } from '../../src/core/model/plainItem.ts';
import {
  type Exchange,
  isRecord,
  listen,
  type RecordedRequest,
  type Reply,
  type SandboxOptions,
  type SandboxServer,
  send,
  Traffic,
  text,
} from '../servers/loopback.ts';
import { SkippingClock } from '../unit/fakes.ts';
import { faultTable } from './faults/faultTable.ts';
import {
  type Answers,
  activeOnly,
  assertNoSecretIn,
  type Connected,
  everyRow,
  failure,
  formsOf,
  Harness,
  type Row,
  readAll,
  unhurried,
} from './harness.ts';
import { type StackName, stackNames, stacks } from './stacks.ts';

/** What an adapter's own test brings: a running service, and how to look into it. */
export interface ContractSubject {
  readonly factory: AdapterFactory;
  readonly server: Pick<SandboxServer<unknown, unknown>, 'requests' | 'intercept' | 'stop'>;
  /** Where the service's hosts listen. */
  readonly origins: readonly string[];
  /** What a user types to connect. */
  readonly answers: Answers;
  /** The same with a credential that the service does not accept. */
  readonly wrongAnswers: Answers;
  /** Every credential and token value that the service or the user has by now. */
  readonly secrets: readonly string[];
  /** Makes the service forget everything that the branch under test lists. */
  empty(): void;
  /** Whether the service still accepts what this row stands for. */
  isLive(path: ItemPath): boolean;
}

export interface AdapterContract {
  start(options: SandboxOptions): Promise<ContractSubject>;
  /** In lower case: the only headers a credential may travel in. */
  readonly credentialHeaders: readonly string[];
  /** Requests whose body carries a credential; by default none does. */
  mayCarryCredential?(request: RecordedRequest): boolean;
  /** The row whose children the fault cases read; by default they read the outermost rows. */
  branch?(row: Row): boolean;
  /** Whether that branch has more rows than fit on a page. */
  readonly paged?: boolean;
  /** An error in the vendor's own shape, with these words in it. */
  errorReply(status: number, words: string): Reply;
  /** Where a vendor's fault means another kind than the status says; the keys are those of `faults` below. */
  readonly kinds?: Readonly<Record<string, ErrorKind>>;
  /** One case for each kind of row that can be revoked; none says that nothing can. */
  readonly revocations: readonly RevocationCase[];
  /** The row of the very credential that the connection uses, where the service tells which it is. */
  ownRow?(row: Row): boolean;
  /** The rows have nothing below them, and all of them can be revoked. */
  readonly allRevocable?: boolean;
  /** A session first exchanges what was entered for a token of its own. */
  readonly signsIn?: boolean;
  /** Whether rows can be renewed, or be given credentials; tested by the adapter's own tests. */
  readonly renews?: boolean;
  readonly attaches?: boolean;
  /** Whether rows can be paused and resumed. */
  readonly pauses?: boolean;
  /** The rows are what the connection holds itself; what the service forgets is there, and worth nothing. */
  readonly holdsItsRows?: boolean;
}

export interface RevocationCase {
  readonly title: string;
  /** The first row that answers yes is revoked. */
  row(row: Row): boolean;
  /** The requests that change something at the service. */
  isMutation(request: RecordedRequest): boolean;
  /** What a second revoke is; some vendors do not tell it from a first one. */
  readonly again?: 'alreadyGone' | 'revoked';
  /** It is the very credential of the connection, so that nothing can be listed afterwards. */
  readonly endsConnection?: boolean;
  /** The service promises one effect for identical bodies, so that the request may be sent again. */
  readonly repeatable?: boolean;
}

const malformedBodies: Readonly<Record<string, string>> = {
  html: '<!doctype html><title>Sign in</title>',
  truncated: '{"items":[{"id":',
  empty: '',
  null: 'null',
  number: '7',
  'another object': '{"unexpected":"shape"}',
};

export const statuses: Readonly<Record<number, ErrorKind>> = {
  400: 'rejected',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'notFound',
  409: 'rejected',
  410: 'notFound',
  422: 'rejected',
  429: 'rateLimited',
  500: 'server',
  502: 'server',
  503: 'server',
  504: 'server',
};

/**
 * The suite every adapter passes, over both network stacks; what it asks is chosen by what the adapter can do.
 */
export function adapterContract(name: string, contract: AdapterContract): void {
  for (const stack of stackNames) {
    contractOver(stack, name, contract);
    faultTable(stack, name, contract);
  }
}

export function contractOver(stack: StackName, name: string, contract: AdapterContract): void {
  describe(`${name} keeps the adapter contract over ${stack}`, () => {
    let subject: ContractSubject;
    let harness: Harness;

    async function begin(options: SandboxOptions = {}): Promise<void> {
      const clock = new SkippingClock();
      subject = await contract.start({ now: () => clock.now(), ...options });
      harness = new Harness(subject.factory, clock, stacks[stack]());
    }

    async function end(): Promise<void> {
      harness.dispose();
      await subject.server.stop();
    }

    beforeEach(() => begin());
    afterEach(end);

    /** Connected, with the path of the branch that the fault cases read. */
    async function atBranch(): Promise<Connected & { readonly parent: ItemPath | undefined }> {
      const connected = await harness.connect(subject.answers);
      if (!contract.branch) {
        return { ...connected, parent: undefined };
      }
      const { path } = await found(connected, (row) => contract.branch?.(row) ?? false);
      return { ...connected, parent: path };
    }

    async function found(
      { session }: Connected,
      isMeant: (row: Row) => boolean,
      wanted = 'the row that the contract names',
    ): Promise<Row> {
      const row = (await everyRow(session)).find(isMeant);
      assert(row, `the sandbox does not list ${wanted}`);
      return row;
    }

    describe('when connecting', () => {
      it('asks for its address first, and for each thing once', () => {
        const { form } = harness.adapter;
        assert.equal(form[0]?.kind, 'url');
        assert.equal(new Set(form.map(({ id }) => id)).size, form.length);
        for (const step of form) {
          assert.notEqual(step.title, '', step.id);
          assert.notEqual(step.prompt, '', step.id);
          assert(!isReserved(step.id), step.id);
        }
      });

      it('makes private keys only for boxes that take them, and tells nothing private of them', async () => {
        for (const [id, { make, publicHalf }] of Object.entries(harness.adapter.keyMakers ?? {})) {
          const step = harness.adapter.form.find((one) => one.id === id);
          assert(step?.kind === 'secret', id);
          const draft = { settings: {}, secrets: {} };
          const made = (await make(draft)).reveal();
          assert.equal(step.validate?.(made, draft), undefined, id);
          assert.notEqual(publicHalf(made), undefined, id);
          const { d } = JSON.parse(made);
          assert(!publicHalf(made)?.includes(d), id);
          assert.equal(publicHalf('no key'), undefined, id);
        }
      });

      it('lets files be chosen only for boxes that take a path', () => {
        for (const id of harness.adapter.filePaths ?? []) {
          const step = harness.adapter.form.find((one) => one.id === id);
          assert(step?.kind === 'text', id);
          const draft = { settings: {}, secrets: {} };
          assert.equal(step.validate?.('/home/robin/file', draft), undefined, id);
          assert.notEqual(step.validate?.('file', draft), undefined, id);
        }
      });

      it('signs in with a good credential and says whose it is', async () => {
        const { account, settings, secrets } = await harness.signIn(subject.answers);
        assert.notEqual(account.id, '');
        assert.notEqual(account.name, '');
        assertNoSecretIn([account, settings, secrets, harness.logger.lines], subject.secrets);
      });

      it('gives the same account when signing in again', async () => {
        const first = await harness.signIn(subject.answers);
        const second = await harness.signIn(subject.answers);
        assert.deepEqual(second.account, first.account);
      });

      it('does not sign in with a credential that the service does not accept', async () => {
        const error = await failure(harness.signIn(subject.wrongAnswers));
        assert.equal(error.kind, contract.kinds?.wrongCredential ?? 'unauthorized');
        assertNoSecretIn([error, harness.logger.lines], subject.secrets);
      });

      it('refuses settings that it cannot understand', async () => {
        const { secrets } = await harness.signIn(subject.answers);
        const io = { ...harness.sessions.formIo(harness.adapter, { settings: {}, secrets }), ...storage };
        assert.throws(() => harness.adapter.open({ settings: {}, secrets }, io), { kind: 'configuration' });
      });

      it('opens without sending anything', async () => {
        const { secrets, settings } = await harness.signIn(subject.answers);
        subject.server.requests.length = 0;
        const io = { ...harness.sessions.formIo(harness.adapter, { settings, secrets }), ...storage };
        harness.adapter.open({ settings, secrets }, io).dispose?.();
        assert.equal(subject.server.requests.length, 0);
      });
    });

    describe('when listing', () => {
      it('lists every row that can be reached, each under an identifier of its own', async () => {
        const { session } = await harness.connect(subject.answers);
        const rows = await everyRow(session);
        assert.notEqual(rows.length, 0);
        for (const { item, siblings } of rows) {
          assertWellFormed(item);
          assert.equal(new Set(siblings.map(({ id }) => id)).size, siblings.length, item.name);
        }
      });

      it("says on the credential's own row that it is that, and on no other", async () => {
        const { session } = await harness.connect(subject.answers);
        const rows = await everyRow(session, { includeExpired: true });
        const said = rows.filter(({ item }) => item.isOwnCredential).map(({ item }) => item.name);
        const expected = rows.filter((row) => contract.ownRow?.(row)).map(({ item }) => item.name);
        assert.deepEqual(said, expected);
        assert(!contract.ownRow || expected.length === 1, `${expected.length} rows are its own`);
      });

      it('gives the same rows when they are read again', async () => {
        const { session } = await harness.connect(subject.answers);
        const before = await settledRows(session);
        const again = await everyRow(session);
        assert.deepEqual(JSON.stringify(again), JSON.stringify(before));
      });

      it('lists expired rows on request without losing the others', async () => {
        const { session } = await harness.connect(subject.answers);
        const active = namesOf(await settledRows(session));
        const all = namesOf(await everyRow(session, { includeExpired: true }));
        assert.deepEqual(
          active.filter((place) => !all.includes(place)),
          [],
        );
      });

      it('ignores fields that it does not know', async () => {
        const { session } = await harness.connect(subject.answers);
        const before = namesOf(await settledRows(session));
        subject.server.intercept((exchange) => reply(exchange, withUnknownFields(exchange.answer())));
        assert.deepEqual(namesOf(await everyRow(session)), before);
      });

      it('lists rows whose names and identifiers are hostile', async () => {
        await end();
        await begin({ hostile: true });
        const { session } = await harness.connect(subject.answers);
        for (const { item, siblings } of await everyRow(session)) {
          assertWellFormed(item);
          assert.equal(new Set(siblings.map(({ id }) => id)).size, siblings.length, item.name);
        }
      });

      it('shows an empty list as empty', async () => {
        const { session, parent } = await atBranch();
        subject.empty();
        if (contract.holdsItsRows) {
          const { items } = await readAll(session, parent);
          assert.deepEqual([...new Set(items.map(({ status }) => status))], ['inactive']);
          return;
        }
        assert.deepEqual(await readAll(session, parent), {
          items: [],
          problems: [],
          pages: 1,
          total: await totalOfNothing(session, parent),
        });
      });

      it('stays with the addresses of the connection', async () => {
        const { session } = await harness.connect(subject.answers);
        await everyRow(session);
        assert.deepEqual(
          [...harness.origins].filter((origin) => !subject.origins.includes(origin)),
          [],
        );
      });

      it('sends credentials in the right header and nowhere else', async () => {
        const { session } = await harness.connect(subject.answers);
        await everyRow(session);
        assertCredentialsInPlace(subject, contract);
      });

      it('puts no credential and no token value in a row, a page, a problem or the log', async () => {
        const { session, connection } = await harness.connect(subject.answers);
        const rows = await everyRow(session, { includeExpired: true });
        const pages = await readAll(session, undefined);
        const reaches = rows
          .filter(({ item }) => item.actions.includes('revoke'))
          .map(({ path }) => session.revocation?.reach(path));
        const { lines } = harness.logger;
        assert.notEqual(lines.length, 0);
        assertNoSecretIn(
          [rows, pages, reaches, lines, connection, session, harness.adapter],
          subject.secrets,
        );
      });

      if (contract.paged) {
        it('reads to the last page without doubling or losing a row', async () => {
          const { session, parent } = await atBranch();
          const { items, pages, total } = await readAll(session, parent);
          assert(pages > 1, 'there is only one page');
          assert.equal(new Set(items.map(({ id }) => id)).size, items.length);
          assert(total === undefined || total === items.length, `${items.length} of ${total}`);
        });

        it('appends a page at a time in the tree', async () => {
          const { session, parent, root } = await atBranch();
          const branch = parent ? (await harness.nodeAt(root, parent)).branch : root.branch;
          await harness.inventory.open(branch);
          const first = branch.nodes.length;
          assert(branch.hasMore);
          while (branch.hasMore) {
            await harness.inventory.loadMore(branch);
          }
          assert(branch.nodes.length > first);
          assert.deepEqual(
            branch.nodes.map(({ item }) => item.id),
            (await readAll(session, parent)).items.map(({ id }) => id),
          );
        });
      } else {
        it('needs no second page', async () => {
          const { session, parent } = await atBranch();
          assert.equal((await readAll(session, parent)).pages, 1);
        });
      }
    });

    describe('when the service fails', () => {
      for (const [status, kind] of Object.entries(statuses)) {
        const expected = contract.kinds?.[status] ?? kind;
        it(`calls ${status} ${expected}, with the vendor's own words or with none`, async () => {
          const { session, parent } = await atBranch();
          const credentials = credentialsIn(subject, contract);
          for (const answer of [
            contract.errorReply(Number(status), `Not like this: ${credentials.join(' ')}`),
            { status: Number(status) },
          ]) {
            const restore = subject.server.intercept((exchange) => reply(exchange, answer));
            const error = await failure(session.list(parent, undefined, activeOnly, unhurried()));
            restore();
            assert.equal(error.kind, expected);
            assert.equal(error.status, Number(status));
            assertNoSecretIn([error, harness.logger.lines], [...subject.secrets, ...credentials]);
          }
        });
      }

      it('waits as long as a 429 asks, and sends nothing before', async () => {
        const { session, parent } = await atBranch();
        const restore = subject.server.intercept((exchange) => {
          const { body } = contract.errorReply(429, 'Slow down');
          return reply(exchange, {
            status: 429,
            headers: { 'Retry-After': '30' },
            ...(body !== undefined && { body }),
          });
        });
        const retryAt = harness.clock.now() + 30_000;
        const error = await failure(session.list(parent, undefined, activeOnly, unhurried()));
        assert.deepEqual([error.kind, error.retryAt], ['rateLimited', retryAt]);
        restore();
        subject.server.requests.length = 0;
        const early = await failure(session.list(parent, undefined, activeOnly, unhurried()));
        assert.deepEqual([early.kind, early.retryAt], ['rateLimited', retryAt]);
        assert.equal(subject.server.requests.length, 0);
        harness.clock.advance(30_001);
        await session.list(parent, undefined, activeOnly, unhurried());
      });

      it('asks again after a 503 and a lost connection', async () => {
        const { session, parent } = await atBranch();
        const rows = (await readAll(session, parent)).items;
        let faults = 0;
        subject.server.intercept((exchange) => {
          faults++;
          return faults === 1 ? reply(exchange, { status: 503 }) : faults === 2 ? dropped(exchange) : false;
        });
        assert.deepEqual((await readAll(session, parent)).items, rows);
      });

      for (const [title, body] of Object.entries(malformedBodies)) {
        const expected = contract.kinds?.[title] ?? 'protocol';
        it(`calls an answer with ${title} in it ${expected}, and never an empty list`, async () => {
          const { session, parent } = await atBranch();
          subject.server.intercept((exchange) => reply(exchange, text(200, 'application/json', body)));
          const error = await failure(session.list(parent, undefined, activeOnly, unhurried()));
          assert.equal(error.kind, expected);
        });
      }

      it('quotes nothing from an answer that it cannot read', async () => {
        const { session, parent } = await atBranch();
        for (const secret of subject.secrets) {
          const restore = subject.server.intercept((exchange) =>
            reply(exchange, text(200, 'application/json', secret)),
          );
          const error = await failure(session.list(parent, undefined, activeOnly, unhurried()));
          restore();
          assertNoSecretIn([error], [secret.slice(0, 8)]);
        }
      });

      it('stops reading a slow answer when it is cancelled', async () => {
        const { session, parent } = await atBranch();
        const arrived = new Promise<Exchange>((resolve) => {
          subject.server.intercept((exchange) => {
            exchange.response.writeHead(200, { 'Content-Type': 'application/json' });
            exchange.response.write('{"', () => resolve(exchange));
            return true;
          });
        });
        const controller = new AbortController();
        const reading = failure(session.list(parent, undefined, activeOnly, controller.signal));
        const { response } = await arrived;
        const closed = once(response, 'close');
        controller.abort();
        assert.equal((await reading).kind, 'cancelled');
        await closed;
      });

      it('sends nothing for a caller that has already cancelled', async () => {
        const { session, parent } = await atBranch();
        subject.server.requests.length = 0;
        const error = await failure(session.list(parent, undefined, activeOnly, AbortSignal.abort()));
        assert.equal(error.kind, 'cancelled');
        assert.equal(subject.server.requests.length, 0);
      });

      it('follows no redirect to another origin', async () => {
        const { session, parent } = await atBranch();
        const elsewhere = new Traffic();
        const listener = await listen(() => ({ status: 200, body: '[]' }), elsewhere, {});
        try {
          for (const status of [301, 302, 307, 308]) {
            const restore = subject.server.intercept((exchange) =>
              reply(exchange, {
                status,
                headers: { Location: `${listener.origin}${exchange.request.path}` },
              }),
            );
            const error = await failure(session.list(parent, undefined, activeOnly, unhurried()));
            restore();
            assert.deepEqual([error.kind, error.code], ['configuration', 'redirect']);
          }
          assert.deepEqual(elsewhere.requests, []);
        } finally {
          await listener.stop();
        }
      });
    });

    describe('as far as it can', () => {
      it('offers on its rows what it can do, and nothing else', async () => {
        const { session } = await harness.connect(subject.answers);
        assert.equal(session.revocation !== undefined, contract.revocations.length > 0);
        assert.equal(session.renew !== undefined, contract.renews ?? false);
        assert.equal(session.pause !== undefined, contract.pauses ?? false);
        assert.equal(session.resume !== undefined, contract.pauses ?? false);
        assert.equal(session.attachment !== undefined, contract.attaches ?? false);
        for (const { item } of await everyRow(session)) {
          assert(!item.actions.includes('revoke') || session.revocation, item.name);
          assert(!item.actions.includes('renew') || session.renew, item.name);
          assert(!item.actions.includes('pause') || session.pause, item.name);
          assert(!item.actions.includes('resume') || session.resume, item.name);
          assert(!item.actions.includes('attach') || session.attachment, item.name);
        }
      });

      const acts: Readonly<Record<ItemAction, (row: Row, connected: Connected) => Promise<unknown>>> = {
        revoke: async ({ path }, { root }) =>
          harness.revocations.revoke(await harness.nodeAt(root, path), unhurried()),
        renew: async ({ path }, { root }) =>
          harness.renewals.renew(await harness.nodeAt(root, path), unhurried()),
        pause: async ({ path }, { root }) =>
          harness.pauses.change(await harness.nodeAt(root, path), 'pause', unhurried()),
        resume: async ({ path }, { root }) =>
          harness.pauses.change(await harness.nodeAt(root, path), 'resume', unhurried()),
        attach: async ({ path }, { root }) =>
          harness.renewals.attachmentForm(await harness.nodeAt(root, path)),
        detach: async ({ path }, { root }) => harness.renewals.detach(await harness.nodeAt(root, path)),
      };
      for (const [action, act] of Object.entries(acts)) {
        if (contract.allRevocable && action === 'revoke') {
          continue;
        }
        it(`calls it unsupported to ${action} a row that does not offer it`, async () => {
          const connected = await harness.connect(subject.answers);
          const row = await found(
            connected,
            ({ item }) => !item.actions.some((offered) => offered === action),
            `a row that does not offer to ${action}`,
          );
          await harness.nodeAt(connected.root, row.path);
          subject.server.requests.length = 0;
          assert.equal((await failure(act(row, connected))).kind, 'unsupported');
          assert.equal(subject.server.requests.length, 0);
        });
      }

      if (contract.revocations.length > 0 && !contract.allRevocable) {
        it('refuses to revoke a row that cannot be, also when asked directly', async () => {
          const connected = await harness.connect(subject.answers);
          const row = await found(
            connected,
            ({ item }) => !item.actions.includes('revoke'),
            'a row that does not offer to revoke',
          );
          subject.server.requests.length = 0;
          const error = await failure(
            connected.session.revocation?.revoke(row.path, unhurried()) ?? Promise.resolve(),
          );
          assert.equal(error.kind, 'unsupported');
          assert.equal(subject.server.requests.length, 0);
        });
      }
    });

    for (const revocation of contract.revocations) {
      describe(`when revoking ${revocation.title}`, () => {
        async function atRow(): Promise<Connected & Row> {
          const connected = await harness.connect(subject.answers);
          const row = await found(connected, (candidate) => revocation.row(candidate), revocation.title);
          assert(row.item.actions.includes('revoke'), `${row.item.name} does not offer it`);
          assert(subject.isLive(row.path));
          return { ...connected, ...row };
        }

        function mutations(): readonly RecordedRequest[] {
          return subject.server.requests.filter((request) => revocation.isMutation(request));
        }

        it('says beforehand how far it reaches, without asking the service', async () => {
          const { session, path } = await atRow();
          subject.server.requests.length = 0;
          const reach = session.revocation?.reach(path);
          assert.notEqual(reach?.sentence ?? '', '');
          assert.equal(subject.server.requests.length, 0);
        });

        it('is gone from the tree and from the service', async () => {
          const { root, path, item } = await atRow();
          const node = await harness.nodeAt(root, path);
          assert.deepEqual(await harness.revocations.revoke(node, unhurried()), { kind: 'revoked' });
          assert(!subject.isLive(path));
          assert.equal(mutations().length, 1);
          const left = node.parent.nodes.find((candidate) => candidate.item.id === item.id);
          assert.equal(node.parent.error?.kind, revocation.endsConnection ? 'unauthorized' : undefined);
          assert(
            revocation.endsConnection || !left?.item.actions.includes('revoke'),
            'it can still be revoked',
          );
          assertCredentialsInPlace(subject, contract);
          assertNoSecretIn([left?.item, harness.logger.lines], subject.secrets);
        });

        it('is written down with what the service calls the request that acted', async () => {
          const { root, path } = await atRow();
          const node = await harness.nodeAt(root, path);
          subject.server.intercept((exchange) => {
            const answer = exchange.answer();
            const name = revocation.isMutation(exchange.request) ? 'the-act' : 'a-read';
            return reply(exchange, { ...answer, headers: { ...answer.headers, 'x-request-id': name } });
          });
          await harness.revocations.revoke(node, unhurried());
          const [act] = await harness.activity.of(node);
          assert.deepEqual([act?.kind, act?.requestId], ['revoke', 'the-act']);
        });

        it('is already gone the second time', async () => {
          const { root, path, session } = await atRow();
          const node = await harness.nodeAt(root, path);
          await session.revocation?.revoke(path, unhurried());
          assert(!subject.isLive(path));
          const result = await harness.revocations.revoke(node, unhurried());
          assert.equal(result.kind, revocation.again ?? 'alreadyGone');
        });

        it('finds out by itself when the reply gets lost', async () => {
          const { root, path } = await atRow();
          const node = await harness.nodeAt(root, path);
          const restore = subject.server.intercept((exchange) => {
            if (!revocation.isMutation(exchange.request)) {
              return false;
            }
            exchange.answer();
            restore();
            return dropped(exchange);
          });
          assert.equal((await harness.revocations.revoke(node, unhurried())).kind, 'revoked');
          assert(!subject.isLive(path));
          assertSentOnce(mutations(), revocation);
        });

        it('tells when the request never got through, and the row is still there', async () => {
          const { root, path } = await atRow();
          const node = await harness.nodeAt(root, path);
          subject.server.intercept(
            (exchange) => revocation.isMutation(exchange.request) && dropped(exchange),
          );
          assert.equal((await failure(harness.revocations.revoke(node, unhurried()))).kind, 'network');
          assert(subject.isLive(path));
          assert(node.parent.nodes.includes(node));
          assertSentOnce(mutations(), revocation);
        });

        for (const status of [403, 500]) {
          const expected = contract.kinds?.[status] ?? statuses[status];
          it(`tells when the service answers ${status}, and the row is still there`, async () => {
            const { root, path } = await atRow();
            const node = await harness.nodeAt(root, path);
            const answer = contract.errorReply(status, 'Not today');
            subject.server.intercept(
              (exchange) => revocation.isMutation(exchange.request) && reply(exchange, answer),
            );
            const error = await failure(harness.revocations.revoke(node, unhurried()));
            assert.equal(error.kind, expected);
            assert(subject.isLive(path));
            assertSentOnce(mutations(), revocation);
            assertNoSecretIn([error, harness.logger.lines], subject.secrets);
          });
        }

        it('reads a single row as the list has it, where it can read one', async () => {
          const { session, path, item } = await atRow();
          if (session.read) {
            const read = await session.read(path, unhurried());
            assert.deepEqual(read && plainItem(read), item);
            await session.revocation?.revoke(path, unhurried());
            const left = await session.read(path, unhurried());
            assert(!left?.actions.includes('revoke'), 'it can still be revoked');
          }
        });
      });
    }
  });
}

const storage = { readSecrets: async () => ({}), saveSecrets: async () => undefined };

/** Every row, once reading has changed at the service what reading changes. */
async function settledRows(session: Connected['session']): Promise<readonly Row[]> {
  await everyRow(session);
  return everyRow(session);
}

/** What a service that counts says of nothing: 0, or nothing at all. */
async function totalOfNothing(
  session: Connected['session'],
  parent: ItemPath | undefined,
): Promise<number | undefined> {
  const { total } = await session.list(parent, undefined, activeOnly, unhurried());
  assert(total === undefined || total === 0, `${total} of nothing`);
  return total;
}

function assertWellFormed(item: Row['item']): void {
  assert.notEqual(item.id, '');
  assert.equal(typeof item.name, 'string');
  assert(item.lifetime.kind !== 'expires' || Number.isFinite(item.lifetime.at), item.name);
  for (const field of item.fields) {
    assert.notEqual(field.label, '', item.name);
    assert('text' in field || Number.isFinite(field.at), `${item.name}: ${field.label}`);
  }
}

/** Where each row stands, and what it is called. */
function namesOf(rows: readonly Row[]): string[] {
  return rows.map(({ path, item }) => `${path.map(({ id }) => id).join(' > ')}: ${item.name}`);
}

function reply(exchange: Exchange, answer: Reply): true {
  send(exchange.response, answer);
  return true;
}

function dropped(exchange: Exchange): true {
  exchange.response.socket?.resetAndDestroy();
  return true;
}

function withUnknownFields(answer: Reply): Reply {
  const body: unknown = JSON.parse(String(answer.body));
  return { ...answer, body: JSON.stringify(addUnknownFields(body)) };
}

function addUnknownFields(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(addUnknownFields);
  }
  if (!isRecord(value)) {
    return value;
  }
  const known = Object.entries(value).map(([key, inner]) => [key, addUnknownFields(inner)] as const);
  return { ...Object.fromEntries(known), brandNew: { since: 'today' } };
}

/** What was really sent in the credential headers, as text that a server could echo. */
function credentialsIn(subject: ContractSubject, contract: AdapterContract): string[] {
  const values = subject.server.requests.flatMap(({ headers }) =>
    contract.credentialHeaders.map((header) => headers[header]),
  );
  return [...new Set(values.filter((value) => typeof value === 'string'))];
}

function assertCredentialsInPlace(subject: ContractSubject, contract: AdapterContract): void {
  assert.notEqual(subject.server.requests.length, 0);
  for (const request of subject.server.requests) {
    const others = Object.entries(request.headers).filter(
      ([header]) => !contract.credentialHeaders.includes(header),
    );
    const body = contract.mayCarryCredential?.(request) ? '' : request.body;
    const open = [request.path, request.query.toString(), JSON.stringify(others), body].join('\n');
    for (const form of subject.secrets.flatMap(formsOf)) {
      assert(
        !open.includes(form),
        `${request.method} ${request.path} carries a credential where it must not`,
      );
    }
  }
}

function assertSentOnce(sent: readonly RecordedRequest[], { repeatable }: RevocationCase): void {
  assert.equal(new Set(sent.map(({ body }) => body)).size, 1, 'the bodies differ');
  assert(repeatable || sent.length === 1, `sent ${sent.length} times`);
}
