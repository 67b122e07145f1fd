import assert from 'node:assert/strict';
import type { Branch } from '../../src/core/inventory/tree.ts';
import { isRecord } from '../../src/core/json.ts';
import type { Transport, TransportResponse } from '../../src/core/ports.ts';
import { type Sandboxes, serviceIds, services, startSandboxes } from '../services.ts';
import { Harness } from './harness.ts';
import { stacks } from './stacks.ts';

const rows = 20_000;
/** Members that tell one row from another, at any service. */
const names = /^(?:id|token|userId|providerId|integration_type)$/;

describe('A list of very many rows in one answer', () => {
  let sandboxes: Sandboxes;

  before(async () => {
    sandboxes = await startSandboxes();
  });

  after(() => sandboxes.stop());

  for (const id of serviceIds) {
    it(`is mapped in slices, with everything else in between (${id})`, async () => {
      const transport = new InflatingTransport();
      const harness = new Harness(services[id].factory, undefined, transport);
      try {
        const { root } = await harness.connect(sandboxes.running[id].answers);
        transport.isInflating = true;
        const largest = await largestList(harness, root.branch);
        if (transport.inflated === 0) {
          assert(largest.nodes.length < 100); // Its rows come one by one, from what is stored.
          return;
        }
        assert(largest.nodes.length >= rows, `${largest.nodes.length} rows of ${transport.inflated} lists`);
        assert(transport.turns >= 5, `others had ${transport.turns} turns`);
      } finally {
        transport.stop();
        harness.dispose();
      }
    });
  }
});

async function largestList(harness: Harness, root: Branch): Promise<Branch> {
  await harness.inventory.open(root);
  let largest = root;
  for (const { branch, item } of root.nodes.slice(0, 3)) {
    if (item.children.kind === 'list') {
      await harness.inventory.open(branch);
      largest = branch.nodes.length > largest.nodes.length ? branch : largest;
    }
  }
  return largest;
}

/** Answers with lists in them get many more rows of the same kind. */
class InflatingTransport implements Transport {
  readonly #inner = stacks.undici();
  isInflating = false;
  inflated = 0;
  /** How often anything else had its turn while no answer was waited for and rows were made. */
  turns = 0;
  #waitedFor = 0;
  #next: NodeJS.Immediate | undefined;

  async send(request: Parameters<Transport['send']>[0]): Promise<TransportResponse> {
    this.#waitedFor++;
    try {
      const answer = await this.#inner.send(request);
      return this.isInflating ? { ...answer, body: this.#inflate(answer.body) } : answer;
    } finally {
      this.#waitedFor--;
    }
  }

  async close(): Promise<void> {
    await this.#inner.close();
  }

  stop(): void {
    clearImmediate(this.#next);
  }

  #inflate(body: string): string {
    const value: unknown = JSON.parse(body);
    const list = [...lists(value)].sort((a, b) => b.length - a.length)[0];
    const row = list?.at(-1);
    if (!list || !row) {
      return body;
    }
    this.inflated++;
    for (let number = list.length; number < rows; number++) {
      list.push(renamed(row, number));
    }
    this.#next ??= setImmediate(() => this.#count());
    return JSON.stringify(value);
  }

  #count(): void {
    this.turns += this.#waitedFor === 0 ? 1 : 0;
    this.#next = setImmediate(() => this.#count());
  }
}

/** The lists of things that are not inside another list. */
function* lists(value: unknown): Generator<Record<string, unknown>[]> {
  if (Array.isArray(value)) {
    if (value.length > 0 && value.every(isRecord)) {
      yield value;
    }
  } else if (isRecord(value)) {
    for (const inner of Object.values(value)) {
      yield* lists(inner);
    }
  }
}

function renamed(row: Record<string, unknown>, number: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      names.test(name) ? (typeof value === 'number' ? value * rows + number : `${value}${number}`) : value,
    ]),
  );
}
