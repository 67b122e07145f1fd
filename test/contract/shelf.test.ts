import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import {
  descriptionSchema,
  type Section,
  type ServiceDescription,
  sectionsOf,
} from '../../src/adapters/declarative/description.ts';
import { readDescription } from '../../src/adapters/declarative/parse.ts';
import { shelfAdapter } from '../../src/adapters/shelf/adapter.ts';
import { shelfId } from '../../src/core/adapter/shelf.ts';
import {
  documentFile,
  listFile,
  shelfDocument,
  shelfEntry,
  shelfIds,
  shelfModule,
} from '../documents/shelf.ts';
import {
  type DescribedServer,
  type DescribedTable,
  exchangedToken,
  pageSize,
  refusalReply,
  startDescribed,
} from '../servers/described.ts';
import { type RecordedRequest, send } from '../servers/loopback.ts';
import { tableOf } from '../servers/shelfService.ts';
import { localize, SkippingClock } from '../unit/fakes.ts';
import {
  type AdapterContract,
  type ContractSubject,
  contractOver,
  type RevocationCase,
} from './adapterContract.ts';
import { faultTable } from './faults/faultTable.ts';
import { assertNoSecretIn, everyRow, failure, Harness, type Row, unhurried } from './harness.ts';
import { stacks } from './stacks.ts';

/** Of these each fault by itself: the adapter is one for all of the shelf, and differs in data only. */
const underAllFaults = ['cloudflare', 'mattermost'];

function contractOf(id: string): AdapterContract {
  const entry = shelfEntry(id);
  const description = descriptionSchema().parse(entry.description);
  const table = tableOf(id);
  const { credential, lists } = description;
  const [first] = sectionsOf(description);
  return {
    async start(options) {
      const server = await startDescribed(description, table, options);
      const answers = { baseUrl: server.url, ...server.credentials };
      return {
        factory: (words) => shelfAdapter(entry, words),
        server,
        origins: [new URL(server.url).origin],
        answers,
        wrongAnswers: { ...answers, credential: 'of-somebody-else' },
        secrets: [
          ...['credential', 'credential2'].flatMap((step) => server.credentials[step] ?? []),
          ...(credential.signIn ? [exchangedToken(description)] : []),
          ...(table.secretValues ?? []),
        ],
        empty: () => {
          for (const rows of server.state.lists.values()) {
            rows.length = 0;
          }
        },
        isLive: (path) =>
          isLive(
            description,
            server,
            path.map((item) => item.id),
          ),
      };
    },
    mayCarryCredential: (request) => isSignIn(description, request),
    credentialHeaders: [credential.header, ...(credential.also ?? []).map(({ header }) => header)].map(
      (name) => name.toLowerCase(),
    ),
    ...(lists && first && { branch: ({ path }: Row) => path.length === 1 && path[0].id === first.id }),
    errorReply: (status, words) => refusalReply(table, status, words),
    paged: first?.list.paging.style !== 'none',
    signsIn: credential.signIn !== undefined,
    renews: sectionsOf(description).some(({ rotate, extend }) => rotate ?? extend),
    pauses: sectionsOf(description).some(({ pause }) => pause),
    ...(table.ownRow !== undefined && {
      ownRow: ({ item }: Row) => item.kind === 'token' && item.id === table.ownRow,
    }),
    allRevocable: isFlat(description),
    revocations: revocationsOf(description, table),
  };
}

/** Rows that hold nothing, in a list that stands for itself. */
function isFlat({ token, lists }: ServiceDescription): boolean {
  return lists === undefined && token?.scopes === undefined && token?.grants === undefined;
}

function isLive(description: ServiceDescription, server: DescribedServer, path: readonly string[]): boolean {
  const section = sectionsOf(description).find(({ id }) => id === undefined || id === path[0]);
  const row =
    section &&
    server.state.lists.get(section.id ?? '')?.find(({ raw }) => idOf(section, raw) === path.at(-1));
  return row !== undefined && !row.isGone;
}

function idOf(section: Section, raw: unknown): string {
  const id = section.token.id
    .split('.')
    .reduce<unknown>((inner, name) => Reflect.get(Object(inner), name), raw);
  return String(id);
}

