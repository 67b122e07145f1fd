import type { AdapterSession } from '../adapter/contract.ts';
import type { Sessions } from '../connections/sessions.ts';
import { isLoopback } from '../http/client.ts';
import { ServerClock } from '../http/serverClock.ts';
import type { Branch, ConnectionNode } from '../inventory/tree.ts';
import { TokenManagerError, throwIfCancelled, toResult } from '../model/errors.ts';
import type { Clock, TransportResponse } from '../ports.ts';

/** What can be at fault, in the order in which one thing depends on another. */
export const suspects = [
  'keyring',
  'settings',
  'dns',
  'proxy',
  'certificate',
  'service',
  'clock',
  'credential',
  'access',
  'organization',
  'rateLimit',
] as const;

export type Suspect = (typeof suspects)[number];

export interface Finding {
  readonly suspect: Suspect;
  /** `notReached`: something before it kept us from looking. */
  readonly result: 'ok' | 'fault' | 'notReached';
  readonly evidence?: Evidence;
}

/** What was seen; words are made of it elsewhere. */
export type Evidence =
  | { readonly kind: 'error'; readonly error: TokenManagerError }
  /** The value that was stored for a moment came back. */
  | { readonly kind: 'keptAndGivenBack' }
  | { readonly kind: 'resolved'; readonly host: string; readonly addresses: number }
  | { readonly kind: 'unresolved'; readonly host: string; readonly error: TokenManagerError }
  /** The host is an address already. */
  | { readonly kind: 'noName'; readonly host: string }
  /** The proxy looks it up. */
  | { readonly kind: 'notOurs'; readonly host: string }
  | { readonly kind: 'direct' }
  | { readonly kind: 'via'; readonly host: string }
  /** VS Code's own network stack decides, and does not tell. */
  | { readonly kind: 'decidedElsewhere' }
  | { readonly kind: 'trusted' }
  /** Plain http, to this computer. */
  | { readonly kind: 'unencrypted' }
  | { readonly kind: 'answered'; readonly status: number; readonly ms: number }
  /** How far the service is ahead of this computer; 0 within the tolerance. */
  | { readonly kind: 'offset'; readonly ms: number }
  /** The service does not say what time it is. */
  | { readonly kind: 'noDate' }
  /** The credentials reach others, but not the one that was chosen; `choice` names the question. */
  | { readonly kind: 'notOffered'; readonly choice: string }
  | { readonly kind: 'rows'; readonly count: number };

export interface Diagnosis {
  readonly connectionId: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** One for each suspect, in their order. */
  readonly findings: readonly Finding[];
}

/** The first thing at fault, which is what to mend first. */
export function verdict({ findings }: Diagnosis): Finding | undefined {
  return findings.find(({ result }) => result === 'fault');
}

/** What looks at the world one thing at a time. None of it changes anything at a service or sends a credential. */
export interface Probes {
  /** Keeps a value of no worth for a moment and reads it back. Rejects with `storage`. */
  keepAndGiveBack(): Promise<void>;
  /** The proxy on the way there. Rejects with `proxy` when one is set that cannot be used. */
  wayTo(address: URL): Promise<Way>;
  /** @returns how many addresses the name has. Rejects with `network` */
  resolve(host: string, signal: AbortSignal): Promise<number>;
}

export type Way =
  | { readonly kind: 'direct' }
  | { readonly kind: 'via'; readonly host: string }
  | { readonly kind: 'decidedElsewhere' };

export interface DiagnoseDeps {
  readonly sessions: Sessions;
  readonly probes: Probes;
  readonly clock: Clock;
}

/**
 * Looks from the computer outwards, one thing after another, until something is in the way.
 * @param branch what could not be read; a list that is read on request only is not read for this
 * @param tell is told of each suspect that is looked at
 * @throws `cancelled` and nothing else: what fails is what is looked for
 */
