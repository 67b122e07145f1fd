import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { HeldTokens } from '../../src/core/act/heldTokens.ts';
import type { Pauses } from '../../src/core/act/pauses.ts';
import type { RowActs } from '../../src/core/act/rowActs.ts';
import type { Act, Activity } from '../../src/core/activity/activity.ts';
import { cleanAdapter } from '../../src/core/adapter/cleanAdapter.ts';
import type {
  AdapterFactory,
  AdapterSession,
  Draft,
  FormStep,
  ListOptions,
  ProviderAdapter,
  SignIn,
} from '../../src/core/adapter/contract.ts';
import type { SignInUser } from '../../src/core/adapter/signInUser.ts';
import type { Connections } from '../../src/core/connections/connections.ts';
import type { NetworkDeps, Sessions } from '../../src/core/connections/sessions.ts';
import type { Core } from '../../src/core/createCore.ts';
import type { Inventory } from '../../src/core/inventory/inventory.ts';
import type { ConnectionNode, ItemNode } from '../../src/core/inventory/tree.ts';
import { TokenManagerError } from '../../src/core/model/errors.ts';
import type { Connection, Item, ItemPath } from '../../src/core/model/item.ts';
import { plainItem } from '../../src/core/model/plainItem.ts';
import { Secret } from '../../src/core/model/secret.ts';
import type { Transport, TransportLimits } from '../../src/core/ports.ts';
import type { Renewals } from '../../src/core/renew/renew.ts';
import type { Revocations } from '../../src/core/revoke/revoke.ts';
import { generousLimits, memoryCore } from '../unit/core/memoryCore.ts';
import {
  localize,
  MemoryActStore,
  MemoryConnectionStore,
  MemoryCredentialStore,
  MemoryLogger,
  SkippingClock,
} from '../unit/fakes.ts';
import { stacks } from './stacks.ts';

/**
 * What a user types or picks, by form step id, secrets in clear. A step that is left out takes its default,
 * its only option, or (where several may be picked) all.
 */
export type Answers = Readonly<Record<string, string | readonly string[]>>;

/** The real core around one adapter, with everything the core needs from the world in memory. */
export class Harness {
  readonly clock: SkippingClock;
  readonly logger = new MemoryLogger();
  readonly credentialStore = new MemoryCredentialStore();
  readonly connectionStore = new MemoryConnectionStore();
  readonly actStore = new MemoryActStore();
  readonly activity: Activity;
  readonly adapter: ProviderAdapter;
  readonly connections: Connections;
  readonly sessions: Sessions;
  readonly inventory: Inventory;
  readonly rowActs: RowActs;
  readonly revocations: Revocations;
  readonly renewals: Renewals;
  readonly heldTokens: HeldTokens;
  readonly pauses: Pauses;
  /** Every origin that anything was sent to. */
  readonly origins = new Set<string>();
  includeExpired = false;
  /** The user who signs in: agrees to every address, and has neither browser nor patience for codes. */
  user: SignInUser = {
    trust: async () => undefined,
    authorize: () => assert.fail('nobody has a browser here'),
    showDeviceCode: () => assert.fail('nobody enters codes here'),
  };
  readonly #transport: Partial<Closable>;
  readonly #core: Core;

