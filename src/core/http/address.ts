import { checkedBaseUrl } from './client.ts';

/** As {@link checkedBaseUrl}, for an endpoint of OAuth, which may have a query (RFC 6749 section 3.2). */
export function checkedEndpoint(text: string): URL {
  return checkedBaseUrl(withoutQuery(text));
}

export function withoutQuery(text: string): string {
  const url = URL.parse(text);
  if (!url?.search) {
    return text;
  }
  url.search = '';
  return url.href;
}
