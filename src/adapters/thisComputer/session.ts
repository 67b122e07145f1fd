import type {
  AdapterSession,
  HandOver,
  Page,
  Reach,
  Revocation,
  RevokeOutcome,
} from '../../core/adapter/contract.ts';
import type { LeakTables } from '../../core/leaks/leakedTokens.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import { type Field, type Item, type ItemPath, noChildren, noLifetime } from '../../core/model/item.ts';
import { KnownSecrets } from '../../core/model/knownSecrets.ts';
import type { Secret } from '../../core/model/secret.ts';
import type { Clock, Localize } from '../../core/ports.ts';
import type { ComputerDeps } from './adapter.ts';
import { type Place, type Program, programs, signInsOf } from './programs.ts';
import { type RevokeWay, revokeBy, wayToRevoke } from './revoke.ts';
import type { LocalSignIn } from './signIn.ts';

interface Found {
  readonly signIn: LocalSignIn & { readonly place: Place };
  readonly way: RevokeWay | undefined;
  /** Where to revoke it by hand; ours to choose. */
  readonly page: string | undefined;
}

/** What the files of the chosen programs hold, read anew each time. */
export class ComputerSession implements AdapterSession {
  readonly #programs: readonly Program[];
  readonly #deps: ComputerDeps;
  readonly #clock: Clock;
  readonly #localize: Localize;
  /** By program and id, as last read. */
  #found = new Map<string, Found>();
  /** The files still hold what was seen dead; only their program may change them. */
  readonly #dead = new Set<string>();

  constructor(chosen: unknown, deps: ComputerDeps, clock: Clock, localize: Localize) {
    const ids: readonly unknown[] = Array.isArray(chosen) ? chosen : [];
    this.#programs = ids.length === 0 ? programs : programs.filter(({ id }) => ids.includes(id));
    this.#deps = deps;
    this.#clock = clock;
    this.#localize = localize;
  }

  readonly revocation: Revocation = {
    reach: (target) => this.#reach(this.#at(target)),
    revoke: (target, signal) => this.#revoke(target, signal),
  };

  async list(parent: ItemPath | undefined): Promise<Page> {
    const all = await this.#readAll();
    return parent ? { items: rowsOf(all.items.find(({ id }) => id === parent[0].id)) } : all;
  }

  async read([program, row]: ItemPath): Promise<Item | undefined> {
    const holds = (await this.#readAll()).items.find(({ id }) => id === program.id);
    return row ? rowsOf(holds).find(({ id }) => id === row.id) : holds;
  }

  async #readAll(): Promise<Page> {
    const tables = await this.#deps.tables();
    const problems: Error[] = [];
    const found = new Map<string, Found>();
    const items: Item[] = [];
    for (const program of this.#programs) {
      const signIns = await signInsOf(program, this.#deps.machine, (place) =>
        problems.push(new TokenManagerError('storage', place, { code: 'file' })),
      );
      const known = new KnownSecrets(signIns.flatMap(secretsOf));
      const rows = signIns.map((signIn) => {
        const id = `${signIn.place.name}#${signIn.key}`;
        const one = { signIn, way: wayToRevoke(signIn, tables), page: pageOf(signIn, tables) };
        found.set(keyOf(program.id, id), one);
        return this.#row(id, program, one, known);
      });
      if (rows.length > 0) {
        items.push(holder(program, rows));
      }
    }
    this.#found = found;
    return { items, ...(problems.length > 0 && { problems }) };
  }

  async handOvers(target: ItemPath): Promise<readonly HandOver[]> {
    const found = this.#found.get(keyIn(target));
    if (!found) {
      return [];
    }
    const { machine } = this.#deps;
    const localize = this.#localize;
    const { place } = found.signIn;
    const { page } = found;
    return [
      ...(place.kind === 'file'
        ? [
            {
              title: localize('Show File'),
              detail: localize('It holds the token in plain text: “{0}”', place.name),
              isSignOut: false,
              run: () => machine.show(place.name),
            },
          ]
        : []),
      ...(page === undefined
        ? []
        : [
            {
              title: localize('Open Revocation Page'),
              detail: page,
              isSignOut: false,
              run: () => machine.openPage(page),
            },
          ]),
    ];
  }

