import axios from 'axios';
import got from 'got';
import ky from 'ky';
import { Agent, request } from 'undici';
import { tokenSchema } from '../../src/adapters/planetscale/schemas.ts';
import * as z from '../../src/adapters/support/schema.ts';
import { parseJsonExactly } from '../../src/core/json.ts';
import { openProduct, readAll, tokensOf } from '../product.ts';

export interface Input {
  readonly by: keyof typeof peers | 'product' | 'needed';
  readonly apiUrl: string;
  readonly urls: readonly string[];
  readonly count: number;
}

const agent = new Agent();
const schema = z.object({ data: z.array(tokenSchema()) });
const compiled = z.compile(schema);

const peers = {
  bare: async (url: string) => JSON.parse(await text(url)),
  least: async (url: string) => compiled.parse(JSON.parse(await text(url))),
  fetch: async (url: string) => (await fetch(url)).json(),
  validated: async (url: string) => schema.parse(await (await fetch(url)).json()),
  axios: async (url: string) => (await axios.get(url)).data,
  got: (url: string) => got(url).json(),
  ky: (url: string) => ky(url).json(),
};

/** Reads all pages, in one of these ways. */
export async function open({ by, apiUrl, urls, count }: Input): Promise<() => Promise<unknown>> {
  if (by === 'product') {
    const product = await openProduct();
    const branch = await tokensOf(product, apiUrl);
    return () => readAll(product, branch, count);
  }
  return by === 'needed' ? () => needed(urls) : () => eachOf(urls, peers[by]);
}

async function eachOf(urls: readonly string[], read: (url: string) => Promise<unknown>): Promise<void> {
  for (const url of urls) {
    await read(url);
  }
}

async function text(url: string): Promise<string> {
  const { body } = await request(url, { dispatcher: agent });
  return body.text();
}

/** A row of each token, once, of an answer without the credential and whose numbers are exact: nothing can be left out. */
async function needed(urls: readonly string[]): Promise<readonly object[]> {
  const seen = new Set<string>();
  const rows: object[] = [];
  for (const url of urls) {
    const answer = await text(url);
    if (answer.includes('id:value')) {
      throw new Error('The answer quotes the credential.');
    }
    for (const token of compiled.parse(parseJsonExactly(answer)).data) {
      if (!seen.has(token.id)) {
        seen.add(token.id);
        rows.push({
          id: token.id,
          name: token.display_name || token.name || token.id,
          owner: token.actor_display_name,
          createdAt: token.created_at,
          updatedAt: token.updated_at,
          expiresAt: token.expires_at,
          lastUsedAt: token.last_used_at,
        });
      }
    }
  }
  return rows;
}