  constructor(
    factory: AdapterFactory,
    clock: SkippingClock = new SkippingClock(),
    transport: (Transport & Partial<Closable>) | NetworkDeps['transport'] = stacks.undici(),
    limits: Partial<TransportLimits> = {},
  ) {
    this.clock = clock;
    this.#transport = typeof transport === 'function' ? {} : transport;
    this.adapter = cleanAdapter(factory(localize));
    this.#core = memoryCore([this.adapter], {
      connectionStore: this.connectionStore,
      credentialStore: this.credentialStore,
      actStore: this.actStore,
      clock,
      logger: this.logger,
      includeExpired: () => this.includeExpired,
      network: {
        transport: async (...files) => {
          const used = typeof transport === 'function' ? await transport(...files) : transport;
          return {
            send: (request) => {
              this.origins.add(request.url.origin);
              return used.send(request);
            },
          };
        },
        limits: () => ({ ...generousLimits, ...limits }),
      },
    });
    this.activity = this.#core.activity;
    this.connections = this.#core.connections;
    this.sessions = this.#core.sessions;
    this.inventory = this.#core.inventory;
    this.rowActs = this.#core.rowActs;
    this.revocations = this.#core.revocations;
    this.renewals = this.#core.renewals;
    this.heldTokens = this.#core.heldTokens;
    this.pauses = this.#core.pauses;
  }

  /** Walks the form as the wizard does. @throws what fetching options throws, or a sentence of a validation */
  async fill(answers: Answers): Promise<Draft> {
    let draft: Draft = { settings: {}, secrets: {} };
    for (const step of this.adapter.form) {
      if (step.when?.(draft) ?? true) {
        const answer = await this.#answer(step, draft, answers[step.id]);
        draft = withAnswer(draft, step, answer);
      }
    }
    return draft;
  }

  async signIn(answers: Answers, signal = unhurried()): Promise<SignIn> {
    const draft = await this.fill(answers);
    const io = this.sessions.signInIo(this.adapter, draft, this.user);
    const signedIn = await this.adapter.signIn(draft, io, signal);
    return { ...signedIn, settings: { ...signedIn.settings, ...io.settings() } };
  }

  async connect(answers: Answers): Promise<Connected> {
    const { account, settings, secrets } = await this.signIn(answers);
    const connection = await this.connections.add({
      adapterId: this.adapter.id,
      serviceName: this.adapter.displayName,
      label: account.name,
      account,
      settings,
      secrets,
    });
    const root = this.inventory.roots.find(({ key }) => key === connection.id);
    assert(root, 'the connection has no root');
    return { connection, root, session: await this.sessions.get(connection.id) };
  }

  /** The tree's own node for a row, everything on the way opened and all pages read until it shows. */
  async nodeAt(root: ConnectionNode, path: ItemPath): Promise<ItemNode> {
    let branch = root.branch;
    let node: ItemNode | undefined;
    for (const { id, name } of path) {
      await this.inventory.open(branch);
      node = branch.nodes.find(({ item }) => item.id === id);
      while (!node && branch.hasMore && !branch.error) {
        await this.inventory.loadMore(branch);
        node = branch.nodes.find(({ item }) => item.id === id);
      }
      assert(node, `no row ${name} (${branch.error?.kind ?? 'no error'})`);
      branch = node.branch;
    }
    assert(node);
    return node;
  }

  /** What was done so far, the newest first. */
  acts(): Promise<readonly Act[]> {
    return this.activity.acts();
  }

  dispose(): void {
    void this.#transport.close?.();
    this.#core.dispose();
  }

  async #answer(step: FormStep, draft: Draft, given: Answers[string] | undefined) {
    if (step.kind === 'choice') {
      const io = this.sessions.formIo(this.adapter, draft);
      const values = (await step.options(draft, io, unhurried())).map(({ value }) => value);
      const answer = given ?? (step.many ? [] : values.length === 1 ? values[0] : undefined);
      assert(answer !== undefined, `nothing chosen for ${step.id} among ${values.join(', ')}`);
      for (const chosen of [answer].flat()) {
        assert(values.includes(chosen), `${step.id} does not offer ${chosen} but ${values.join(', ')}`);
      }
      return answer;
    }
    const answer = given ?? step.default ?? (step.isOptional ? '' : undefined);
    assert(typeof answer === 'string', `nothing entered for ${step.id}`);
    const complaint = step.kind === 'url' ? undefined : step.validate?.(answer, draft);
    assert.equal(complaint, undefined, `${step.id}: ${complaint}`);
    return answer;
  }
}

