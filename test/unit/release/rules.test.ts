import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  packedManifest,
  publishingProblems,
  type ReleaseManifest,
  withRepository,
} from '../../../release/manifestRules.ts';
import { knownHarmless, mostBytes, packageProblems } from '../../../release/packageRules.ts';
import { filesOf } from '../../../release/vsix.ts';

const manifest: ReleaseManifest = {
  name: 'sample',
  version: '1.2.3',
  publisher: 'sample',
  dependencies: {},
};
const published = {
  ...manifest,
  repository: { url: 'https://git.example/owner/sample.git' },
  bugs: { url: 'https://git.example/owner/sample/issues' },
  homepage: 'https://git.example/owner/sample#readme',
  qna: 'https://git.example/owner/sample/discussions',
};
const changelog = '# Change log\n\n## 1.2.3 – 2026-11-27\n';

function file(name: string, text: string) {
  return { name: `extension/${name}`, packedBytes: text.length, content: Buffer.from(text) };
}

/** Made here, so that no scanner of this repository takes a sample for a secret. */
const looksLikeASecret: readonly (readonly [what: string, text: string])[] = [
  ['PlanetScale', ['pscale', 'tkn', 'Qm7ZxT4vKc2LpRw9JdYh3NbGf8SaEu5X'].join('_')],
  ['private key', `-----BEGIN EC ${'PRIVATE'} KEY-----\nMHcCAQEEIHh1Q2xkZmFzZGZhc2Rm`],
  [
    'JSON Web Token',
    ['eyJhbGciOiJIUzI1NiJ9', 'eyJzdWIiOiIxMjM0NTY3ODkwIn0', 'c2lnbmF0dXJlLXNhbXBsZQ'].join('.'),
  ],
  ['assigned secret', `const clientSecret = "${'x9K2'.repeat(10)}"`],
  ['address with a password', `https://user:${'p4ssw0rd'}@example.com/`],
];

describe('release', () => {
  it('packs all of the manifest but what the development needs, and its texts as they are', () => {
    const root = join(import.meta.dirname, '../../..');
    const { scripts, devDependencies, overrides, allowScripts, ...read } = JSON.parse(
      readFileSync(join(root, 'package.json'), 'utf8'),
    );
    assert.ok(scripts && devDependencies && overrides && allowScripts);
    assert.deepEqual(JSON.parse(packedManifest(readFileSync(join(root, 'package.json'), 'utf8'))), read);
    const texts = readFileSync(join(root, 'package.nls.json'), 'utf8');
    assert.deepEqual(JSON.parse(packedManifest(texts)), JSON.parse(texts));
  });

  it('lets a package pass that holds what it should', () => {
    assert.deepEqual(
      packageProblems(
        [
          file('dist/extension.cjs', 'exports.a = 1'),
          file('readme.md', '# Hi'),
          file('skills/a-skill/SKILL.md', '# When to ask'),
        ],
        1000,
      ),
      [],
    );
  });

  for (const [what, text] of looksLikeASecret) {
    it(`finds what looks like a secret (${what}), and does not print it`, () => {
      const [problem = '', ...others] = packageProblems([file('dist/extension.cjs', `a;${text};b`)], 1000);
      assert.match(problem, new RegExp(what, 'i'));
      assert.deepEqual(others, []);
      assert(!problem.includes(text.slice(-20)));
    });
  }

  it('lets pass what is known to look like a secret and to be none', () => {
    for (const { value } of knownHarmless) {
      assert.deepEqual(packageProblems([file('dist/extension.cjs', `const apiKey = "${value}"`)], 1000), []);
    }
  });

  it('refuses sources, tests, maps, settings and folders of the builder', () => {
    for (const name of [
      'src/extension.ts',
      '.env',
      'dist/extension.cjs.map',
      'node_modules/zod/index.js',
      '.npmrc',
    ]) {
      assert.equal(packageProblems([file(name, '')], 1000).length, 1, name);
    }
    assert.equal(packageProblems([file('dist/a.cjs', 'x = "/home/someone/project"')], 1000).length, 1);
    assert.deepEqual(
      packageProblems([file('dist/a.cjs', '"https://a.example/docs/home/account"')], 1000),
      [],
    );
  });

  it('refuses a package that has grown too large', () => {
    assert.equal(packageProblems([], mostBytes).length, 0);
    assert.equal(packageProblems([], mostBytes + 1).length, 1);
  });

  it('refuses to publish without addresses, a dated heading, or with the tag of another version', () => {
    assert.deepEqual(publishingProblems(published, changelog, 'v1.2.3', []), []);
    assert.deepEqual(publishingProblems(published, changelog, undefined, []), []);
    assert.match(
      publishingProblems(manifest, changelog, 'v1.2.3', []).join(),
      /repository, bugs, homepage, qna/,
    );
    assert.match(publishingProblems(published, '## 1.2.3\n', 'v1.2.3', []).join(), /heading/);
    assert.match(publishingProblems(published, changelog, 'v1.2.4', []).join(), /tag/);
  });

  it('refuses to publish a service that the change log does not name', () => {
    const told = `${changelog}\n- **Connect** to Lantern.\n`;
    assert.deepEqual(publishingProblems(published, told, undefined, ['Lantern']), []);
    assert.match(publishingProblems(published, changelog, undefined, ['Lantern']).join(), /Lantern/);
  });

  it('fills in all addresses from that of the repository', () => {
    const filled = withRepository(manifest, 'https://git.example/owner/sample');
    assert.deepEqual(filled, { ...published, repository: { type: 'git', ...published.repository } });
    assert.throws(() => withRepository(manifest, ''));
    assert.throws(() => withRepository(manifest, 'http://git.example/owner/sample'));
  });

  it('reads nothing but a zip file', () => {
    assert.throws(() => filesOf(Buffer.from('no zip file')), /no VSIX/);
  });
});
