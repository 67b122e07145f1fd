import type { Section, ServiceDescription } from '../../src/adapters/declarative/description.ts';
import { sectionsOf } from '../../src/adapters/declarative/description.ts';
import {
  decoded,
  hostileIds,
  hostileTexts,
  isRecord,
  json,
  listen,
  type RecordedRequest,
  type Reply,
  type SandboxOptions,
  type SandboxServer,
  sampleSecret,
  Traffic,
  text,
} from './loopback.ts';

/** What the real service answers, as far as a description of it can be tried: one file a service. */
export interface DescribedTable {
  /** The rows of each list as the service gives them, by the list's id; a list alone has none. */
  readonly lists: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  readonly account?: unknown;
  readonly own?: unknown;
  /** The identifier of the row that the credential is. */
  readonly ownRow?: string;
  /** What a revoked row has from then on; without it the row goes. */
  readonly gone?: Readonly<Record<string, unknown>>;
  /** Whether what is gone is left out of the list. */
  readonly hidesGone?: boolean;
  /** The answer to a revocation that was done. */
  readonly changed?: unknown;
  /** Members around every list. */
  readonly envelope?: Readonly<Record<string, unknown>>;
  /** How the service refuses, with `{words}` where its own words are; a text alone is sent as one. */
  readonly refusal: unknown;
  /** What the form is answered with besides the credential. */
  readonly asked?: Readonly<Record<string, string>>;
  /** Values in the lists that may never be shown. */
  readonly secretValues?: readonly string[];
}

/** A refusal as the service has it. */
export function refusalReply({ refusal }: DescribedTable, status: number, words: string): Reply {
  return typeof refusal === 'string'
    ? text(
        status,
        'text/plain; charset=utf-8',
        refusal.replace('{words}', () => words),
      )
    : json(
        status,
        JSON.parse(JSON.stringify(refusal), (_, value) => (value === '{words}' ? words : value)),
      );
}

type Call = NonNullable<Section['revoke'] | Section['pause']>;

interface DescribedRow {
  raw: Record<string, unknown>;
  isGone: boolean;
}

export interface DescribedState {
  /** By the list's id; a list alone has none. */
  readonly lists: Map<string, DescribedRow[]>;
  credential: string;
}

export interface DescribedServer extends SandboxServer<DescribedState, Readonly<Record<string, string>>> {
  readonly url: string;
}

/** Fewer than any description asks for, so that a few rows are several pages. */
export const pageSize = 3;
const user = 'ada';

/** A service as its description and a table of answers have it. */
export async function startDescribed(
  description: ServiceDescription,
  table: DescribedTable,
  options: SandboxOptions = {},
): Promise<DescribedServer> {
  const traffic = new Traffic();
  const state: DescribedState = {
    credential: sampleSecret(`described ${description.id}`),
    lists: new Map(
      sectionsOf(description).map((section) => [
        section.id ?? '',
        rowsOf(section, table, options.hostile ?? false),
      ]),
    ),
  };
  const service = new Service(description, table, state);
  const listener = await listen((request) => service.answer(request), traffic, options);
  return {
    url: `${listener.origin}${service.base}`,
    requests: traffic.requests,
    state,
    credentials: service.answers(),
    intercept: (interceptor) => traffic.intercept(interceptor),
    stop: listener.stop,
  };
}

function rowsOf(section: Section, table: DescribedTable, isHostile: boolean): DescribedRow[] {
  const rows = table.lists[section.id ?? ''] ?? [];
  const sample = structuredClone(rows.at(-1) ?? {});
  const { id, name = id } = section.token;
  const traps = isHostile
    ? [
        ...hostileTexts.map((text, index) =>
          put(put(structuredClone(sample), id, `hostile-${index}`), name, text),
        ),
        ...hostileIds.map((text) => put(structuredClone(sample), id, text)),
      ]
    : [];
  return [...rows, ...traps].map((raw) => ({ raw: { ...structuredClone(raw) }, isGone: false }));
}

class Service {
  readonly #description: ServiceDescription;
  readonly #table: DescribedTable;
  readonly #state: DescribedState;
  readonly base: string;

  constructor(description: ServiceDescription, table: DescribedTable, state: DescribedState) {
    this.#description = description;
    this.#table = table;
    this.#state = state;
    this.base = new URL(description.baseUrl).pathname.replace(/\/$/, '');
  }

  answers(): Record<string, string> {
    const { credential } = this.#description;
    const further = (credential.also ?? []).map((_, index) => [
      `credential${index + 2}`,
      this.#further(index),
    ]);
    return {
      ...this.#table.asked,
      ...(credential.user && { user }),
      credential: this.#state.credential,
      ...Object.fromEntries(further),
    };
  }

