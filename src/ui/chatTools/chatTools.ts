import { type ChatAccess, type ChatToolName, chatAccesses, chatTools } from '../../contributions.ts';
import type { ChangeTracker } from '../../core/changes/changes.ts';
import type { Sessions } from '../../core/connections/sessions.ts';
import { checkConnections } from '../../core/diagnose/healthCheck.ts';
import { judge } from '../../core/findings/judge.ts';
import type { Limits } from '../../core/findings/rules.ts';
import type { Inventory } from '../../core/inventory/inventory.ts';
import { readEverything } from '../../core/inventory/loadEverything.ts';
import { locate } from '../../core/inventory/locate.ts';
import type { ConnectionNode, ItemNode, Node } from '../../core/inventory/tree.ts';
import { TokenManagerError, throwIfCancelled, toResult } from '../../core/model/errors.ts';
import { nodeState } from '../../core/model/state.ts';
import type { Revocations } from '../../core/revoke/revoke.ts';
import { blockReason } from '../../core/revoke/targets.ts';
import type { Proposed } from '../revoke/bulk.ts';
import type { Wording } from '../text/context.ts';
import { findingWords, ruleReason } from '../text/findings.ts';
import { blockWords, outcomeWords } from '../text/revoke.ts';
import { connectionAnswer, type Judged, listAnswer, mayDo, problemAnswer, rowAnswer } from './answers.ts';
import { foreignText, sentence } from './foreignText.ts';
import { listInput, noInput, rowInput, rowsInput, UnfitInput } from './input.ts';
import { RowIds } from './rowIds.ts';

export interface ChatToolsDeps {
  readonly inventory: Inventory;
  readonly sessions: Sessions;
  readonly changes: Pick<ChangeTracker, 'list'>;
  readonly revocations: Pick<Revocations, 'reach'>;
  readonly wording: Wording;
  readonly findingLimits: () => Limits;
  /** What the user allows. */
  readonly access: () => ChatAccess;
  /** The product's own list, question and run. Nothing else here changes anything. */
  readonly propose: (rows: readonly ItemNode[]) => Promise<Proposed>;
}

/** Who calls: only a chat has a token to show. */
export interface Caller {
  readonly isChat: boolean;
}

type Answer = Readonly<Record<string, unknown>>;

const mostChanges = 100;

/**
 * What chats may ask and propose. An answer is data: a model reads it, its vendor may keep it, and the texts in it are
 * other people's. So no value is in it, in whole or in part, and what a chat says the user approved counts for nothing:
 * a revocation is asked about here, with the names that are here.
 */
export class ChatTools {
  readonly #deps: ChatToolsDeps;
  readonly #ids = new RowIds();
  #isProposing = false;

  constructor(deps: ChatToolsDeps) {
    this.#deps = deps;
  }

