import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { entryPoints, leftOut, options } from '../../esbuild.js';
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
  let metafile: Metafile;
  let published: AdaptersFile;
  let network: NetworkFile;
  let sandboxes: Sandboxes;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'published-'));
    const { adapters, network: sending, library } = entryPoints('src/extension.ts');
    ({ metafile } = await build({
      ...options({ entryPoints: { adapters, network: sending, library }, outdir: folder }),
      absWorkingDir: projectRoot,
      minify: true,
      metafile: true,
    }));
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

  for (const id of serviceIds) {
    const { factory } = services[id];
    it(`shows of ${factory(localize).displayName} what the sources show`, async () => {
      const bundled = published.adapters.find((candidate) => candidate(localize).id === id);
      const { answers } = sandboxes.running[id];
      assert(bundled);
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
    const [turnkey] = published.adapters.filter((factory) => factory(localize).id === 'turnkey');
    try {
      assert(turnkey);
      const transport = await network.createTransport({ ...direct, proxy: throughProxy }, certificate);
      const answers = { ...sandboxes.running.turnkey.answers, baseUrl: front.origin };
      assert.notEqual((await rows(turnkey, answers, transport)).length, 0);
      assert.deepEqual([...new Set(proxy.attempts.map(({ status }) => status))], [200]);
    } finally {
      await proxy.stop();
      await front.stop();
    }
  });

  it('holds nothing of what is to be left out, all of which the libraries still have', () => {
    const bundled = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs));
    for (const path of leftOut) {
      const isIt = (input: string) => input.endsWith(`node_modules/${path}`);
      assert(Object.keys(metafile.inputs).some(isIt), `${path} is not used`);
      const bytes = bundled.reduce(
        (sum, [input, { bytesInOutput }]) => sum + (isIt(input) ? bytesInOutput : 0),
        0,
      );
      assert(bytes < 100, `${path} takes ${bytes} bytes`);
    }
  });

  it('comes from sources that ask for nothing that is left out', () => {
    for (const file of globSync('src/**/*.ts', { cwd: projectRoot })) {
      const text = readFileSync(join(projectRoot, file), 'utf8');
      assert(!/toJSONSchema|~standard|FormData/.test(text), file);
      const count = (pattern: RegExp) => [...text.matchAll(pattern)].length;
      assert.equal(
        count(/allowH2: false/g),
        count(/new (?:Agent|Client|Pool)\(|buildConnector\(\{/g),
        `${file} offers HTTP/2`,
      );
    }
  });
});

describe('the services that ship as descriptions', () => {
  it('stand in one file, which nothing that is loaded at start or for the network has in it', async () => {
    const { metafile } = await build({
      ...options({ entryPoints: entryPoints('src/extension.ts'), outdir: 'nowhere' }),
      absWorkingDir: projectRoot,
      metafile: true,
      write: false,
    });
    const holders = Object.entries(metafile.outputs).filter(([, { inputs }]) =>
      Object.keys(inputs).some((input) => input.startsWith('src/adapters/shelf/services/')),
    );
    assert.deepEqual(
      holders.map(([file]) => basename(file)),
      ['shelf.cjs'],
    );
  });
});

/** What kinds of rows there are. Not which: Mage AI makes a token for each who asks, and drops others for it. */
function shapes(items: readonly Item[]): string[] {
  const all = items.map(({ kind, status, lifetime, fields, children, actions }) =>
    JSON.stringify([kind, status, lifetime.kind, fields.map(({ label }) => label), children.kind, actions]),
  );
  return [...new Set(all)].toSorted();
}
