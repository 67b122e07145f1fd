/**
 * The query of the page after this one, where an answer's `Link` header (RFC 8288) names one. Only the query counts: the
 * address is the server's word, and the next request goes where the user's credential was meant to go.
 */
export function nextLinkQuery(header: string | undefined): string | undefined {
  const [, target] = /<([^<>]*)>\s*;[^<]*\brel="?next"?(?=[\s;,]|$)/.exec(header ?? '') ?? [];
  return target === undefined ? undefined : queryIn(target);
}

/** The same of an address that stands elsewhere. */
export function queryIn(address: string): string | undefined {
  return address.split('?')[1]?.split('#')[0] || undefined;
}
