import { type Children, type Item, noLifetime } from '../../core/model/item.ts';

/** A row that only holds others. */
export function sectionRow(id: string, name: string, children: Children): Item {
  return { id, kind: 'section', name, lifetime: noLifetime, fields: [], children, actions: [] };
}
