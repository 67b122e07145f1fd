import type { ItemNode } from '../../core/inventory/tree.ts';
import type { Wording } from './context.ts';
import { shortTime } from './time.ts';

/** What tells a row from another one of the same name in its list; nothing where its name does. */
export function distinctionWords(node: ItemNode, { localize, locale }: Wording): string | undefined {
  const { identifier, createdAt } = node.item;
  if (!node.parent.hasNamesake(node)) {
    return undefined;
  }
  if (identifier !== undefined) {
    return identifier.length <= longestWhole ? identifier : `…${identifier.slice(-tail)}`;
  }
  return createdAt === undefined ? undefined : localize('created {0}', shortTime(createdAt, locale));
}

const longestWhole = 12;
const tail = 6;