  /** @throws where no chat asks, or the user allows it nothing of the kind */
  async invoke(name: ChatToolName, input: unknown, caller: Caller, signal: AbortSignal): Promise<Answer> {
    this.#demand(name, caller);
    try {
      return await this.#answer(name, input, signal);
    } catch (thrown) {
      if (thrown instanceof UnfitInput) {
        return { error: 'unfitInput', whatToDo: thrown.message };
      }
      return { error: 'failed', problem: problemAnswer(TokenManagerError.from(thrown), this.#deps.wording) };
    }
  }

  #demand(name: ChatToolName, { isChat }: Caller): void {
    const { localize } = this.#deps.wording;
    if (!isChat) {
      throw new Error(
        localize('This tool answers chats only. Extensions use the API that activate() returns.'),
      );
    }
    const allowed = chatAccesses.indexOf(this.#deps.access());
    if (allowed < chatAccesses.indexOf(chatTools[name])) {
      throw new Error(localize('The setting “{0}” does not allow this.', 'oauthTokens.chatTools'));
    }
  }

  #answer(name: ChatToolName, input: unknown, signal: AbortSignal): Promise<Answer> {
    switch (name) {
      case 'list_token_connections':
        return this.#listConnections(input);
      case 'list_tokens':
        return this.#listTokens(input, signal);
      case 'explain_token':
        return this.#explain(input);
      case 'show_what_changed':
        return this.#changes(input);
      case 'check_connections':
        return this.#check(input, signal);
      case 'propose_revocation':
        return this.#propose(input);
    }
  }

  async #listConnections(input: unknown): Promise<Answer> {
    noInput(input);
    const { inventory, wording } = this.#deps;
    return { connections: inventory.roots.map((root) => connectionAnswer(root, this.#ids, wording)) };
  }

  async #listTokens(input: unknown, signal: AbortSignal): Promise<Answer> {
    const { inventory, wording } = this.#deps;
    const wanted = listInput(input);
    const roots = wanted.connection === undefined ? inventory.roots : [this.#connection(wanted.connection)];
    await readEverything(inventory, roots, signal, () => undefined);
    throwIfCancelled(signal);
    return listAnswer(roots, wanted, await this.#judge(roots), this.#ids, wording);
  }

  async #judge(roots: readonly ConnectionNode[]): Promise<Judged> {
    const { inventory, wording, findingLimits } = this.#deps;
    const options = { now: wording.now(), limits: findingLimits(), roots: inventory.roots };
    return new Map(await Promise.all(roots.map(async (root) => [root, await judge(root, options)] as const)));
  }

  async #explain(input: unknown): Promise<Answer> {
    const { revocations, wording } = this.#deps;
    const node = this.#row(rowInput(input));
    const reason = blockReason(node, wording.now());
    const judged = (await this.#judge([node.root])).get(node.root);
    const reach = reason === undefined ? await toResult(revocations.reach(node)) : undefined;
    return {
      ...rowAnswer({ node, above: namesAbove(node), state: stateOf(node, wording) }, this.#ids, wording),
      ...mayDo(node),
      findings: (judged?.of(node) ?? []).map((finding) => ({
        rule: finding.rule,
        seen: sentence(findingWords(finding, node, wording)),
        whyItMatters: ruleReason(finding.rule, wording),
      })),
      ...(reason && { whyNotRevocable: blockWords(reason, wording) }),
      ...(reach instanceof TokenManagerError && { whatDiesIsNotKnown: problemAnswer(reach, wording) }),
      ...(reach &&
        !(reach instanceof TokenManagerError) && {
          whatDies: [reach.sentence, ...reach.warnings].map(sentence),
        }),
      changesSinceLastLook: wording.marks?.of(node) ?? [],
    };
  }

  async #changes(input: unknown): Promise<Answer> {
    noInput(input);
    const all = await this.#deps.changes.list();
    return {
      total: all.length,
      changes: all.slice(0, mostChanges).map(({ kind, name, itemKind, node }) => ({
        change: kind,
        name: name === '' ? 'not kept' : foreignText(name),
        kind: itemKind,
        connectionName: foreignText(node.connection.label),
        ...(kind !== 'gone' && node.kind === 'item' && { row: this.#ids.of(node.key) }),
      })),
      isMarkedAsSeen: false,
    };
  }

  async #check(input: unknown, signal: AbortSignal): Promise<Answer> {
    noInput(input);
    const { inventory, sessions, wording } = this.#deps;
    const healths = await checkConnections(inventory.roots, sessions, signal);
    return {
      connections: healths.map(({ root, error, ms }) => ({
        connection: this.#ids.of(root.key),
        name: foreignText(root.connection.label),
        service: foreignText(root.connection.serviceName),
        works: error === undefined,
        milliseconds: ms,
        ...(error && { problem: problemAnswer(error, wording) }),
      })),
    };
  }

  async #propose(input: unknown): Promise<Answer> {
    if (this.#isProposing) {
      throw new UnfitInput('The user is looking at another proposal. Wait for its answer.');
    }
    // All are known before anything is shown: an identifier is exact, or nothing is proposed.
    const nodes = rowsInput(input).map((id) => this.#row(id));
    this.#isProposing = true;
    try {
      return this.#told(nodes, await this.#deps.propose(nodes));
    } finally {
      this.#isProposing = false;
    }
  }

  #told(nodes: readonly ItemNode[], proposed: Proposed): Answer {
    if (proposed.kind !== 'run') {
      const decision = proposed.kind === 'nothing' ? 'there was nothing to revoke' : 'the user declined';
      return { decision, revoked: [], nothingWasSent: true };
    }
    const { wording } = this.#deps;
    const run = new Set(proposed.outcomes.map(({ node }) => node.key));
    return {
      decision: 'the user confirmed',
      outcomes: proposed.outcomes.map((outcome) => ({
        row: this.#ids.of(outcome.node.key),
        name: foreignText(outcome.node.item.name),
        whatWasSeen: outcome.result.kind,
        words: sentence(outcomeWords(outcome, wording)),
      })),
      leftAloneByTheUser: nodes.flatMap(({ key }) => (run.has(key) ? [] : [this.#ids.of(key)])),
    };
  }

  #connection(id: string): ConnectionNode {
    const node = this.#found(id);
    if (node?.kind !== 'connection') {
      throw new UnfitInput('There is no connection of this id. Call list_token_connections for the ids.');
    }
    return node;
  }

  #row(id: string): ItemNode {
    const node = this.#found(id);
    if (node?.kind !== 'item') {
      throw new UnfitInput('There is no row of this id any more. Call list_tokens for the ids of now.');
    }
    return node;
  }

  /** Anew at each call: what an id stood for may have gone since. */
  #found(id: string): Node | undefined {
    const key = this.#ids.key(id);
    const located = key === undefined ? undefined : locate(this.#deps.inventory.roots, key);
    return located?.kind === 'found' ? located.node : undefined;
  }
}

function namesAbove({ parent: { owner } }: ItemNode): readonly string[] {
  return owner.kind === 'item' ? [...namesAbove(owner), owner.item.name] : [];
}

function stateOf(node: ItemNode, { now, expiringWithinMs }: Wording) {
  return nodeState(node, now() + node.root.clockOffset, expiringWithinMs());
}
