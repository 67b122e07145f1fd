import type { Breadth } from '../../core/model/item.ts';
import type { TokenMap } from './description.ts';

/**
 * How far an access reaches, as far as the description says. Of the token in use whatever is not needed is too much, where
 * it is known what is.
 */
export function describedBreadth({ breadth }: TokenMap, access: string, isOwn: boolean): Breadth | undefined {
  if (!breadth) {
    return undefined;
  }
  const { means, needed } = breadth;
  if (isOwn && needed) {
    return needed.some((name) => fits(name, access)) ? 'narrow' : 'broad';
  }
  // The exact name before those that only begin alike.
  const name = Object.hasOwn(means, access) ? access : Object.keys(means).find((one) => fits(one, access));
  return name === undefined ? undefined : means[name];
}

function fits(name: string, access: string): boolean {
  return name.endsWith('*') && name !== '*' ? access.startsWith(name.slice(0, -1)) : access === name;
}
