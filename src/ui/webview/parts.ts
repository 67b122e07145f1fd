import { type Child, type ElementView, h } from './view.ts';

/** A part of a page with a heading of its own. */
export function section(id: string, title: string, ...content: readonly Child[]): ElementView {
  return h('section', { 'data-key': id, 'aria-labelledby': id }, h('h2', { id }, title), content);
}

/** A table that is scrolled by itself where it is wider than the page. */
export function scroller(name: string, ...content: readonly Child[]): ElementView {
  return h('div', { class: 'scroller', role: 'group', 'aria-label': name }, h('table', {}, content));
}

/** How many connections have a line of their own in a drawing; the others share one. */
export const mostLines = 12;

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, value) => total + value, 0);
}
