import type { Branch, ItemNode, Node } from '../inventory/tree.ts';
import { TokenManagerError, toResult } from '../model/errors.ts';
import type { RevokeFailure, RevokeResult } from './result.ts';
import type { Revocations, SentRevoke } from './revoke.ts';

/** What became of one row. */
export type BulkResult =
  | RevokeResult
  | RevokeFailure
  /** Nothing was sent: the user stopped, or what went wrong before would have gone wrong again. */
  | { readonly kind: 'notBegun'; readonly why: 'cancelled' | TokenManagerError };

export interface BulkOutcome {
  readonly node: ItemNode;
  readonly result: BulkResult;
}

export interface BulkProgress {
  readonly total: number;
  /** How many the service has answered, or never will. */
  readonly sent: number;
  /** How many of those it did not accept. */
  readonly refused: number;
  /** Whether the lists are being read again. */
  readonly isReading: boolean;
}

type Acts = Pick<Revocations, 'send' | 'verify' | 'revoke'>;

/** Fewer than a connection may have in flight, so that what is being looked at goes on loading. */
const writesAtOnce = 4;
/** After so many in a row without any answer the service is not there. */
const missesInARow = 3;

/**
 * Revokes many: each connection by itself, a few at once, each row at most once; then every list that they
 * stand in is read again, once. Stopping takes back nothing: what had been sent is looked at too.
 */
export async function revokeMany(
  acts: Acts,
  targets: readonly ItemNode[],
  signal: AbortSignal,
  onProgress: (progress: BulkProgress) => void = () => undefined,
): Promise<readonly BulkOutcome[]> {
  const rows = [...new Set(targets)];
  const runs = [...Map.groupBy(rows, ({ connection }) => connection.id).values()].map(
    (own) => new ConnectionRun(acts, own, signal, () => tell()),
  );
  const tell = () => {
    const isReading = runs.some((run) => run.isReading) && !runs.some((run) => run.isSending);
    onProgress({ total: rows.length, sent: sum(runs, 'sent'), refused: sum(runs, 'refused'), isReading });
  };
  const results = new Map((await Promise.all(runs.map((run) => run.run()))).flatMap((part) => [...part]));
  return rows.map((node) => ({ node, result: results.get(node) ?? notBegun('cancelled') }));
}

function sum(runs: readonly ConnectionRun[], count: 'sent' | 'refused'): number {
  return runs.reduce((total, run) => total + run[count], 0);
}

class ConnectionRun {
  readonly #acts: Acts;
  readonly #targets: readonly ItemNode[];
  readonly #signal: AbortSignal;
  readonly #tell: () => void;
  readonly #results = new Map<ItemNode, BulkResult>();
  /** Why nothing more is sent to this service. */
  #stop: TokenManagerError | undefined;
  #misses = 0;
  sent = 0;
  refused = 0;
  isReading = false;
  isSending = true;

  constructor(acts: Acts, targets: readonly ItemNode[], signal: AbortSignal, tell: () => void) {
    this.#acts = acts;
    this.#targets = targets;
    this.#signal = signal;
    this.#tell = tell;
  }

  async run(): Promise<ReadonlyMap<ItemNode, BulkResult>> {
    const isOwn = ({ item }: ItemNode) => item.isOwnCredential === true;
    const [first = [], ...later] = waves(this.#targets.filter((node) => !isOwn(node)));
    await this.#runWave(first);
    for (const wave of later) {
      await this.#runWave(this.#withoutGone(wave));
    }
    // Last, because without it nothing can be sent or read any more.
    for (const node of this.#targets.filter(isOwn)) {
      await this.#runAlone(node);
    }
    this.isSending = false;
    this.#tell();
    return this.#results;
  }

  /** What went with a row above it is found gone, and no request is wasted on it. */
  #withoutGone(wave: readonly ItemNode[]): readonly ItemNode[] {
    if (this.#reasonNotToBegin() !== undefined) {
      return wave;
    }
    const isListed = listed();
    return wave.filter((node) => {
      const isThere = isListed(node);
      if (!isThere) {
        this.#settle(node, { kind: 'alreadyGone' });
      }
      return isThere;
    });
  }

