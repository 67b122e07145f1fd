import type { HttpResponse } from '../../core/http/client.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import { nextLinkQuery, queryIn } from '../support/linkHeader.ts';
import type { Paging } from './description.ts';
import { needed, valueAt } from './paths.ts';

export interface ReadPage {
  readonly response: HttpResponse;
  readonly body: unknown;
  readonly tokens: readonly unknown[];
  readonly total: number | undefined;
}

type Query = Readonly<Record<string, string | number>>;

/** What to send for one page. The cursor is what {@link nextCursor} gave for the page before. */
export function pageQuery(paging: Paging, cursor: string | undefined): Query {
  switch (paging.style) {
    case 'none':
      return {};
    case 'page':
      return { ...sizeQuery(paging.size), [paging.parameter]: numbered(paging.first, cursor).page };
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
 * proves nothing, since services cap the size; only an empty page, a total or the service's own word ends a
 * numbered list.
 */
export function nextCursor(paging: Paging, cursor: string | undefined, read: ReadPage): string | undefined {
  const { response, body, tokens, total = Number.POSITIVE_INFINITY } = read;
  switch (paging.style) {
    case 'none':
      return undefined;
    case 'page': {
      const { page, before } = numbered(paging.first, cursor);
      const seen = before + tokens.length;
      return goesOn(paging.more, read) && seen < total ? `${page + 1}/${seen}` : undefined;
    }
    case 'offset': {
      const seen = Number(cursor ?? 0) + tokens.length;
      return goesOn(paging.more, read) && seen < total ? String(seen) : undefined;
    }
    case 'cursor':
      return goesOn(paging.more, read) ? givenCursor(paging, read) : undefined;
    case 'link':
      return paging.at === undefined
        ? nextLinkQuery(response.headers.link)
        : queryOf(valueAt(body, paging.at), paging.at);
  }
}

/** How many there are in all, where an answer says so. */
export function totalOf(paging: Paging, { headers }: HttpResponse, body: unknown): number | undefined {
  if (paging.style !== 'page' && paging.style !== 'offset') {
    return undefined;
  }
  const header = paging.style === 'page' ? paging.totalHeader : undefined;
  const found = header === undefined ? valueAtPlace(body, paging.total) : headers[header.toLowerCase()];
  const text = String(found);
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/**
 * Some services refuse a page after the last one. That it was the last is likely but not said, so that it is told
 * beside the rows that came before.
 */
export function isPastTheEnd(paging: Paging, cursor: string | undefined, error: TokenManagerError): boolean {
  const isNumbered = paging.style === 'page' || paging.style === 'offset';
  return isNumbered && cursor !== undefined && (error.status === 404 || error.status === 400);
}

/** A numbered page, and how many rows stand before it. */
function numbered(first: number, cursor: string | undefined): { page: number; before: number } {
  const [page = first, before = 0] = cursor === undefined ? [] : cursor.split('/').map(Number);
  return { page, before };
}

function goesOn(more: string | undefined, { tokens, body }: ReadPage): boolean {
  if (more === undefined) {
    return tokens.length > 0;
  }
  const said = valueAt(body, more);
  return tokens.length > 0 && isSomething(said) && said !== 'false';
}

function givenCursor(paging: Paging & { style: 'cursor' }, { body, tokens }: ReadPage): string | undefined {
  if (paging.next !== undefined) {
    return isSomething(valueAt(body, paging.next)) ? needed(body, paging.next) : undefined;
  }
  // The last row's own member; without a word of more to come, an empty page ends the list.
  const last = tokens.at(-1);
  return paging.last === undefined || last === undefined ? undefined : needed(last, paging.last);
}

function isSomething(value: unknown): boolean {
  return value !== null && value !== undefined && value !== '' && value !== false && value !== 0;
}

function valueAtPlace(body: unknown, place: string | undefined): unknown {
  return place === undefined ? undefined : valueAt(body, place);
}

function sizeQuery(size: { readonly parameter: string; readonly value: number } | undefined): Query {
  return size ? { [size.parameter]: size.value } : {};
}

/** What leads on, of an address in the body. */
function queryOf(target: unknown, place: string): string | undefined {
  if (!isSomething(target)) {
    return undefined;
  }
  if (typeof target !== 'string') {
    throw new TokenManagerError('protocol', place, { code: 'unexpected-shape' });
  }
  return queryIn(target);
}
