import type { AdapterFactory } from '../../../src/core/adapter/contract.ts';
import type { ErrorKind } from '../../../src/core/model/errors.ts';
import type { Item } from '../../../src/core/model/item.ts';
import type { Answers } from '../../contract/harness.ts';
import type { Workbench } from '../../e2e/workbench.ts';
import type { Stoppable } from '../realServer.ts';

/** A running service that keeps a list of tokens, and how to look into it without the product. */
export interface TokenServiceSubject extends Stoppable {
  readonly factory: AdapterFactory;
  /** What a user types to connect. */
  readonly answers: Answers;
  /** The same with a credential that the service does not accept. */
  readonly wrongAnswers: Answers;
  /** How it refuses that one, where it is not with 401. */
  readonly refusal?: { readonly kind: ErrorKind; readonly words: RegExp };
  /** What the service is called where connections are added, and what is then answered there but for the name. */
  readonly service: string;
  answer(workbench: Workbench): Promise<void>;
  /** VS Code's, which this service needs. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** How the connection names its account. */
  readonly account: string;
  /** Below which row the tokens stand; the outermost ones are they unless told. */
  readonly branch?: string;
  /** Makes a token by the means that the service's users have. */
  make(name: string): Promise<MadeToken>;
  isAccepted(value: string): Promise<boolean>;
  /** Whatever must be in no row, page, error or log. */
  readonly secrets: readonly string[];
}

export interface MadeToken {
  readonly value: string;
  /** Whether this is its row. */
  isRow(item: Item): boolean;
}
