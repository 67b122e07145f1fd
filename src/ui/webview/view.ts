/**
 * A page as plain data. The host writes it as HTML for the first look and sends it as it is for every change;
 * in both cases text can become nothing but text. There is no tag that loads or runs anything, and no attribute
 * for handlers, styles or addresses.
 */
export type View = string | ElementView;

export interface ElementView {
  readonly tag: Tag;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly View[];
}

export type Tag =
  | 'a'
  | 'bdi'
  | 'button'
  | 'caption'
  | 'dd'
  | 'details'
  | 'div'
  | 'dl'
  | 'dt'
  | 'h1'
  | 'h2'
  | 'h3'
  | 'header'
  | 'li'
  | 'ol'
  | 'p'
  | 'section'
  | 'span'
  | 'strong'
  | 'summary'
  | 'table'
  | 'tbody'
  | 'td'
  | 'th'
  | 'thead'
  | 'time'
  | 'tr'
  | 'ul'
  | SvgTag;

type SvgTag = 'svg' | 'g' | 'path' | 'circle' | 'rect' | 'line' | 'text' | 'defs' | 'pattern';

export type Attributes = {
  readonly [name in
    | 'class'
    | 'colspan'
    | 'datetime'
    | 'dir'
    | 'id'
    | 'role'
    | 'scope'
    | 'tabindex'
    | 'type'
    | `aria-${string}`
    | `data-${string}`
    | 'cx'
    | 'cy'
    | 'd'
    | 'fill'
    | 'height'
    | 'overflow'
    | 'patternUnits'
    | 'r'
    | 'rx'
    | 'text-anchor'
    | 'viewBox'
    | 'width'
    | 'x'
    | 'x1'
    | 'x2'
    | 'y'
    | 'y1'
    | 'y2']?: string | number | undefined;
} & { readonly href?: `#${string}` };

export type Child = View | undefined | readonly Child[];

/** An element; what is `undefined` among its attributes and children is left out. */
export function h(tag: Tag, attributes: Attributes, ...children: readonly Child[]): ElementView {
  const given = Object.entries(attributes).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as const],
  );
  return { tag, attributes: Object.fromEntries(given), children: flat(children) };
}

export function flat(children: readonly Child[]): View[] {
  return children.flatMap((child) => {
    if (child === undefined) {
      return [];
    }
    return isList(child) ? flat(child) : [child];
  });
}

function isList(child: View | readonly Child[]): child is readonly Child[] {
  return Array.isArray(child);
}
