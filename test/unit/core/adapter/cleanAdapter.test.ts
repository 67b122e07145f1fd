import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { z } from 'zod';
import { cleanAdapter } from '../../../../src/core/adapter/cleanAdapter.ts';
import type { AdapterIo, AdapterSession, ProviderAdapter } from '../../../../src/core/adapter/contract.ts';
import type { HttpResponse } from '../../../../src/core/http/client.ts';
import { shownItems } from '../../../../src/core/model/displayItem.ts';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import { type Item, noChildren } from '../../../../src/core/model/item.ts';
import { KnownSecrets } from '../../../../src/core/model/knownSecrets.ts';
import { plainItem } from '../../../../src/core/model/plainItem.ts';
import { Secret } from '../../../../src/core/model/secret.ts';
import { SkippingClock } from '../../fakes.ts';

const value = 'canary/4f2e+9a1b=secret';
const hidden = '\u202eevil\u0007';
const written = [
  value,
  value.toUpperCase(),
  encodeURIComponent(value),
  Buffer.from(value).toString('hex'),
  Buffer.from(`id:${value}`).toString('base64'),
  JSON.stringify(value),
];
const quoting = `${hidden} ${written.join(' ')} end`;
const signal = new AbortController().signal;
const secrets = { token: new Secret(value) };
const answer: HttpResponse = {
  status: 200,
  headers: {},
  body: '',
  retryAt: undefined,
  redact: (text) => text,
};

function row(id: string, text: string): Item {
  return {
    id,
    kind: 'token',
    name: text,
    lifetime: { kind: 'none' },
    owner: text,
    remark: text,
    identifier: text,
    fields: [
      { label: text, text },
      { label: text, at: 1 },
    ],
    children: { kind: 'inline', items: [{ ...plainRow('inner'), name: text }, plainRow(text)] },
    actions: ['revoke'],
  };
}

function plainRow(id: string): Item {
  return {
    id,
    kind: 'note',
    name: 'n',
    lifetime: { kind: 'none' },
    fields: [],
    children: noChildren,
    actions: [],
  };
}

/** An adapter whose service says the credential wherever it says anything. */
function quotingAdapter(): ProviderAdapter {
  const error = () =>
    new TokenManagerError('rejected', quoting, { code: value, status: 400, nothingSent: true });
  const session: AdapterSession = {
    list: async (parent) => {
      if (parent) {
        throw error();
      }
      return { items: [row('1', quoting), row(value, 'x'), plainRow('2')], problems: [error()], total: 3 };
    },
    read: async () => row('1', quoting),
    renew: async () => {
      throw error();
    },
    revocation: {
      reach: () => ({ sentence: quoting, warnings: [quoting] }),
      revoke: async () => ({ kind: 'waitingForApproval', reference: value }),
    },
  };
  return {
    id: 'quoting',
    displayName: 'Quoting',
    description: '',
    form: [
      {
        kind: 'choice',
        id: 'choice',
        title: 't',
        prompt: 'p',
        options: async () => [{ value: 'v', label: quoting, description: quoting, detail: quoting }],
      },
    ],
    signIn: async () => ({ account: { id: value, name: quoting }, settings: {}, secrets, notice: quoting }),
    open: () => session,
  };
}

const io: AdapterIo = {
  http: () => ({ baseUrl: 'https://example.com', request: async () => answer }),
  clock: new SkippingClock(),
  readSecrets: async () => secrets,
  saveSecrets: async () => undefined,
};

function assertClean(shown: unknown): void {
  const text = `${inspect(shown, { depth: 20, showHidden: true })} ${JSON.stringify(shown)}`;
  for (const form of written) {
    assert(!text.toLowerCase().includes(form.toLowerCase()), `${form} in ${text}`);
  }
}