interface Closable {
  close(): Promise<void>;
}

export interface Connected {
  readonly connection: Connection;
  readonly root: ConnectionNode;
  readonly session: AdapterSession;
}

function withAnswer({ settings, secrets }: Draft, step: FormStep, answer: string | readonly string[]): Draft {
  return step.kind === 'secret'
    ? { settings, secrets: { ...secrets, [step.id]: new Secret(String(answer)) } }
    : { settings: { ...settings, [step.id]: answer }, secrets };
}

/** A signal that is never aborted. */
export function unhurried(): AbortSignal {
  return new AbortController().signal;
}

export const activeOnly: ListOptions = { includeExpired: false };

export interface WholeList {
  readonly items: readonly Item[];
  readonly problems: readonly Error[];
  readonly pages: number;
  readonly total: number | undefined;
}

/** All pages below a row, or of the outermost rows. */
export async function readAll(
  session: AdapterSession,
  parent: ItemPath | undefined,
  options: ListOptions = activeOnly,
): Promise<WholeList> {
  const items: Item[] = [];
  const problems: Error[] = [];
  const cursors = new Set<string>();
  let cursor: string | undefined;
  for (let pages = 1; ; pages++) {
    const page = await session.list(parent, cursor, options, unhurried());
    // Rows may keep what they say in private; a copy can be compared.
    items.push(...page.items.map(plainItem));
    problems.push(...(page.problems ?? []));
    if (page.next === undefined) {
      return { items, problems, pages, total: page.total };
    }
    assert(!cursors.has(page.next), `the page ${page.next} came twice`);
    cursors.add(page.next);
    cursor = page.next;
  }
}

export interface Row {
  readonly path: ItemPath;
  readonly item: Item;
  readonly siblings: readonly Item[];
}

/** Every row there is, outermost first, also those that are read only on request. */
export async function everyRow(
  session: AdapterSession,
  options: ListOptions = activeOnly,
  parent?: ItemPath,
): Promise<Row[]> {
  const { items, problems } = await childrenOf(session, parent, options);
  assert.deepEqual(problems, [], 'a part could not be read');
  const rows: Row[] = [];
  for (const item of items) {
    const path: ItemPath = [...(parent ?? []), item];
    rows.push({ path, item, siblings: items });
    if (item.children.kind !== 'none') {
      rows.push(...(await everyRow(session, options, path)));
    }
  }
  return rows;
}

async function childrenOf(session: AdapterSession, parent: ItemPath | undefined, options: ListOptions) {
  const children = parent?.at(-1)?.children;
  return children?.kind === 'inline'
    ? { items: children.items, problems: [] }
    : readAll(session, parent, options);
}

/** The error a promise rejects with. */
export async function failure(promise: Promise<unknown>): Promise<TokenManagerError> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  assert('error' in outcome, `expected an error, got ${inspect(outcome)}`);
  assert(outcome.error instanceof TokenManagerError, `not a TokenManagerError: ${inspect(outcome.error)}`);
  return outcome.error;
}

/** Fails when one of the secrets, or an encoding of it, is in any text that can be made of the values. */
export function assertNoSecretIn(values: readonly unknown[], secrets: readonly string[]): void {
  const text = values
    .flatMap((value) => [
      String(value),
      JSON.stringify(value),
      inspect(value, { depth: 20, showHidden: true }),
    ])
    .join('\n');
  for (const secret of secrets) {
    for (const form of formsOf(secret)) {
      assert(!text.includes(form), `a secret shows near ${textAround(text, form)}`);
    }
  }
}

/** A text as it is and as it could have been encoded on its way. */
export function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    encodeURIComponent(secret),
    bytes.toString('hex'),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
  ];
}

function textAround(text: string, form: string): string {
  const start = text.indexOf(form);
  return `${text.slice(Math.max(0, start - 60), start)}<the secret>${text.slice(start + form.length).slice(0, 60)}`;
}