/** What brings the token that all other requests carry. */
function isSignIn(
  { credential: { signIn } }: ServiceDescription,
  { method, path }: RecordedRequest,
): boolean {
  const route = new RegExp(`${(signIn?.route ?? '').replace(/\{\w+\}/g, '[^/]+')}$`);
  return signIn !== undefined && method === 'POST' && route.test(path);
}

/** The last row of each list, which is never the connection's own. */
function revocationsOf(description: ServiceDescription, table: DescribedTable): RevocationCase[] {
  return sectionsOf(description).map((section) => ({
    title: section.name ?? 'a row',
    row: ({ item, path, siblings }) =>
      item.kind === 'token' &&
      item === siblings.at(-1) &&
      (section.id === undefined || path[0].id === section.id) &&
      item.id !== table.ownRow,
    isMutation: (request) => request.method !== 'GET' && !isSignIn(description, request),
    ...(table.gone && { again: 'revoked' as const }),
  }));
}

/** Why these answers cannot show what the contract asks of every service; the contract is tried when there is nothing. */
function shortcomingsOf(id: string): string[] {
  const file = `test/servers/shelf/${id}.json`;
  const read = descriptionSchema().safeParse(shelfEntry(id).description);
  if (!read.success) {
    return [`src/adapters/shelf/services/${id}.json does not fit the schema of descriptions`];
  }
  const { lists, ownRow, refusal } = tableOf(id);
  const sections = sectionsOf(read.data);
  const namesOwn = sections.some(({ own }) => own !== undefined);
  return [
    ...(JSON.stringify(refusal ?? null).includes('{words}')
      ? []
      : [`${file} needs \`refusal\`, with "{words}" where the service's own words are`]),
    ...(namesOwn === (ownRow !== undefined)
      ? []
      : [`${file} needs \`ownRow\` exactly when the description has \`own\``]),
    ...sections.flatMap((section) => {
      const name = section.id ?? '';
      const rows = lists[name] ?? [];
      return [
        ...(rows.length > pageSize
          ? []
          : [`${file} needs ${pageSize + 1} tokens in \`lists["${name}"]\`, for two pages`]),
        ...(ownRow !== undefined && idOf(section, rows.at(-1)) === ownRow
          ? [
              `${file}: the last token of \`lists["${name}"]\` is the one to revoke, so it cannot be \`ownRow\``,
            ]
          : []),
      ];
    }),
  ];
}

for (const id of shelfIds().filter((one) => shortcomingsOf(one).length === 0)) {
  contractOver('undici', `${shelfEntry(id).description.name}, from the shelf,`, contractOf(id));
}

for (const id of shelfIds().filter((one) => shortcomingsOf(one).length === 0)) {
  const extent = underAllFaults.includes(id) ? 'all' : 'answers';
  faultTable('undici', `${shelfEntry(id).description.name}, from the shelf,`, contractOf(id), extent);
}

