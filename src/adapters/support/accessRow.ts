import { type Item, noChildren, noLifetime } from '../../core/model/item.ts';

/** An access of which the service tells its name only. */
export function accessRow(name: string): Item {
  return {
    id: name,
    kind: 'access',
    name,
    lifetime: noLifetime,
    fields: [],
    children: noChildren,
    actions: [],
  };
}
