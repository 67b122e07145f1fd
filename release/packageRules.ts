import { tokenShapes } from '../src/adapters/leaks/shapes.ts';
import { TokenRecognizer } from '../src/core/leaks/recognize.ts';
import type { VsixFile } from './vsix.ts';

/** A package that grows beyond this needs a reason, in the commit that raises it. */
export const mostBytes = 600_000;

/**
 * All that a package may hold. Sources, tests, maps and settings of a workspace are not among it, nor documents that
 * VS Code does not show: those are in the repository, where the links of README.md lead.
 */
const expected = [
  /^\[Content_Types\]\.xml$/,
  /^extension\.vsixmanifest$/,
  /^extension\/(?:readme|changelog)\.md$/i,
  /^extension\/LICENSE(?:\.txt)?$/i,
  /^extension\/package(?:\.nls(?:\.[a-z-]+)?)?\.json$/,
  /^extension\/dist\/(?:[\w-]+\/)?[\w.-]+\.(?:cjs|mjs|js)$/,
  /^extension\/dist\/ThirdPartyNotices\.txt$/,
  /^extension\/dist\/l10n\/bundle\.l10n\.[a-z-]+\.json$/,
  /^extension\/media\/(?:[\w-]+\/)?[\w.-]+\.(?:png|svg)$/,
  /^extension\/skills\/[\w-]+\/SKILL\.md$/,
];

/** Looks like a secret and is none. The reason goes to those who review the package. */
export const knownHarmless: readonly { readonly value: string; readonly why: string }[] = [
  {
    value: 'zkWlN0PkIKSN0C11CfUHUj84OT5XOJ6tDZ6bDRO2',
    why: 'the API key that every Mage AI server has, published in its source (mage_ai/settings/server.py)',
  },
];

const shapes = new TokenRecognizer(tokenShapes);

const furtherShapes: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: 'a private key', pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----\s*[A-Za-z0-9+/=]{16}/ },
  { what: 'a JSON Web Token', pattern: /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{16,}/ },
  {
    what: 'an assigned secret',
    pattern: /(?:api_?key|secret|token|passw(?:or)?d)["']?\s*[:=]\s*["'`]([A-Za-z0-9+/_=-]{32,})["'`]/i,
  },
  {
    what: 'an address with a password',
    pattern: /\bhttps?:\/\/[^\s/:@"'`<>{}$]+:[^\s/:@"'`<>{}$]{8,}@[a-z]/i,
  },
];

/** What speaks against this package, in sentences; empty when nothing does. */
export function packageProblems(files: readonly VsixFile[], totalBytes: number): string[] {
  return [...sizeProblems(totalBytes), ...files.flatMap((file) => fileProblems(file))];
}

function sizeProblems(totalBytes: number): string[] {
  return totalBytes > mostBytes ? [`The package has ${totalBytes} bytes; ${mostBytes} are allowed.`] : [];
}

function fileProblems({ name, content }: VsixFile): string[] {
  const problems = expected.some((pattern) => pattern.test(name))
    ? []
    : [`${name} does not belong into the package.`];
  if (/\.(?:png|svg)$/.test(name)) {
    return problems;
  }
  const text = knownHarmless.reduce(
    (rest, { value }) => rest.replaceAll(value, ''),
    content.toString('utf8'),
  );
  return [
    ...problems,
    ...secretsIn(text).map((what) => `${name} has what looks like ${what}.`),
    ...pathsIn(name, text),
  ];
}

/** Never the value: what is printed in a build is public. */
function secretsIn(text: string): string[] {
  const tokens = shapes
    .find(text)
    .filter(({ certainty }) => certainty !== 'doubtful')
    .map(({ shape }) => `a ${shape.service} ${shape.kind}`);
  const others = furtherShapes.filter(({ pattern }) => pattern.test(text)).map(({ what }) => what);
  return [...new Set([...tokens, ...others])];
}

/** A folder of the computer that built it. */
function pathsIn(name: string, text: string): string[] {
  // Not what stands in a longer path, such as that of a web page.
  const found = /(?<!\w)(?:\/home\/|\/Users\/|[A-Z]:\\Users\\)[\w.-]+/.exec(text)?.[0];
  return found && /^extension\/dist\//.test(name) ? [`${name} names a folder of the builder: ${found}.`] : [];
}
