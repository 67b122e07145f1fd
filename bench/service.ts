// A service with one application and many tokens, in a process of its own so that it does not share an event
// loop with what is measured. Pages are made once.
import { fork } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { organization, page } from './tokens.ts';

export interface ServiceOptions {
  /** How many tokens there are. */
  readonly tokens: number;
  /** How long each answer waits. */
  readonly delayMs?: number;
  /** Whether the tokens are others each time: each first page that is asked for, one has gone and one come. */
  readonly changes?: boolean;
}

export interface Service {
  /** Ends in `/v1`. */
  readonly apiUrl: string;
  readonly applicationsUrl: string;
  /** One page of tokens. */
  pageUrl(page: number, perPage: number): string;
  /** Epoch milliseconds when the last byte of the last page of tokens was written. */
  writtenAt(): Promise<number>;
  /** Gives the first token another name. @returns how the name ends now */
  rename(): Promise<string>;
  stop(): Promise<void>;
}

const application = 'k9x2m7q4w1zp';
const applicationsPath = `/v1/organizations/${organization}/oauth-applications`;
const tokensPath = `${applicationsPath}/${application}/tokens`;

export async function startService(options: ServiceOptions): Promise<Service> {
  const child = fork(import.meta.filename, [JSON.stringify(options)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve(Number(message)));
    child.once('exit', () => reject(new Error('The service ended.')));
  });
  const origin = `http://127.0.0.1:${port}`;
  return {
    apiUrl: `${origin}/v1`,
    applicationsUrl: `${origin}${applicationsPath}`,
    pageUrl: (number, perPage) => `${origin}${tokensPath}?page=${number}&per_page=${perPage}`,
    writtenAt: async () => Number(await (await fetch(`${origin}/written`)).text()),
    rename: async () => (await fetch(`${origin}/rename`)).text(),
    stop: () => {
      child.disconnect();
      return ended;
    },
  };
}

function serve({ tokens, delayMs = 0, changes = false }: ServiceOptions): void {
  const now = Date.now();
  let shift = 0;
  const answers = new Map<string, Buffer>();
  let writtenAt = 0;
  let requests = 0;
  let names = 0;
  const answer = (path: string, query: URLSearchParams): unknown => {
    if (path !== tokensPath) {
      return {
        data: [{ id: application, client_id: 'client', name: 'Deploy Bot', tokens }],
        next_page: null,
      };
    }
    const number = Number(query.get('page') ?? 1);
    const answered = page(number, Number(query.get('per_page') ?? 25), tokens, now, shift);
    const [first] = answered.data;
    if (first && number === 1 && names > 0) {
      first.display_name += ending(names);
    }
    return answered;
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (url.pathname === '/written') {
      response.end(String(writtenAt));
      return;
    }
    if (url.pathname === '/requests') {
      response.end(String(requests));
      return;
    }
    requests++;
    if (url.pathname === '/rename') {
      answers.clear();
      response.end(ending(++names));
      return;
    }
    if (changes && url.searchParams.get('page') === '1') {
      answers.clear();
      shift++;
    }
    const body = answers.get(url.href) ?? Buffer.from(JSON.stringify(answer(url.pathname, url.searchParams)));
    answers.set(url.href, body);
    const send = () => {
      response.setHeader('content-type', 'application/json; charset=utf-8');
      response.end(body, () => {
        if (url.pathname === tokensPath) {
          writtenAt = Date.now();
        }
      });
    };
    if (delayMs > 0) {
      setTimeout(send, delayMs);
    } else {
      send();
    }
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    process.send?.((isAddress(address) ? address : undefined)?.port);
  });
  process.once('disconnect', () => process.exit(0));
}

function ending(names: number): string {
  return ` renamed ${names} times`;
}

function isAddress(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

if (import.meta.main) {
  serve(JSON.parse(process.argv[2] ?? '{}'));
}