  #at(target: ItemPath): Found {
    const found = this.#found.get(keyIn(target));
    if (!found) {
      throw new TokenManagerError('notFound');
    }
    return found;
  }

  #reach({ signIn: { refresh, server }, way }: Found): Reach {
    const localize = this.#localize;
    const host = way?.kind === 'oauth' ? new URL(way.origin).host : way && new URL(way.how.baseUrl).host;
    return {
      sentence: localize('The token for {0} is sent to {1}, which revokes it.', server, host ?? server),
      warnings: [
        localize('Whatever else uses a copy of this token stops working, too.'),
        localize('The file stays as it is. Sign in again with the program when you need it.'),
        ...(refresh && way?.kind === 'oauth'
          ? [localize('An access token that it was exchanged for may stay valid until it expires.')]
          : []),
      ],
    };
  }

  async #revoke(target: ItemPath, signal: AbortSignal): Promise<RevokeOutcome> {
    const { way } = this.#at(target);
    if (!way) {
      throw new TokenManagerError('unsupported', '', { code: 'revoke' });
    }
    const deps = {
      tables: await this.#deps.tables(),
      clock: this.#clock,
      localize: this.#localize,
      http: this.#deps.http,
    };
    const outcome = await revokeBy(way, deps, signal);
    if (outcome.kind === 'accepted' || outcome.kind === 'alreadyGone') {
      this.#dead.add(keyIn(target));
    }
    return outcome;
  }

  #row(id: string, program: Program, { signIn, way }: Found, known: KnownSecrets): Item {
    const { server, account, scopes, expiresAt, refresh, version } = signIn;
    const isDead = this.#dead.has(keyOf(program.id, id));
    // The end of an access token is not that of a sign-in that can renew it.
    const end = refresh ? undefined : expiresAt;
    const versionWords = version === undefined ? undefined : this.#localize('left by version {0}', version);
    return {
      id,
      kind: 'token',
      name: known.maskIn(server),
      status: isDead ? 'revoked' : end === undefined ? 'unknown' : 'active',
      lifetime: end === undefined ? { kind: 'unknown' } : { kind: 'expires', at: end },
      ...(account !== undefined && { owner: known.maskIn(account) }),
      ...(versionWords !== undefined && { remark: known.maskIn(versionWords) }),
      fields: this.#fields(program, signIn).map((field) =>
        'text' in field ? { ...field, text: known.maskIn(field.text) } : field,
      ),
      children: scopes?.length
        ? { kind: 'inline', isPassive: true, items: scopes.map((scope) => access(known.maskIn(scope))) }
        : noChildren,
      actions: way && !isDead ? ['revoke'] : [],
    };
  }

  #fields(program: Program, signIn: LocalSignIn & { readonly place: Place }): Field[] {
    const localize = this.#localize;
    const { place, refresh, expiresAt, serverUrl } = signIn;
    const host = serverUrl === undefined ? undefined : URL.parse(serverUrl)?.host;
    return [
      { label: localize('Program'), text: program.name },
      { label: place.kind === 'file' ? localize('File') : localize('Variable'), text: place.name },
      ...(host === undefined ? [] : [{ label: localize('Server'), text: host }]),
      ...(refresh && expiresAt !== undefined
        ? [{ label: localize('Access token expires'), at: expiresAt }]
        : []),
      ...(place.isOpenToOthers === undefined
        ? []
        : [
            {
              label: localize('Others on this computer can read the file'),
              text: place.isOpenToOthers ? localize('yes') : localize('no'),
            },
          ]),
    ];
  }
}

function rowsOf(item: Item | undefined): readonly Item[] {
  return item?.children.kind === 'inline' ? item.children.items : [];
}

function holder({ id, name }: Program, items: readonly Item[]): Item {
  return {
    id,
    kind: 'application',
    name,
    lifetime: noLifetime,
    fields: [],
    children: { kind: 'inline', items },
    actions: [],
  };
}

function access(scope: string): Item {
  return {
    id: scope,
    kind: 'access',
    name: scope,
    lifetime: noLifetime,
    fields: [],
    children: noChildren,
    actions: [],
  };
}

function secretsOf({ access: value, refresh, client }: LocalSignIn): readonly Secret[] {
  return [value, refresh, client?.secret].filter((secret) => secret !== undefined);
}

function pageOf({ service }: LocalSignIn, { pages }: LeakTables): string | undefined {
  return service === undefined ? undefined : pages[service];
}

function keyIn([program, row]: ItemPath): string {
  return keyOf(program.id, row?.id ?? '');
}

function keyOf(programId: string, id: string): string {
  return `${programId}\n${id}`;
}
