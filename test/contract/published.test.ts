import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { leftOut, publish } from '../../esbuild.js';
import type { PublishedFile } from '../../esbuild.shared.ts';
import type { AdapterFactory } from '../../src/core/adapter/contract.ts';
import type { Item } from '../../src/core/model/item.ts';
import { Secret } from '../../src/core/model/secret.ts';
import type { Transport } from '../../src/core/ports.ts';
import { projectRoot } from '../host/places.ts';
import { createAuthority } from '../servers/certificates.ts';
import { startProxy } from '../servers/proxy.ts';
import { startTlsFront } from '../servers/tls.ts';
import { type Sandboxes, serviceIds, services, startSandboxes } from '../services.ts';
import { localize } from '../unit/fakes.ts';
import { direct } from '../unit/platform/direct.ts';
import { type Answers, everyRow, Harness } from './harness.ts';
import { stacks } from './stacks.ts';

type AdaptersFile = typeof import('../../src/adapters/index.ts');
type NetworkFile = typeof import('../../src/platform/network/index.ts');

/** The bundle leaves out parts of the libraries, see `esbuild.js`. */
describe('the network half as it is published', () => {
  let folder: string;
  let files: Readonly<Record<string, PublishedFile>>;
  let published: AdaptersFile;
  let network: NetworkFile;
  let sandboxes: Sandboxes;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'published-'));
    files = await publish('src/extension.ts', folder);
    // What the files share stands in the one that is loaded before them, which asks for VS Code; nothing of it runs here.
    const code = join(folder, 'node_modules', 'vscode');
    await mkdir(code, { recursive: true });
    await writeFile(
      join(code, 'index.js'),
      'const any = new Proxy(class {}, { get: (known, name) => known[name] ?? any, apply: () => any }); module.exports = any;',
    );
    const load = createRequire(import.meta.url);
    published = load(join(folder, 'adapters.cjs'));
    network = load(join(folder, 'network.cjs'));
    sandboxes = await startSandboxes();
  });
  after(async () => {
    await sandboxes?.stop();
    await rm(folder, { recursive: true });
  });

  async function rows(factory: AdapterFactory, answers: Answers, transport: Transport) {
    const harness = new Harness(factory, undefined, transport);
    try {
      const { session } = await harness.connect(answers);
      const all = await everyRow(session, { includeExpired: true });
      return all.map(({ item }) => item);
    } finally {
      harness.dispose();
    }
  }

  async function bundledFactory(id: string): Promise<AdapterFactory> {
    const service = published.services.find(({ offer }) => offer(localize).id === id);
    assert(service);
    return service.load();
  }

  for (const id of serviceIds) {
    const { factory } = services[id];
    it(`shows of ${factory(localize).displayName} what the sources show`, async () => {
      const bundled = await bundledFactory(id);
      const { answers } = sandboxes.running[id];
      const found = await rows(bundled, answers, await network.createTransport(direct, undefined));
      assert.notEqual(found.length, 0);
      assert.deepEqual(shapes(found), shapes(await rows(factory, answers, stacks.undici())));
    });
  }

  it('goes through a proxy to a service with a certificate of the company’s own', async () => {
    const authority = createAuthority('the company');
    const front = await startTlsFront(sandboxes.turnkey.url, authority.issue({ hosts: ['127.0.0.1'] }));
    const proxy = await startProxy({ password: 'me:word' });
    const certificate = join(folder, 'company.pem');
    await writeFile(certificate, authority.cert);
    const throughProxy = {
      ...direct.proxy,
      isOff: false,
      proxy: new Secret(proxy.origin.replace('//', '//me:word@')),
      noProxy: ['<-loopback>'],
    };
    const turnkey = await bundledFactory('turnkey');
    try {
      const transport = await network.createTransport({ ...direct, proxy: throughProxy }, certificate);
      const answers = { ...sandboxes.running.turnkey.answers, baseUrl: front.origin };
      assert.notEqual((await rows(turnkey, answers, transport)).length, 0);
      assert.deepEqual([...new Set(proxy.attempts.map(({ status }) => status))], [200]);
    } finally {
      await proxy.stop();
      await front.stop();
    }
  });

  it('tells nothing of a request to others in this process, who would see its credential', async () => {
    const heard: unknown[] = [];
    const listen = (_: unknown, channel: string | symbol) => heard.push(channel);
    const channels = ['undici:request:create', 'undici:client:sendHeaders', 'undici:request:headers'];
    for (const channel of channels) {
      subscribe(channel, listen);
    }
    try {
      const transport = await network.createTransport(direct, undefined);
      const turnkey = await bundledFactory('turnkey');
      assert.notEqual((await rows(turnkey, sandboxes.running.turnkey.answers, transport)).length, 0);
      assert.deepEqual(heard, []);
    } finally {
      for (const channel of channels) {
        unsubscribe(channel, listen);
      }
    }
  });

  it('holds nothing of what is to be left out, all of which the libraries still have', () => {
    const inputs = Object.values(files).flatMap((file) => [...file.inputs]);
    for (const path of leftOut) {
      assert(existsSync(join(projectRoot, 'node_modules', path)), path);
      const ofIt = inputs.filter(([input]) => input.endsWith(`node_modules/${path}`));
      const bytes = ofIt.reduce((sum, [, more]) => sum + more, 0);
      assert(bytes < 100, `${path} takes ${bytes} bytes`);
    }
  });

  it('holds the services that ship as descriptions in one file, which is loaded for them only', () => {
    const holders = Object.entries(files).filter(([, { inputs }]) =>
      [...inputs.keys()].some((input) => input.startsWith('src/adapters/shelf/services/')),
    );
    assert.deepEqual(
      holders.map(([file]) => file),
      ['shelf'],
    );
  });

  it('has what only some connections need in files that no other loads', () => {
    for (const [name, folder] of Object.entries({
      oauth: 'oauth/signIn',
      byDescription: 'declarative',
      thirdParty: 'thirdParty',
      thisComputer: 'thisComputer/programs',
    })) {
      const holders = Object.entries(files).filter(([, { inputs }]) =>
        [...inputs].some(([input, bytes]) => bytes > 0 && input.startsWith(`src/adapters/${folder}/`)),
      );
      assert.deepEqual(
        holders.map(([file]) => file),
        [name],
      );
    }
  });

  it('holds once what files share with the one that is loaded before them', () => {
    const held = (name: string) => [...(files[name]?.inputs ?? [])].filter(([, bytes]) => bytes > 0);
    const ofServices = ['vendors', 'oauth', 'byDescription', 'thisComputer', 'thisEditor', 'thirdParty'];
    const others = Object.keys(files).filter((name) => !['extension', 'product'].includes(name));
    assert(ofServices.every((name) => others.includes(name)));
    for (const [first, names] of Object.entries({ product: others, adapters: ofServices })) {
      for (const name of names) {
        const own = new Set(held(name).map(([input]) => input));
        assert.deepEqual(
          held(first).filter(([input]) => own.has(input)),
          [],
          `${name} has copies of what is in ${first}`,
        );
      }
    }
  });

  it('asks VS Code for its API once a file, because VS Code looks up each time whose file asks', () => {
    const asking = Object.keys(files).flatMap((file) => {
      const text = readFileSync(join(folder, `${file}.cjs`), 'utf8');
      return [...text.matchAll(/require\("vscode"\)/g)].map(() => file);
    });
    assert.deepEqual(asking.toSorted(), ['commands', 'extension', 'pages', 'product', 'records']);
  });

  it('has no character beyond ASCII, because one would double what the engine reads and keeps', () => {
    for (const file of Object.keys(files)) {
      assert.doesNotMatch(readFileSync(join(folder, `${file}.cjs`), 'utf8'), /[^\p{ASCII}]/u, file);
    }
  });

  it('comes from sources that ask for nothing that is left out', () => {
    for (const file of globSync('src/**/*.ts', { cwd: projectRoot })) {
      const text = readFileSync(join(projectRoot, file), 'utf8');
      assert(!/FormData/.test(text), file);
      const count = (pattern: RegExp) => [...text.matchAll(pattern)].length;
      assert.equal(
        count(/allowH2: false/g),
        count(/new (?:Agent|Client|Pool)\(|buildConnector\(\{/g),
        `${file} offers HTTP/2`,
      );
    }
  });
});

/** What kinds of rows there are. Not which: Mage AI makes a token for each who asks, and drops others for it. */
function shapes(items: readonly Item[]): string[] {
  const all = items.map(({ kind, status, lifetime, fields, children, actions }) =>
    JSON.stringify([kind, status, lifetime.kind, fields.map(({ label }) => label), children.kind, actions]),
  );
  return [...new Set(all)].toSorted();
}