describe('cleanAdapter', () => {
  const adapter = cleanAdapter(quotingAdapter());
  const session = adapter.open({ settings: {}, secrets }, io);

  it('shows no credential of a connection in rows, and tells of a row that it can only leave out', async () => {
    const page = await session.list(undefined, undefined, { includeExpired: false }, signal);
    assertClean(page);
    assert.deepEqual(
      page.items.map(({ id }) => id),
      ['1', '2'],
    );
    assert.equal(page.total, 3);
    assert.deepEqual(
      page.problems?.map((problem) => [
        TokenManagerError.from(problem).kind,
        TokenManagerError.from(problem).code,
      ]),
      [
        ['rejected', '••••••••'],
        ['protocol', 'credential-as-identifier'],
      ],
    );
    assert.deepEqual(page.items[0]?.actions, ['revoke']);
    assertClean(await session.read?.([row('1', 'x')], signal));
  });

  it('shows none in an account, a notice, an option, a confirmation and an outcome, and no hidden characters', async () => {
    const signedIn = await adapter.signIn({ settings: {}, secrets: {} }, io, signal);
    assertClean([signedIn.account, signedIn.notice]);
    assert.doesNotMatch(signedIn.account.name, /\u202e|\p{Cc}/u);
    assert.equal(signedIn.secrets.token?.reveal(), value);
    const [step] = adapter.form;
    assert(step?.kind === 'choice');
    const options = await step.options({ settings: {}, secrets }, io, signal);
    assertClean(options);
    assert.doesNotMatch(options[0]?.label ?? '', /\u202e|\p{Cc}/u);
    assertClean(session.revocation?.reach([plainRow('2')]));
    assertClean(await session.revocation?.revoke([plainRow('2')], signal));
  });

  it('shows none in an error, and keeps the rest of it', async () => {
    for (const work of [
      session.list([plainRow('2')], undefined, { includeExpired: false }, signal),
      session.renew?.([plainRow('2')], signal),
    ]) {
      const error = await Promise.resolve(work).then(() => undefined, TokenManagerError.from);
      assertClean(error);
      assert.deepEqual([error?.kind, error?.status, error?.nothingSent], ['rejected', 400, true]);
    }
  });

  it('learns what is sent and what is stored meanwhile', async () => {
    const other = { ...secrets, token: new Secret('another-one-0123456789') };
    const talking = cleanAdapter({
      ...quotingAdapter(),
      open: (_, given) => ({
        list: async () => {
          const client = given.http('https://example.com');
          const headers = { authorization: new Secret('sent-0123456789').map((text) => `Bearer ${text}`) };
          await client.request({ method: 'GET', route: '/', headers, repeat: 'reads', signal });
          await given.saveSecrets({ token: new Secret('stored-0123456789'), gone: undefined });
          await given.readSecrets();
          return {
            items: [{ ...plainRow('1'), name: 'sent-0123456789 stored-0123456789 another-one-0123456789' }],
          };
        },
      }),
    }).open({ settings: {}, secrets: {} }, { ...io, readSecrets: async () => other });
    const { items } = await talking.list(undefined, undefined, { includeExpired: false }, signal);
    assert.equal(items[0]?.name, '•••••••• •••••••• ••••••••');
  });

  it('makes no field of a row, and no row below it, before somebody looks', async () => {
    const made: string[] = [];
    const lazy: Item = {
      ...plainRow('1'),
      get name() {
        made.push('name');
        return value;
      },
      get fields() {
        made.push('fields');
        return [{ label: 'L', text: value }];
      },
      children: {
        kind: 'inline',
        isPassive: true,
        get items() {
          made.push('rows below');
          return [{ ...plainRow('2'), name: value }, plainRow(value)];
        },
      },
    };
    const [item] = (await listed([lazy])).items;
    assert.deepEqual(made, ['name'], 'once, so that no look at all rows has to search them');
    assert(item?.children.kind === 'inline' && item.children.isPassive);
    assert.equal(item.name, '••••••••');
    assert.deepEqual(item.fields, [{ label: 'L', text: '••••••••' }]);
    assert.deepEqual(
      item.children.items.map(({ name }) => name),
      ['••••••••'],
    );
    assert.equal(item.children.items, item.children.items, 'the same rows each time');
    assert.deepEqual(made, ['name', 'name', 'fields', 'rows below']);
  });

  it('changes nothing where nothing is quoted, and promises what the adapter does', async () => {
    const rows = [
      plainRow('1'),
      { ...plainRow('2'), children: { kind: 'inline', isPassive: false, items: [plainRow('3')] } } as const,
    ];
    const opened = await listed(rows);
    assert.deepEqual(opened.items.map(plainItem), rows.map(plainItem));
    assert.deepEqual(
      [opened.renew, opened.read, opened.revocation, opened.attachment, opened.webPage],
      new Array(5).fill(undefined),
    );
  });

  it('cleans a long list in a small part of the time that reading it takes', async () => {
    const body = JSON.stringify(
      Array.from({ length: 10_000 }, (_, index) => ({
        id: `id-${index}`,
        name: `Deploy token for service ${index} in production`,
        more: 'x'.repeat(100),
      })),
    );
    const read = () => z.array(z.looseObject({ id: z.string(), name: z.string() })).parse(JSON.parse(body));
    const rows = read().map(({ id, name }) => ({ ...plainRow(id), name }));
    const known = new KnownSecrets([new Secret(value)]);
    const cleaning = leastTime(() => {
      for (const { name } of shownItems(rows, known)) {
        assert(name);
      }
    });
    assert(cleaning < leastTime(read), `${cleaning} µs`);
  });
});

async function listed(items: readonly Item[]) {
  const plain = cleanAdapter({ ...quotingAdapter(), open: () => ({ list: async () => ({ items }) }) });
  const session = plain.open({ settings: {}, secrets }, io);
  return { ...session, ...(await session.list(undefined, undefined, { includeExpired: false }, signal)) };
}

/** Of the processor, in microseconds. */
function leastTime(work: () => unknown): number {
  return Math.min(
    ...Array.from({ length: 8 }, () => {
      const began = process.cpuUsage();
      work();
      return process.cpuUsage(began).user;
    }),
  );
}
