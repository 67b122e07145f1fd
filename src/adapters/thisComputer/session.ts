import type {
  AdapterSession,
  HandOver,
  ListOptions,
  NewConnection,
  Page,
  Reach,
  Revocation,
  RevokeOutcome,
} from '../../core/adapter/contract.ts';
import type { HttpClient } from '../../core/http/client.ts';
import type { LeakTables } from '../../core/leaks/leakedTokens.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import {
  type Field,
  type Item,
  type ItemPath,
  noChildren,
  noLifetime,
  type Settings,
  type Status,
} from '../../core/model/item.ts';
import { KnownSecrets } from '../../core/model/knownSecrets.ts';
import type { Secret } from '../../core/model/secret.ts';
import type { Clock, Localize, ProgramFiles } from '../../core/ports.ts';
import { askedOf, type Told } from './account.ts';
import { type FoundSignIn, signInsOf } from './find.ts';
import { hideTokens } from './hideTokens.ts';
import { furtherPages } from './pages.ts';
import type { Program } from './program.ts';
import { programs } from './programs.ts';
import { type RevokeWay, revokeBy, toAddress, wayToRevoke } from './revoke.ts';
import { RowIds } from './rowIds.ts';
import type { LocalSignIn } from './signIn.ts';

export interface ComputerDeps {
  readonly machine: ProgramFiles;
  tables(): Promise<LeakTables>;
  /** A client for this address and no other. */
  http(baseUrl: string): HttpClient;
}

interface Found {
  readonly signIn: FoundSignIn;
  readonly way: RevokeWay | undefined;
  /** Where to revoke it by hand; ours to choose. */
  readonly page: string | undefined;
  /** What its service said of it, where it was asked. */
  readonly told: Told | undefined;
}

/** Names of form steps; connections are stored under them. */
export const programsStep = 'programs';
export const accountsStep = 'accounts';
export const askServices = 'ask';

/** What the files of the chosen programs hold, read anew each time. */
export class ComputerSession implements AdapterSession {
  readonly #programs: readonly Program[];
  readonly #asksServices: boolean;
  readonly #deps: ComputerDeps;
  readonly #clock: Clock;
  readonly #localize: Localize;
  /** By program and id, as last read. */
  #found = new Map<string, Found>();
  readonly #ids = new RowIds();
  /** The files still hold what was seen dead, until their program signs in again. */
  readonly #dead = new Map<string, Secret>();

  constructor(settings: Settings, deps: ComputerDeps, clock: Clock, localize: Localize) {
    const chosen = [settings[programsStep] ?? []].flat();
    this.#programs = programs.filter(({ id }) => chosen.includes(id));
    this.#asksServices = settings[accountsStep] === askServices;
    this.#deps = deps;
    this.#clock = clock;
    this.#localize = localize;
  }

  readonly revocation: Revocation = {
    reach: (target) => this.#reach(this.#at(target)),
    revoke: (target, signal) => this.#revoke(target, signal),
  };

  async list(
    parent: ItemPath | undefined,
    _cursor: string | undefined,
    _options: ListOptions,
    signal: AbortSignal,
  ): Promise<Page> {
    const all = await this.#readAll(signal);
    return parent ? { items: rowsOf(all.items.find(({ id }) => id === parent[0].id)) } : all;
  }