export async function diagnose(
  root: ConnectionNode,
  branch: Branch,
  deps: DiagnoseDeps,
  signal: AbortSignal,
  tell: (suspect: Suspect) => void = () => undefined,
): Promise<Diagnosis> {
  const { id } = root.connection;
  const checks = new Checks(id, deps, signal, tell);
  await checks.keyring();
  const session = await checks.settings();
  if ((await checks.reach()) && session) {
    await checks.list(session, branch);
  }
  throwIfCancelled(signal);
  return { connectionId: id, at: deps.clock.now(), findings: checks.findings() };
}

/** The checks of one diagnosis, in the order in which one thing depends on another. */
class Checks {
  readonly #id: string;
  readonly #deps: DiagnoseDeps;
  readonly #signal: AbortSignal;
  readonly #tell: (suspect: Suspect) => void;
  readonly #findings = new Map<Suspect, Finding>();
  #addresses: readonly URL[] = [];

  constructor(id: string, deps: DiagnoseDeps, signal: AbortSignal, tell: (suspect: Suspect) => void) {
    this.#id = id;
    this.#deps = deps;
    this.#signal = signal;
    this.#tell = tell;
  }

  findings(): readonly Finding[] {
    return suspects.map((suspect) => this.#findings.get(suspect) ?? { suspect, result: 'notReached' });
  }

  async keyring(): Promise<void> {
    this.#tell('keyring');
    const kept = await toResult(this.#deps.probes.keepAndGiveBack());
    if (kept instanceof TokenManagerError) {
      this.#note('keyring', 'fault', { kind: 'error', error: kept });
    } else {
      this.#note('keyring', 'ok', { kind: 'keptAndGivenBack' });
    }
  }

  /** The session, unless the connection cannot be opened. */
  async settings(): Promise<AdapterSession | undefined> {
    this.#tell('settings');
    const { sessions } = this.#deps;
    const session = await toResult(sessions.get(this.#id));
    const addresses = await toResult(sessions.addresses(this.#id));
    if (addresses instanceof TokenManagerError) {
      this.#noteFault(addresses);
    } else {
      this.#addresses = addresses;
    }
    if (session instanceof TokenManagerError) {
      this.#noteFault(session);
      return undefined;
    }
    if (!(addresses instanceof TokenManagerError)) {
      this.#note('settings', 'ok');
    }
    return session;
  }

  /** Whether every address of the connection can be reached. */
  async reach(): Promise<boolean> {
    for (const url of this.#addresses) {
      if (!(await this.#reachOne(url))) {
        return false;
      }
    }
    return this.#addresses.length > 0;
  }

  async list(session: AdapterSession, branch: Branch): Promise<void> {
    this.#tell('credential');
    const path = branch.isOnRequest || branch.isInline ? undefined : branch.path();
    const page = await toResult(session.list(path, undefined, { includeExpired: false }, this.#signal));
    if (page instanceof TokenManagerError) {
      this.#noteFault(page);
      await this.#choices(page);
    } else if (page.problems?.[0]) {
      this.#noteFault(TokenManagerError.from(page.problems[0]));
    } else {
      const evidence: Evidence = { kind: 'rows', count: page.items.length };
      for (const suspect of ['settings', 'credential', 'access', 'organization', 'rateLimit'] as const) {
        this.#note(suspect, 'ok', evidence);
      }
    }
  }

  /** Services answer alike for what is not allowed, what is not there and what belongs to others. */
  async #choices({ kind }: TokenManagerError): Promise<void> {
    if (kind !== 'forbidden' && kind !== 'notFound') {
      return;
    }
    this.#tell('organization');
    const lost = await toResult(this.#deps.sessions.invalidChoices(this.#id, this.#signal));
    if (!(lost instanceof TokenManagerError) && lost[0] !== undefined) {
      this.#note('access', 'notReached');
      this.#note('organization', 'fault', { kind: 'notOffered', choice: lost[0] });
    }
  }

  async #reachOne(url: URL): Promise<boolean> {
    const { probes, clock } = this.#deps;
    this.#tell('dns');
    const way = await toResult(probes.wayTo(url));
    if (way instanceof TokenManagerError) {
      this.#noteFault(way);
      return false;
    }
    const name = await this.#lookUp(url, way);
    this.#note('dns', name.kind === 'unresolved' ? 'fault' : 'ok', name);
    if (name.kind === 'unresolved') {
      return false;
    }
    this.#tell('service');
    const sentAt = clock.now();
    const answer = await toResult(this.#probe(url));
    if (answer instanceof TokenManagerError) {
      if (answer.kind !== 'proxy') {
        this.#note('proxy', 'ok', way);
      }
      this.#noteFault(answer);
      return false;
    }
    this.#note('proxy', 'ok', way);
    this.#note('certificate', 'ok', { kind: url.protocol === 'https:' ? 'trusted' : 'unencrypted' });
    this.#note('service', 'ok', { kind: 'answered', status: answer.status, ms: clock.now() - sentAt });
    this.#compareClocks(answer, sentAt);
    return true;
  }

  async #probe(url: URL): Promise<TransportResponse> {
    const answer = await this.#deps.sessions.probe(this.#id, url, this.#signal);
    if (answer.status === 407) {
      throw new TokenManagerError('proxy', '', { status: 407, code: 'proxy-authentication' });
    }
    return answer;
  }

  async #lookUp(url: URL, way: Way): Promise<Evidence> {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (isAddress(host) || isLoopback(url.hostname)) {
      return { kind: 'noName', host };
    }
    if (way.kind !== 'direct') {
      return { kind: 'notOurs', host };
    }
    const addresses = await toResult(this.#deps.probes.resolve(host, this.#signal));
    return addresses instanceof TokenManagerError
      ? { kind: 'unresolved', host, error: addresses }
      : { kind: 'resolved', host, addresses };
  }

  #compareClocks({ headers }: TransportResponse, sentAt: number): void {
    if (headers.date === undefined) {
      this.#note('clock', 'ok', { kind: 'noDate' });
      return;
    }
    const serverClock = new ServerClock(this.#deps.clock);
    serverClock.observe(headers, sentAt);
    const ms = serverClock.offsetMs;
    this.#note('clock', ms === 0 ? 'ok' : 'fault', { kind: 'offset', ms });
  }

  #note(suspect: Suspect, result: Finding['result'], evidence?: Evidence): void {
    this.#findings.set(suspect, { suspect, result, ...(evidence && { evidence }) });
  }

  /** Notes what a failure points to, and that what must have worked before it did. */
  #noteFault(error: TokenManagerError): void {
    const { suspect, proves } = causeOf(error);
    for (const proven of proves) {
      this.#note(proven, 'ok');
    }
    this.#note(suspect, 'fault', { kind: 'error', error });
  }
}

interface Cause {
  readonly suspect: Suspect;
  /** What must have worked for the failure to come about. */
  readonly proves: readonly Suspect[];
}

function causeOf({ kind, code }: TokenManagerError): Cause {
  switch (kind) {
    case 'storage':
      return { suspect: 'keyring', proves: [] };
    case 'credentialMissing':
      return { suspect: 'credential', proves: [] };
    case 'configuration':
      return { suspect: 'settings', proves: [] };
    case 'proxy':
      return { suspect: 'proxy', proves: [] };
    case 'tls':
      return { suspect: 'certificate', proves: [] };
    case 'unauthorized':
      return { suspect: 'credential', proves: ['settings'] };
    case 'forbidden':
      return { suspect: 'access', proves: ['settings', 'credential'] };
    case 'notFound':
      return { suspect: 'organization', proves: ['settings', 'credential'] };
    case 'rateLimited':
      return { suspect: 'rateLimit', proves: ['settings'] };
    case 'network':
      return { suspect: code !== undefined && nameCodes.has(code) ? 'dns' : 'service', proves: [] };
    default:
      return { suspect: 'service', proves: [] };
  }
}

/** The system's words for a name that it cannot resolve. */
const nameCodes = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA', 'EAI_NONAME', 'ESERVFAIL', 'ENODATA']);

/** `URL` writes every form of an IPv4 address with dots, and only IPv6 addresses have colons. */
function isAddress(host: string): boolean {
  return host.includes(':') || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host);
}
