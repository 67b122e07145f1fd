import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import axios from 'axios';
import got from 'got';
import ky from 'ky';
import { Agent, Pool, request, fetch as undiciFetch } from 'undici';
import * as z from 'zod';
import { tokenSchema } from '../../src/adapters/planetscale/schemas.ts';
import { openProduct, readAll, tokensOf } from '../product.ts';
import { atMost, known, type Part, type Row } from '../row.ts';
import { type Service, startService } from '../service.ts';
import { duration, interleaved, ratio, summary } from '../statistics.ts';

const pages = 100;
const perPage = 100;
const count = pages * perPage;

/** A hundred pages of a hundred tokens, validated and mapped, beside clients that only parse. */
export const pagesPart: Part = { name: 'pages', run: async () => [...(await atOnce()), ...(await late())] };

async function atOnce(): Promise<Row[]> {
  await using cleanup = new AsyncDisposableStack();
  const service = await startService({ tokens: count });
  cleanup.defer(() => service.stop());
  const product = await openProduct();
  cleanup.defer(() => product.dispose());
  const branch = await tokensOf(product, service.apiUrl);
  const agent = new Agent();
  cleanup.defer(() => agent.close());
  const bounded = new Agent({
    headersTimeout: 30_000,
    bodyTimeout: 60_000,
    maxResponseSize: 8 * 1024 * 1024,
  });
  cleanup.defer(() => bounded.close());
  const schema = z.object({ data: z.array(tokenSchema()) });
  const each = async (read: (url: string) => Promise<unknown>) => {
    for (let page = 1; page <= pages; page++) {
      await read(service.pageUrl(page, perPage));
    }
  };
  const measured = await interleaved(rounds, 2, {
    product: () => duration(() => readAll(product, branch, count)),
    bare: () => duration(() => each((url) => bare(url, agent))),
    validated: () => duration(() => each(async (url) => schema.parse(await bare(url, bounded)))),
    fetch: () => duration(() => each(async (url) => (await fetch(url)).json())),
    undiciFetch: () =>
      duration(() => each(async (url) => (await undiciFetch(url, { dispatcher: agent })).json())),
    axios: () => duration(() => each(async (url) => (await axios.get(url)).data)),
    got: () => duration(() => each((url) => got(url).json())),
    ky: () => duration(() => each((url) => ky(url).json())),
  });
  const curl = await interleaved(3, 0, { curl: () => curlPages(service) });
  const ours = summary(measured.product).median;
  const peers: Row[] = (['fetch', 'undiciFetch', 'axios', 'got', 'ky'] as const).map((name) => ({
    ...atMost(
      `… beside ${names[name]}, which parses only`,
      1,
      ratio(measured.product, measured[name]),
      'times',
    ),
    goal: 'ahead',
  }));
  const curlRatio = summary(curl.curl.map((took) => ours / took));
  return [
    known('100 pages of 100 tokens, validated and mapped', summary(measured.product), 'ms'),
    atMost('… beside bare undici.request + JSON.parse', 1.2, ratio(measured.product, measured.bare), 'times'),
    known(
      '… bounded and validated by the schema instead, nothing mapped or kept, beside the same',
      ratio(measured.validated, measured.bare),
      'times',
    ),
    ...peers,
    { ...atMost('… beside curl, a process a page, bytes only', 1, curlRatio, 'times'), goal: 'ahead' },
  ];
}

const rounds = 15;

const names = {
  fetch: 'the global fetch',
  undiciFetch: 'undici.fetch',
  axios: 'axios',
  got: 'got',
  ky: 'ky',
} as const;

async function bare(url: string, dispatcher: Agent | Pool): Promise<unknown> {
  const { body } = await request(url, { dispatcher });
  return JSON.parse(await body.text());
}

/** A tenth of the pages, because it takes so long. */
async function curlPages(service: Service): Promise<number> {
  const run = promisify(execFile);
  const took = await duration(async () => {
    for (let page = 1; page <= pages / 10; page++) {
      await run('curl', ['--silent', service.pageUrl(page, perPage)], { maxBuffer: 10_000_000 });
    }
  });
  return took * 10;
}

/** With 25 ms to each answer, as over a real network. */
async function late(): Promise<Row[]> {
  await using cleanup = new AsyncDisposableStack();
  const service = await startService({ tokens: count, delayMs: 25 });
  cleanup.defer(() => service.stop());
  const product = await openProduct();
  cleanup.defer(() => product.dispose());
  const branch = await tokensOf(product, service.apiUrl);
  const pool = new Pool(new URL(service.apiUrl).origin, { connections: 8 });
  cleanup.defer(() => pool.close());
  const measured = await interleaved(9, 1, {
    product: () => duration(() => readAll(product, branch, count)),
    pool: () => duration(() => pooled(service, pool)),
  });
  return [
    known('The same with 25 ms a page, pages asked for by number', summary(measured.product), 'ms'),
    atMost(
      '… beside a pool of 8 in flight that parses only',
      1.15,
      ratio(measured.product, measured.pool),
      'times',
    ),
  ];
}

async function pooled(service: Service, pool: Pool): Promise<void> {
  let next = 1;
  const work = async () => {
    while (next <= pages) {
      await bare(service.pageUrl(next++, perPage), pool);
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
}