  async read([program, row]: ItemPath, signal: AbortSignal): Promise<Item | undefined> {
    const holds = (await this.#readAll(signal)).items.find(({ id }) => id === program.id);
    return row ? rowsOf(holds).find(({ id }) => id === row.id) : holds;
  }

  async #readAll(signal: AbortSignal): Promise<Page> {
    const tables = await this.#deps.tables();
    const problems: Error[] = [];
    const found = new Map<string, Found>();
    const items: Item[] = [];
    const hide = hideTokens(tables.shapes);
    for (const program of this.#programs) {
      const signIns = await signInsOf(program, this.#deps.machine, hide, (place, thrown) =>
        problems.push(fileProblem(place, thrown)),
      );
      const known = new KnownSecrets(signIns.flatMap(secretsOf));
      const all = await Promise.all(signIns.map((signIn) => this.#examined(signIn, tables, signal)));
      const ids = this.#ids.of(program.id, signIns);
      const rows = all.map((one, index) => {
        const id = ids[index] ?? '';
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

  async #examined(signIn: FoundSignIn, tables: LeakTables, signal: AbortSignal): Promise<Found> {
    const way = wayToRevoke(signIn, tables);
    const told = this.#asksServices ? await askedOf(way, this.#deps.http, signal) : undefined;
    return { signIn, way, page: pageOf(signIn, tables), told };
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
      ...this.#connections(found.signIn),
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

  /** A connection to the service whose lists the token opens, at the address that the file names and at no other. */
  #connections({ connects, access, place }: FoundSignIn): readonly NewConnection[] {
    const address = connects && toAddress(connects.baseUrl);
    return connects && address && access
      ? [
          {
            title: this.#localize('Connect…'),
            detail: this.#localize(
              'Copies the token from “{0}” to VS Code’s secret storage, and sends it to {1} only',
              place.name,
              address.host,
            ),
            adapterId: connects.adapterId,
            known: { settings: { baseUrl: connects.baseUrl }, secrets: { credential: access } },
          },
        ]
      : [];
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
    const host = way?.kind === 'oauth' ? way.address.host : way && new URL(way.how.baseUrl).host;
    return {
      sentence: localize('The token for {0} is sent to {1}, which revokes it.', server, host ?? server),
      warnings: [
        localize('Whatever else uses a copy of this token stops working, too.'),
        localize('The file stays as it is. Sign in again with the program when you need it.'),
        ...(refresh && way?.kind === 'oauth' ? [this.#lives(way.token.equals(refresh))] : []),
      ],
    };
  }

  /** What a revocation at the issuer leaves alive, or may. */
  #lives(isRefreshSent: boolean): string {
    return isRefreshSent
      ? this.#localize('An access token that it was exchanged for may stay valid until it expires.')
      : this.#localize(
          'The refresh token beside it is not sent: the file does not say which server issued it. It may live on.',
        );
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
      this.#dead.set(keyIn(target), tokenOf(way));
    }
    return outcome;
  }

  #row(id: string, program: Program, { signIn, way, told }: Found, known: KnownSecrets): Item {
    const { server, expiresAt, refresh, version } = signIn;
    const account = signIn.account ?? told?.account;
    const scopes = signIn.scopes ?? told?.scopes ?? [];
    const dead = this.#dead.get(keyOf(program.id, id));
    const isDead = dead !== undefined && way !== undefined && tokenOf(way).equals(dead);
    // The end of an access token is not that of a sign-in that can renew it.
    const end = refresh ? undefined : expiresAt;
    return {
      id,
      kind: 'token',
      name: known.maskIn(server),
      status: isDead ? 'revoked' : told ? (told.isAlive ? 'active' : 'inactive') : statusBy(end),
      lifetime: end === undefined ? { kind: 'unknown' } : { kind: 'expires', at: end },
      ...(account !== undefined && { owner: known.maskIn(account) }),
      ...(version?.isLeft && {
        remark: known.maskIn(this.#localize('left by version {0}', version.name)),
      }),
      fields: this.#fields(program, signIn).map((field) =>
        'text' in field ? { ...field, text: known.maskIn(field.text) } : field,
      ),
      children: scopes.length
        ? { kind: 'inline', isPassive: true, items: scopes.map((scope) => access(known.maskIn(scope))) }
        : noChildren,
      actions: way && !isDead && told?.isAlive !== false ? ['revoke'] : [],
    };
  }

  #fields(program: Program, signIn: FoundSignIn): Field[] {
    const localize = this.#localize;
    const { place, refresh, expiresAt, serverUrl } = signIn;
    const host = serverUrl === undefined ? undefined : URL.parse(serverUrl)?.host;
    return [
      { label: localize('Program'), text: program.name },
      { label: place.kind === 'file' ? localize('File') : localize('Variable'), text: place.name },
      ...(host === undefined ? [] : [{ label: localize('Server'), text: host }]),
      ...(program.logout === undefined
        ? []
        : [
            {
              label: localize('Signing out in the program'),
              text:
                program.logout === 'forgets'
                  ? localize('forgets the token here; it stays valid at the service')
                  : localize('revokes the token at the service'),
            },
          ]),
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
  return service === undefined ? undefined : (pages[service] ?? furtherPages.get(service));
}

/** It names the place, and what was wrong with it as far as that is known. */
function fileProblem(place: string, thrown: unknown): TokenManagerError {
  const code = thrown instanceof TokenManagerError && thrown.kind === 'storage' ? thrown.code : undefined;
  return new TokenManagerError('storage', place, { code: code ?? 'file', cause: thrown });
}

function tokenOf(way: RevokeWay): Secret {
  return way.kind === 'value' ? way.value : way.token;
}

function statusBy(end: number | undefined): Status {
  return end === undefined ? 'unknown' : 'active';
}

function keyIn([program, row]: ItemPath): string {
  return keyOf(program.id, row?.id ?? '');
}

function keyOf(programId: string, id: string): string {
  return `${programId}\n${id}`;
}
