import { type AgeGroup, ageGroups, type CountedState, countedStates } from '../../../core/status/overview.ts';
import { type ElementView, h } from '../view.ts';

/** What a bar is made of, in order; each part has a pattern of its own besides its colour. */
export interface Part {
  readonly name: CountedState | `age-${AgeGroup}`;
  readonly count: number;
}

/** Lines of a pattern on a tile of 8 by 8. */
const patterns: Record<Part['name'], string> = {
  active: 'M0 0H8V8H0Z',
  expiring: 'M-2 2L2 -2M0 8L8 0M6 10L10 6',
  expired: 'M0 8L8 0M0 0L8 8',
  waiting: 'M2 0V8M6 0V8',
  inactive: 'M4 3V5M0 7V8M0 0V1M8 7V8M8 0V1',
  revoked: 'M0 2H8M0 6H8',
  unknown: 'M4 3.5V4.5',
  'age-month': 'M4 3.5V4.5',
  'age-quarter': 'M0 4H8',
  'age-year': 'M0 8L8 0M-2 2L2 -2M6 10L10 6',
  'age-older': 'M0 0H8V8H0Z',
  'age-unknown': 'M-1 -1',
};

/** The patterns that the bars of a page are filled with; drawn once, seen nowhere. */
export function patternDefinitions(): ElementView {
  const names: Part['name'][] = [...countedStates, ...ageGroups.map((group) => `age-${group}` as const)];
  return h(
    'svg',
    { class: 'definitions', width: 0, height: 0, 'aria-hidden': 'true' },
    h(
      'defs',
      {},
      names.map((name) =>
        h(
          'pattern',
          { id: `pattern-${name}`, class: name, width: 8, height: 8, patternUnits: 'userSpaceOnUse' },
          h('rect', { class: 'ground', width: 8, height: 8 }),
          h('path', { class: 'lines', d: patterns[name] }),
        ),
      ),
    ),
  );
}

/** A sample of a part for the legend. */
export function swatch(name: Part['name']): ElementView {
  return h(
    'svg',
    { class: `swatch ${name}`, width: 24, height: 14, 'aria-hidden': 'true' },
    h('rect', { class: 'part', width: '100%', height: '100%', fill: `url(#pattern-${name})` }),
  );
}

/** Narrower than this, in percent, a part could not be seen. */
const narrowest = 2;

/** One bar, as wide as there is room: how the whole is divided. */
export function bar(parts: readonly Part[], description: string): ElementView {
  const shown = parts.filter(({ count }) => count > 0);
  const total = shown.reduce((sum, { count }) => sum + count, 0);
  const widths = shown.map(({ count }) => Math.max(narrowest, (100 * count) / total));
  const scale = 100 / widths.reduce((sum, width) => sum + width, 0);
  let x = 0;
  const rects = shown.map(({ name }, index) => {
    const width = (widths[index] ?? 0) * scale;
    const rect = h('rect', {
      class: `part ${name}`,
      x: percent(x),
      y: 0,
      width: percent(width),
      height: '100%',
      fill: `url(#pattern-${name})`,
    });
    x += width;
    return rect;
  });
  return h('svg', { class: 'bar', width: '100%', height: 16, role: 'img', 'aria-label': description }, rects);
}

/** What expires in one week of one lane. */
export interface Mark {
  readonly count: string;
  readonly isSoon: boolean;
  /** What it says, and where it leads. */
  readonly name: string;
  readonly href: `#${string}`;
}

/** One line of the timeline; `undefined` for a week without expiries. */
export function lane(marks: readonly (Mark | undefined)[], name: string): ElementView {
  return h(
    'svg',
    { class: 'lane', width: '100%', height: 32, role: 'group', 'aria-label': name },
    h('line', { class: 'axis', x1: 0, x2: '100%', y1: 16, y2: 16 }),
    marks.map((mark, index) =>
      h(
        'svg',
        { x: middle(index, marks.length), y: 16, overflow: 'visible', 'data-key': index },
        mark ? markLink(mark) : h('circle', { class: 'nothing', r: 2 }),
      ),
    ),
  );
}

function markLink({ count, isSoon, name, href }: Mark): ElementView {
  return h(
    'a',
    { class: isSoon ? 'mark soon' : 'mark', href, 'aria-label': name },
    markShape(isSoon),
    h('text', { y: 4, 'text-anchor': 'middle' }, count),
  );
}

function markShape(isSoon: boolean): ElementView {
  return isSoon
    ? h('path', { class: 'sign', d: 'M0 -14L14 0L0 14L-14 0Z' })
    : h('circle', { class: 'sign', r: 12 });
}

/** A mark as the legend shows it. */
export function markSample(isSoon: boolean): ElementView {
  return h(
    'svg',
    {
      class: isSoon ? 'sample soon' : 'sample',
      viewBox: '-18 -18 36 36',
      width: 20,
      height: 20,
      'aria-hidden': 'true',
    },
    markShape(isSoon),
  );
}

/** The weeks' first days under the lanes; in narrow pages only some of them are shown. */
export function weekAxis(days: readonly string[]): ElementView {
  return h(
    'svg',
    { class: 'weeks', width: '100%', height: 20, 'aria-hidden': 'true' },
    days.map((day, index) =>
      h(
        'text',
        {
          class: `every-${index % 4 === 0 ? 4 : index % 2 === 0 ? 2 : 1}`,
          x: middle(index, days.length),
          y: 14,
          'text-anchor': 'middle',
        },
        day,
      ),
    ),
  );
}

function middle(index: number, length: number): string {
  return percent((100 * (index + 0.5)) / length);
}

function percent(value: number): string {
  return `${Math.round(value * 1000) / 1000}%`;
}