  async #runWave(wave: readonly ItemNode[]): Promise<void> {
    const sent: SentRevoke[] = [];
    const queue = wave.values();
    const work = async () => {
      // Shared, so that the first that is free takes the next.
      for (const node of queue) {
        await this.#send(node, sent);
      }
    };
    this.isSending = true;
    await Promise.all(Array.from({ length: writesAtOnce }, work));
    if (sent.length > 0) {
      this.isSending = false;
      this.isReading = true;
      this.#tell();
      for (const [node, result] of await this.#acts.verify(sent)) {
        this.#results.set(node, result);
      }
      this.isReading = false;
    }
  }

  async #send(node: ItemNode, sent: SentRevoke[]): Promise<void> {
    const reason = this.#reasonNotToBegin();
    if (reason !== undefined) {
      this.#results.set(node, notBegun(reason));
      return;
    }
    const answer = await toResult(this.#acts.send(node, this.#signal));
    if (answer instanceof TokenManagerError) {
      // Not even sent: the credential is missing, say.
      this.#note(answer);
      this.#settle(node, { kind: 'failed', error: answer });
    } else if (!answer.isBegun) {
      this.#results.set(node, notBegun('cancelled'));
    } else {
      sent.push(answer);
      this.#note(answer.answer instanceof TokenManagerError ? answer.answer : undefined);
      this.#count(answer.answer instanceof TokenManagerError && answer.answer.kind !== 'notFound');
    }
  }

  async #runAlone(node: ItemNode): Promise<void> {
    const reason = this.#reasonNotToBegin();
    if (reason !== undefined) {
      this.#results.set(node, notBegun(reason));
      return;
    }
    const result = await toResult(this.#acts.revoke(node, this.#signal));
    this.#settle(
      node,
      result instanceof TokenManagerError
        ? { kind: result.kind === 'cancelled' ? 'unknown' : 'failed', error: result }
        : result,
    );
  }

  #reasonNotToBegin(): 'cancelled' | TokenManagerError | undefined {
    return this.#signal.aborted ? 'cancelled' : this.#stop;
  }

  #settle(node: ItemNode, result: BulkResult): void {
    this.#results.set(node, result);
    this.#count(result.kind === 'failed' || result.kind === 'unknown');
  }

  #count(isRefused: boolean): void {
    this.sent++;
    this.refused += Number(isRefused);
    this.#tell();
  }

  #note(error: TokenManagerError | undefined): void {
    const isMiss = error?.kind === 'network' || error?.kind === 'timeout';
    this.#misses = isMiss ? this.#misses + 1 : 0;
    if (error && (concernsAll(error) || this.#misses >= missesInARow)) {
      this.#stop ??= error;
    }
  }
}

function notBegun(why: 'cancelled' | TokenManagerError): BulkResult {
  return { kind: 'notBegun', why };
}

/** Whether the next request to the same service would end the same way. */
function concernsAll({ kind, traits, retryAt }: TokenManagerError): boolean {
  return traits.concernsWholeService || (kind === 'server' && retryAt !== undefined);
}

/** Rows that stand below others of the same revocation wait for those. */
function waves(targets: readonly ItemNode[]): readonly (readonly ItemNode[])[] {
  const all = new Set<Node>(targets);
  const above = (node: Node): number =>
    node.kind === 'connection' ? 0 : Number(all.has(node.parent.owner)) + above(node.parent.owner);
  const byLevel = Map.groupBy(targets, above);
  return [...byLevel].sort(([one], [other]) => one - other).map(([, wave]) => wave);
}

/** Tells whether a row, and all above it, are still where they were. */
function listed(): (node: Node) => boolean {
  const rows = new Map<Branch, ReadonlySet<ItemNode>>();
  const isListed = (node: Node): boolean => {
    if (node.kind === 'connection') {
      return true;
    }
    const siblings = rows.get(node.parent) ?? new Set(node.parent.nodes);
    rows.set(node.parent, siblings);
    return siblings.has(node) && isListed(node.parent.owner);
  };
  return isListed;
}