/** What the contract leaves to each adapter's own test. */
for (const id of shelfIds().filter((one) => shortcomingsOf(one).length === 0)) {
  const contract = contractOf(id);
  describe(`${shelfEntry(id).description.name}, from the shelf,`, () => {
    let subject: ContractSubject;
    let harness: Harness;

    beforeEach(async () => {
      const clock = new SkippingClock();
      subject = await contract.start({ now: () => clock.now() });
      harness = new Harness(subject.factory, clock, stacks.undici());
    });

    afterEach(async () => {
      harness.dispose();
      await subject.server.stop();
    });

    it('is refused in the words of the service', async () => {
      const { root, session } = await harness.connect(subject.answers);
      const rows = await everyRow(session);
      const row = rows.findLast(({ item }) => item.actions.includes('revoke'));
      assert(row);
      const node = await harness.nodeAt(root, row.path);
      subject.server.intercept(({ request, response }) => {
        const acts = request.method !== 'GET';
        if (acts) {
          send(response, contract.errorReply(403, 'Ask Ada, who keeps the keys.'));
        }
        return acts;
      });
      const { kind, detail } = await failure(harness.revocations.revoke(node, unhurried()));
      assert.deepEqual([kind, detail], ['forbidden', 'Ask Ada, who keeps the keys.']);
    });

    if (contract.pauses) {
      it('pauses a row and resumes it, as seen in the list and with one request each', async () => {
        const { root, session } = await harness.connect(subject.answers);
        const row = (await everyRow(session)).findLast(({ item }) => item.actions.includes('pause'));
        assert(row, 'no row offers to pause');
        const stands = async () => (await harness.nodeAt(root, row.path)).item;
        const before = await stands();
        for (const [act, status, next] of [
          ['pause', 'inactive', 'resume'],
          ['resume', 'active', 'pause'],
        ] as const) {
          subject.server.requests.length = 0;
          const node = await harness.nodeAt(root, row.path);
          assert.deepEqual(await harness.pauses.change(node, act, unhurried()), { kind: 'done' });
          const item = await stands();
          assert.deepEqual([item.status, item.actions.includes(next)], [status, true]);
          assert.equal(subject.server.requests.filter(({ method }) => method !== 'GET').length, 1);
        }
        assert.deepEqual((await stands()).actions, before.actions);
        assert(subject.isLive(row.path));
      });

      it('says of a pause that it was refused in the words of the service', async () => {
        const { root, session } = await harness.connect(subject.answers);
        const row = (await everyRow(session)).findLast(({ item }) => item.actions.includes('pause'));
        assert(row);
        const node = await harness.nodeAt(root, row.path);
        subject.server.intercept(({ request, response }) => {
          const acts = request.method !== 'GET';
          if (acts) {
            send(response, contract.errorReply(403, 'Ask Ada, who keeps the keys.'));
          }
          return acts;
        });
        const { kind, detail } = await failure(harness.pauses.change(node, 'pause', unhurried()));
        assert.deepEqual([kind, detail], ['forbidden', 'Ask Ada, who keeps the keys.']);
      });

      it('does not offer to pause the token in use, which could not be resumed with it', async () => {
        const { session } = await harness.connect(subject.answers);
        for (const { item } of await everyRow(session)) {
          assert(!(item.isOwnCredential && item.actions.includes('pause')), item.name);
        }
      });
    }

    if (contract.renews) {
      it('rotates the token in use, stores the new value and goes on with it', async () => {
        const { root, session, connection } = await harness.connect(subject.answers);
        const row = (await everyRow(session)).find(({ item }) => item.isOwnCredential);
        assert(row, 'no row is marked as the token in use');
        const result = await harness.renewals.renew(await harness.nodeAt(root, row.path), unhurried());
        const stored = harness.credentialStore.values.get(connection.id)?.credential?.reveal();
        assert.equal(result.kind, 'renewed');
        assert.notEqual(stored, subject.answers.credential);
        assert.equal((await everyRow(session)).filter(({ item }) => item.isOwnCredential).length, 1);
        assertNoSecretIn([result, harness.logger.lines], [...subject.secrets, stored ?? '']);
      });
    }
  });
}

describe('the shelf', () => {
  for (const id of shelfIds()) {
    it(`has a description of ${id} that could be one of the user’s own, under the name of its file`, () => {
      const entry = shelfEntry(id);
      const read = readDescription(entry.description, localize);
      assert(read.kind === 'usable', JSON.stringify(read));
      assert.equal(entry.description.id, id);
      assert.equal(shelfAdapter(entry, localize).id, shelfId(id));
      assert.notEqual(entry.facts.sources.length, 0);
    });

    it(`has answers of ${id} that are enough to try its description`, () => {
      assert.deepEqual(shortcomingsOf(id), []);
    });

    it(`says of ${id} which values of its list nothing may show, as they are in the list`, () => {
      const { lists, secretValues = [] } = tableOf(id);
      for (const secret of secretValues) {
        assert(JSON.stringify(lists).includes(JSON.stringify(secret)), secret);
      }
    });
  }

  it('is loaded from a list of all its files (npm run shelf writes it)', () => {
    assert.equal(readFileSync(listFile, 'utf8'), shelfModule());
  });

  it('has a document about all of them, made from their files (npm run shelf writes it)', () => {
    assert.equal(readFileSync(documentFile, 'utf8'), shelfDocument());
  });
});
