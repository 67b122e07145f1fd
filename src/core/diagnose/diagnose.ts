import type { Sessions } from '../connections/sessions.ts';
import { isLoopback } from '../http/client.ts';
import { ServerClock } from '../http/serverClock.ts';
import type { Branch, ConnectionNode } from '../inventory/tree.ts';
import { settled, TokenManagerError, throwIfCancelled } from '../model/errors.ts';
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

export interface DoctorDeps {
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
  { sessions, probes, clock }: DoctorDeps,
  signal: AbortSignal,
  tell: (suspect: Suspect) => void = () => undefined,
): Promise<Diagnosis> {
  const { id } = root.connection;
  const findings = new Map<Suspect, Finding>();
  const found = (suspect: Suspect, result: Finding['result'], evidence?: Evidence) => {
    findings.set(suspect, { suspect, result, ...(evidence && { evidence }) });
  };

  tell('keyring');
  const kept = await settled(probes.keepAndGiveBack());
  if (kept instanceof TokenManagerError) {
    found('keyring', 'fault', { kind: 'error', error: kept });
  } else {
    found('keyring', 'ok', { kind: 'keptAndGivenBack' });
  }

  tell('settings');
  const session = await settled(sessions.get(id));
  const addresses = await settled(sessions.addresses(id));
  for (const failure of [addresses, session]) {
    if (failure instanceof TokenManagerError) {
      blame(failure, found);
    }
  }
  if (!(addresses instanceof TokenManagerError)) {
    if (!(session instanceof TokenManagerError)) {
      found('settings', 'ok');
    }
    const reached = await reach(addresses);
    if (reached && !(session instanceof TokenManagerError)) {
      tell('credential');
      const path = branch.isOnRequest || branch.isInline ? undefined : branch.path;
      const page = await settled(session.list(path, undefined, { includeExpired: false }, signal));
      if (page instanceof TokenManagerError) {
        blame(page, found);
        await lookAtChoices(page);
      } else if (page.problems?.[0]) {
        blame(TokenManagerError.from(page.problems[0]), found);
      } else {
        const evidence: Evidence = { kind: 'rows', count: page.items.length };
        for (const suspect of ['settings', 'credential', 'access', 'organization', 'rateLimit'] as const) {
          found(suspect, 'ok', evidence);
        }
      }
    }
  }
  throwIfCancelled(signal);
  return {
    connectionId: id,
    at: clock.now(),
    findings: suspects.map((suspect) => findings.get(suspect) ?? { suspect, result: 'notReached' }),
  };

  /** Services say alike that something is not allowed, or not there, when it is somebody else's. */
  async function lookAtChoices({ kind }: TokenManagerError): Promise<void> {
    if (kind !== 'forbidden' && kind !== 'notFound') {
      return;
    }
    tell('organization');
    const lost = await settled(sessions.invalidChoices(id, signal));
    if (!(lost instanceof TokenManagerError) && lost[0] !== undefined) {
      found('access', 'notReached');
      found('organization', 'fault', { kind: 'notOffered', choice: lost[0] });
    }
  }

  /** @returns whether every address of the connection can be reached */
  async function reach(urls: readonly URL[]): Promise<boolean> {
    for (const url of urls) {
      if (!(await reachOne(url))) {
        return false;
      }
    }
    return urls.length > 0;
  }

  async function reachOne(url: URL): Promise<boolean> {
    tell('dns');
    const way = await settled(probes.wayTo(url));
    if (way instanceof TokenManagerError) {
      blame(way, found);
      return false;
    }
    const name = await lookUp(url, way);
    found('dns', name.kind === 'unresolved' ? 'fault' : 'ok', name);
    if (name.kind === 'unresolved') {
      return false;
    }
    tell('service');
    const sentAt = clock.now();
    const answer = await settled(greeted(url));
    if (answer instanceof TokenManagerError) {
      if (answer.kind !== 'proxy') {
        found('proxy', 'ok', way);
      }
      blame(answer, found);
      return false;
    }
    found('proxy', 'ok', way);
    found('certificate', 'ok', { kind: url.protocol === 'https:' ? 'trusted' : 'unencrypted' });
    found('service', 'ok', { kind: 'answered', status: answer.status, ms: clock.now() - sentAt });
    compareClocks(answer, sentAt);
    return true;
  }

  async function greeted(url: URL): Promise<TransportResponse> {
    const answer = await sessions.probe(id, url, signal);
    if (answer.status === 407) {
      throw new TokenManagerError('proxy', '', { status: 407, code: 'proxy-authentication' });
    }
    return answer;
  }

  async function lookUp(url: URL, way: Way): Promise<Evidence> {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (isAddress(host) || isLoopback(url.hostname)) {
      return { kind: 'noName', host };
    }
    if (way.kind !== 'direct') {
      return { kind: 'notOurs', host };
    }
    const addresses = await settled(probes.resolve(host, signal));
    return addresses instanceof TokenManagerError
      ? { kind: 'unresolved', host, error: addresses }
      : { kind: 'resolved', host, addresses };
  }

  function compareClocks({ headers }: TransportResponse, sentAt: number): void {
    if (headers.date === undefined) {
      found('clock', 'ok', { kind: 'noDate' });
      return;
    }
    const serverClock = new ServerClock(clock);
    serverClock.observe(headers, sentAt);
    const ms = serverClock.offsetMs;
    found('clock', ms === 0 ? 'ok' : 'fault', { kind: 'offset', ms });
  }
}

/** Puts a failure to the account of what is at fault; what must have been right for it to come about is right. */
function blame(
  error: TokenManagerError,
  found: (suspect: Suspect, result: Finding['result'], evidence?: Evidence) => void,
): void {
  const { suspect, proves } = culprit(error);
  for (const innocent of proves) {
    found(innocent, 'ok');
  }
  found(suspect, 'fault', { kind: 'error', error });
}

interface Culprit {
  readonly suspect: Suspect;
  readonly proves: readonly Suspect[];
}

export function culprit({ kind, code }: TokenManagerError): Culprit {
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
