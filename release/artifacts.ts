// npm run release:artifacts: the package with what is published beside it, into out/release: its checksum and a
// software bill of materials (CycloneDX) of the libraries that are bundled.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReleaseManifest } from './manifestRules.ts';

interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
}

interface BillOfMaterials {
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

const root = join(import.meta.dirname, '..');
const folder = join(root, 'out', 'release');
const manifest: ReleaseManifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const base = `${manifest.name}-${manifest.version}`;

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
copyFileSync(join(root, 'oauth-token-manager.vsix'), join(folder, `${base}.vsix`));

const bill = billOfMaterials();
writeFileSync(join(folder, `${base}.cdx.json`), `${JSON.stringify(bill, undefined, 2)}\n`);

const names = [`${base}.vsix`, `${base}.cdx.json`];
const sums = names.map((name) => `${sha256(join(folder, name))}  ${name}\n`).join('');
writeFileSync(join(folder, 'SHA256SUMS'), sums);
console.log(sums.trimEnd());
console.log(bill.components.map(({ name, version }) => `${name} ${version}`).join(', '));

/**
 * By npm itself, from the lock file. Its `--omit=dev` also leaves out what a development dependency uses as well,
 * so that all is asked for and what is bundled is taken from it.
 */
function billOfMaterials(): BillOfMaterials {
  const text = execFileSync(
    'npm',
    ['sbom', '--package-lock-only', '--sbom-format=cyclonedx', '--sbom-type=application'],
    { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, shell: process.platform === 'win32' },
  );
  const all: BillOfMaterials = JSON.parse(text);
  const bundled = Object.keys(manifest.dependencies);
  const components = all.components.filter(({ name }) => bundled.includes(name));
  const references = components.map((component) => component['bom-ref']);
  const { component } = all.metadata;
  const dependencies = [
    { ref: component['bom-ref'], dependsOn: references },
    ...all.dependencies.filter(({ ref }) => references.includes(ref)),
  ];
  const further = dependencies.slice(1).flatMap(({ dependsOn }) => dependsOn);
  if (components.length !== bundled.length || further.length > 0) {
    throw new Error(
      `Bundled are ${bundled.join(', ')}; npm lists ${[...references, ...further].join(', ')}.`,
    );
  }
  // npm names it after the folder that it runs in.
  const metadata = { ...all.metadata, component: { ...component, name: manifest.name } };
  return { ...all, metadata, components, dependencies };
}

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