  answer(request: RecordedRequest): Reply {
    const { signIn } = this.#description.credential;
    if (signIn && request.method === 'POST' && this.#matches(signIn.route, request)) {
      return this.#exchange(signIn, request);
    }
    if (!this.#isLetIn(request)) {
      return this.#refusal();
    }
    const { account } = this.#description;
    const sections = sectionsOf(this.#description);
    const own = sections.find((section) => section.own && 'route' in section.own)?.own;
    if (request.method === 'GET' && account && this.#matches(account.route, request)) {
      return json(200, { ...Object(this.#table.own ?? {}), ...Object(this.#table.account) });
    }
    if (request.method === 'GET' && own && 'route' in own && this.#matches(own.route, request)) {
      return json(200, this.#table.own);
    }
    for (const section of sections) {
      const { list, revoke, rotate, pause, resume } = section;
      if (request.method === (list.method ?? 'GET') && this.#matches(list.route, request)) {
        return this.#list(section, request);
      }
      if (rotate && request.method === rotate.method && this.#matches(rotate.route, request)) {
        return this.#rotate(rotate.value);
      }
      for (const [call, means] of [
        [pause, 'inactive'],
        [resume, 'active'],
      ] as const) {
        if (call && this.#isCall(call, request)) {
          return this.#mean(section, call, means, request);
        }
      }
      if (revoke && this.#isCall(revoke, request)) {
        return this.#revoke(section, request);
      }
    }
    return json(404, { message: 'No such route' });
  }

  /** By its body, too: some services change all states by one route. */
  #isCall({ method, route, body }: Call, request: RecordedRequest): boolean {
    return (
      request.method === method &&
      this.#matches(route, request) !== null &&
      (body === undefined || isFilled(body, request.body === '' ? undefined : JSON.parse(request.body)))
    );
  }

  #exchange(call: Pick<Call, 'body' | 'form'> & { value: string }, request: RecordedRequest): Reply {
    const isKnown =
      sentFor('credential', call, request) === this.#state.credential &&
      (!this.#description.credential.user || sentFor('user', call, request) === user);
    return isKnown
      ? json(200, put({}, call.value, exchangedToken(this.#description)))
      : refusalReply(this.#table, 401, 'Who are you?');
  }

  /** With 401, unless the service has an answer of its own for it. */
  #refusal(): Reply {
    const { status: [status = 401] = [], when } = this.#description.unauthorized ?? {};
    return when
      ? json(status, put({}, when.at, when.is[0] ?? ''))
      : refusalReply(this.#table, status, 'Who are you?');
  }

  #isLetIn({ headers }: RecordedRequest): boolean {
    const { credential, headers: fixed = {} } = this.#description;
    const secret = credential.signIn ? exchangedToken(this.#description) : this.#state.credential;
    const basic = credential.user ? `${user}:${secret}` : `${secret}:`;
    const own =
      credential.kind === 'basic'
        ? `Basic ${Buffer.from(basic).toString('base64')}`
        : `${credential.prefix}${secret}`;
    const further = (credential.also ?? []).every(
      ({ header, prefix = '' }, index) =>
        headers[header.toLowerCase()] === `${prefix}${this.#further(index)}`,
    );
    const isDressed = Object.entries(fixed).every(([name, value]) => headers[name.toLowerCase()] === value);
    return (
      further && isDressed && (credential.kind === 'none' || headers[credential.header.toLowerCase()] === own)
    );
  }

  #further(index: number): string {
    return sampleSecret(`described ${this.#description.id} ${index}`);
  }

  #matches(route: string, request: RecordedRequest): RegExpExecArray | null {
    const values: Readonly<Record<string, string>> = { ...this.#table.asked, account: this.#accountId() };
    const pattern = route
      .split(/(\{\w+\})/)
      .map((part) => {
        const [, name] = /^\{(\w+)\}$/.exec(part) ?? [];
        return name === 'id'
          ? '([^/]+)'
          : escaped(name === undefined ? part : encodeURIComponent(values[name] ?? ''));
      })
      .join('');
    return new RegExp(`^${escaped(this.base)}${pattern}$`).exec(request.path);
  }

  #accountId(): string {
    const { account } = this.#description;
    return account ? String(at(this.#table.account, account.id)) : '';
  }

  #list(section: Section, request: RecordedRequest): Reply {
    const rows = (this.#state.lists.get(section.id ?? '') ?? [])
      .filter(({ isGone }) => !isGone || (this.#table.gone !== undefined && !this.#table.hidesGone))
      .map(({ raw }) => raw);
    const { list, token } = section;
    const { paging } = list;
    const start = startOf(section, request.query, rows);
    const isPaged = paging.style !== 'none';
    const page = isPaged ? rows.slice(start, start + pageSize) : rows;
    const next = start + pageSize;
    const hasMore = isPaged && next < rows.length;
    const whole = list.items === undefined ? page : put({ ...this.#table.envelope }, list.items, page);
    const headers: Record<string, string> = {};
    const tell = (place: string | undefined, value: unknown) =>
      place !== undefined && put(Object(whole), place, value);
    if (paging.style === 'page' || paging.style === 'offset') {
      tell(paging.total, rows.length);
      tell(paging.more, hasMore);
    }
    if (paging.style === 'page' && paging.totalHeader) {
      headers[paging.totalHeader] = String(rows.length);
    }
    if (paging.style === 'cursor') {
      tell(paging.more, hasMore);
      tell(paging.next, hasMore ? String(at(page.at(-1), token.id)) : null);
    }
    if (paging.style === 'link') {
      const address = hasMore ? `https://elsewhere.example/?from=${next}` : '';
      tell(paging.at, address);
      headers.Link =
        paging.at === undefined && hasMore ? `<${address}>; rel="next"` : '<https://x.example/>; rel="self"';
    }
    return json(200, whole, headers);
  }

  /** The row of a call; one that is gone is there where the list has it. */
  #row(section: Section, call: Call | undefined, request: RecordedRequest): DescribedRow | undefined {
    const inRoute = call && this.#matches(call.route, request)?.[1];
    const id = inRoute === undefined ? sentFor('id', call, request) : decoded(inRoute);
    const rows = this.#state.lists.get(section.id ?? '') ?? [];
    const row = rows.find(({ raw }) => String(at(raw, section.token.id)) === id);
    return row?.isGone && !this.#table.gone ? undefined : row;
  }

  /** Gives a row the first state that has this meaning. */
  #mean(section: Section, call: Call, meant: string, request: RecordedRequest): Reply {
    const row = this.#row(section, call, request);
    if (!row) {
      return refusalReply(this.#table, 404, 'No such token');
    }
    const [status] = [section.token.status ?? []].flat();
    const [text = ''] = Object.entries(status?.means ?? {}).find(([, means]) => means === meant) ?? [];
    put(row.raw, status?.at ?? '', ['true', 'false'].includes(text) ? text === 'true' : text);
    return json(200, {});
  }

  #revoke(section: Section, request: RecordedRequest): Reply {
    const row = this.#row(section, section.revoke, request);
    if (!row) {
      return refusalReply(this.#table, 404, 'No such token');
    }
    row.isGone = true;
    Object.assign(row.raw, this.#table.gone);
    return this.#table.changed === undefined ? { status: 204 } : json(200, this.#table.changed);
  }

  #rotate(place: string | undefined): Reply {
    this.#state.credential = sampleSecret(`described ${this.#description.id} rotated`);
    const { credential } = this.#state;
    return json(200, place === undefined ? credential : put({}, place, credential));
  }
}

/** Where a page begins. */
function startOf(
  { list: { paging }, token }: Section,
  query: URLSearchParams,
  rows: readonly unknown[],
): number {
  switch (paging.style) {
    case 'none':
      return 0;
    case 'page':
      return (Number(query.get(paging.parameter) ?? paging.first) - paging.first) * pageSize;
    case 'offset':
      return Number(query.get(paging.parameter) ?? 0);
    case 'link':
      return Number(query.get('from') ?? 0);
    case 'cursor': {
      const after = query.get(paging.parameter);
      return after === null ? 0 : rows.findIndex((row) => String(at(row, token.id)) === after) + 1;
    }
  }
}

/** What the service gives for what was entered, where it is exchanged. */
export function exchangedToken({ id }: Pick<ServiceDescription, 'id'>): string {
  return sampleSecret(`described ${id} exchanged`);
}

/** What stands where the description has a name in a query or a body. */
function sentFor(
  name: string,
  call: Partial<Pick<Call, 'query' | 'body' | 'form'>> | undefined,
  { query, body }: RecordedRequest,
): string | undefined {
  const isMeant = ([, text]: [string, string]) => text === `{${name}}`;
  const inQuery = Object.entries(call?.query ?? {}).find(isMeant);
  const inForm = Object.entries(call?.form ?? {}).find(isMeant);
  if (inQuery) {
    return query.get(inQuery[0]) ?? undefined;
  }
  return inForm
    ? (new URLSearchParams(body).get(inForm[0]) ?? undefined)
    : found(`{${name}}`, call?.body, body === '' ? undefined : JSON.parse(body));
}

/** Whether this was made from that template. */
function isFilled(template: unknown, sent: unknown): boolean {
  if (typeof template === 'string' && /^\{\w+\}$/.test(template)) {
    return typeof sent === 'string';
  }
  return Array.isArray(template) || isRecord(template)
    ? Object.entries(template).every(([key, value]) => isFilled(value, Reflect.get(Object(sent), key)))
    : template === sent;
}

function found(wanted: string, template: unknown, sent: unknown): string | undefined {
  if (template === wanted) {
    return String(sent);
  }
  const inner = Array.isArray(template) || isRecord(template) ? Object.entries(template) : [];
  return inner
    .map(([key, value]) => found(wanted, value, Reflect.get(Object(sent), key)))
    .find((text) => text !== undefined);
}

function at(value: unknown, place: string): unknown {
  return place
    .split('.')
    .reduce<unknown>((inner, name) => (isRecord(inner) ? inner[name] : undefined), value);
}

function put<T extends object>(target: T, place: string, value: unknown): T {
  const [first = '', ...rest] = place.split('.');
  const inner: unknown = Reflect.get(target, first);
  Reflect.set(
    target,
    first,
    rest.length === 0 ? value : put(isRecord(inner) ? inner : {}, rest.join('.'), value),
  );
  return target;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
