import { join } from 'node:path';
import { Pool, request } from 'undici';
import { repeatedInChild } from '../child.ts';
import type { Input } from '../children/readPages.ts';
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
  const urls = Array.from({ length: pages }, (_, index) => service.pageUrl(index + 1, perPage));
  const reading = async (by: Input['by']) => {
    const input: Input = { by, apiUrl: service.apiUrl, urls, count };
    const reader = await repeatedInChild(join(import.meta.dirname, '..', 'children', 'readPages.ts'), input);
    cleanup.defer(() => reader.end());
    return reader.run;
  };
  const measured = await interleaved(15, 3, {
    product: await reading('product'),
    bare: await reading('bare'),
    least: await reading('least'),
    needed: await reading('needed'),
    fetch: await reading('fetch'),
    validated: await reading('validated'),
    axios: await reading('axios'),
    got: await reading('got'),
    ky: await reading('ky'),
  });
  const [fastest = []] = [measured.axios, measured.got, measured.ky].toSorted(
    (one, other) => summary(one).median - summary(other).median,
  );
  return [
    known('100 pages of 100 tokens, validated and mapped', summary(measured.product), 'ms'),
    atMost('… beside fetch, which parses only', 1.1, ratio(measured.product, measured.fetch), 'times'),
    atMost(
      '… beside fetch and the same schema, nothing mapped or kept',
      0.85,
      ratio(measured.product, measured.validated),
      'times',
    ),
    known(
      '… by undici.request and the same schema compiled by zod, nothing mapped or kept, which is the least that validates, beside fetch, which parses only',
      ratio(measured.least, measured.fetch),
      'times',
    ),
    known(
      '… the same with exact numbers, a look for the credential in each answer, and a row of each token, which is the least that can be shown, beside fetch, which parses only',
      ratio(measured.needed, measured.fetch),
      'times',
    ),
    known(
      '… that least, beside fetch and the same schema, nothing mapped or kept',
      ratio(measured.needed, measured.validated),
      'times',
    ),
    known(
      '… beside the fastest of axios, got and ky, which parse only',
      ratio(measured.product, fastest),
      'times',
    ),
    known(
      '… beside undici.request, which parses only and is the least',
      ratio(measured.product, measured.bare),
      'times',
    ),
  ];
}

async function bare(url: string, dispatcher: Pool): Promise<unknown> {
  const { body } = await request(url, { dispatcher });
  return JSON.parse(await body.text());
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
  const opened = await interleaved(15, 2, {
    product: () => duration(async () => product.inventory.open(await tokensOf(product, service.apiUrl))),
    trips: () => duration(() => twoTrips(service)),
  });
  return [
    known('The same with 25 ms a page, pages asked for by number', summary(measured.product), 'ms'),
    atMost(
      '… beside a pool of 8 in flight that parses only',
      1.1,
      ratio(measured.product, measured.pool),
      'times',
    ),
    known(
      'A connection is opened, 25 ms an answer: until its first rows can be drawn',
      summary(opened.product),
      'ms',
    ),
    atMost(
      '… beside fetch for the two answers that it needs, one after the other',
      1.3,
      ratio(opened.product, opened.trips),
      'times',
    ),
  ];
}

/** The applications, and then the tokens of one. */
async function twoTrips(service: Service): Promise<void> {
  for (const url of [service.applicationsUrl, service.pageUrl(1, perPage)]) {
    await (await fetch(url)).json();
  }
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
