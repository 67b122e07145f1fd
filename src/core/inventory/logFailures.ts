import type { Disposable } from '../event.ts';
import { displayText } from '../model/displayText.ts';
import type { ErrorKind, TokenManagerError } from '../model/errors.ts';
import type { Logger } from '../ports.ts';
import type { Inventory } from './inventory.ts';
import type { Branch } from './tree.ts';

/** Of these the line of the request tells only that there was an answer. */
const untold: ReadonlySet<ErrorKind> = new Set(['protocol', 'configuration', 'internal', 'storage']);

/** Writes into the log what of an answer could not be used, once for each read. */
export function logFailures(inventory: Pick<Inventory, 'onDidChange'>, logger: Logger): Disposable {
  const logged = new WeakSet<TokenManagerError>();
  return inventory.onDidChange((node) => {
    const branch = node?.kind === 'item' ? node.openedBranch : node?.branch;
    for (const error of branch ? failuresOf(branch) : []) {
      if (!logged.has(error)) {
        logged.add(error);
        logger.warn(line(error));
      }
    }
  });
}

function failuresOf({ problems, error }: Branch): readonly TokenManagerError[] {
  return [...problems, ...(error ? [error] : [])].filter(({ kind }) => untold.has(kind));
}

/** Of the detail only the places that cannot be read, never what was found there or what the service said. */
function line({ kind, code, status, detail }: TokenManagerError): string {
  const places = code === 'unexpected-shape' ? displayText(detail, 120) : '';
  const parts = ['list', kind, code, status, ...(places === '' ? [] : [`at ${places}`])];
  return parts.filter((part) => part !== undefined).join(' ');
}
