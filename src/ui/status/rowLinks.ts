import type { Node } from '../../core/inventory/tree.ts';

/**
 * The addresses of links that show a row. A link carries a number of ours, which says nothing and leads nowhere but to
 * a row that the text with the links was about.
 */
export class RowLinks {
  readonly #command: string;
  readonly #numbers = new WeakMap<Node, number>();
  #rows = new Map<number, Node>();
  #last = 0;

  constructor(command: string) {
    this.#command = command;
  }

  /** The links that are made from here on are all that there are. */
  begin(): void {
    this.#rows = new Map();
  }

  /** As Markdown has it between parentheses. */
  to(row: Node): string {
    const number = this.#numbers.get(row) ?? ++this.#last;
    this.#numbers.set(row, number);
    this.#rows.set(number, row);
    return `command:${this.#command}?${encodeURIComponent(JSON.stringify([number]))}`;
  }

  /** @param argument whatever the command was given */
  rowOf(argument: unknown): Node | undefined {
    return typeof argument === 'number' ? this.#rows.get(argument) : undefined;
  }
}
