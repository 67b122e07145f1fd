import type { HttpResponse } from '../../core/http/client.ts';
import type { Paging } from './description.ts';
import { needed, valueAt } from './paths.ts';

export interface ReadPage {
  readonly response: HttpResponse;
  readonly body: unknown;
  /** How many rows came. */
  readonly count: number;
  readonly total: number | undefined;
}

type Query = Readonly<Record<string, string | number>>;

/** What to send for one page. The cursor is what {@link nextCursor} gave for the page before. */
export function pageQuery(paging: Paging, cursor: string | undefined): Query {
  switch (paging.style) {
    case 'none':
      return {};
    case 'page':
      return { ...sizeQuery(paging.size), [paging.parameter]: cursor ?? paging.first };
    case 'offset':
      return { ...sizeQuery(paging.size), [paging.parameter]: cursor ?? 0 };
    case 'cursor':
      return cursor === undefined ? {} : { [paging.parameter]: cursor };
    case 'link':
      return cursor === undefined ? {} : Object.fromEntries(new URLSearchParams(cursor));
  }
}

/**
 * What leads to the page after this one; `undefined` when it is the last. A page with fewer rows than asked for
 * proves nothing, since services cap the size; only an empty page or a total ends a numbered list.
 */
export function nextCursor(
  paging: Paging,
  cursor: string | undefined,
  { response, body, count, total }: ReadPage,
): string | undefined {
  switch (paging.style) {
    case 'none':
      return undefined;
    case 'page': {
      const page = Number(cursor ?? paging.first);
      const soFar = (page - paging.first + 1) * count;
      return count > 0 && soFar < (total ?? Number.POSITIVE_INFINITY) ? String(page + 1) : undefined;
    }
    case 'offset':
      return count > 0 ? String(Number(cursor ?? 0) + count) : undefined;
    case 'cursor': {
      const next = valueAt(body, paging.next);
      const isLast = next === null || next === undefined || next === '' || next === false;
      return isLast ? undefined : needed(body, paging.next);
    }
    case 'link':
      return linkedQuery(response.headers.link);
  }
}

function sizeQuery(size: { readonly parameter: string; readonly value: number } | undefined): Query {
  return size ? { [size.parameter]: size.value } : {};
}

/**
 * Of RFC 8288's `<…>; rel="next"` only the query counts: the address is the server's word, and the next
 * request goes where the user's credential was meant to go.
 */
function linkedQuery(header: string | undefined): string | undefined {
  const [, target] = /<([^<>]*)>\s*;[^<]*\brel="?next"?(?=[\s;,]|$)/.exec(header ?? '') ?? [];
  const query = target?.split('?')[1]?.split('#')[0];
  return query ? query : undefined;
}
