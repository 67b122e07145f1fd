export interface ReleaseManifest {
  readonly name: string;
  readonly version: string;
  readonly publisher: string;
  readonly repository?: { readonly url?: string };
  readonly bugs?: { readonly url?: string };
  readonly homepage?: string;
  readonly qna?: string | boolean;
  readonly dependencies: Readonly<Record<string, string>>;
}

/**
 * What a package that anybody can build still lacks before it may be published.
 * @param services by the names that users read
 */
export function publishingProblems(
  manifest: ReleaseManifest,
  changelog: string,
  tag: string | undefined,
  services: readonly string[],
): string[] {
  const untold = services
    .filter((name) => !changelog.includes(name))
    .map((name) => `CHANGELOG.md does not name the service ${name}: add the line “**Connect** to ${name}”.`);
  return [...addressProblems(manifest), ...versionProblems(manifest, changelog, tag), ...untold];
}

function addressProblems({ repository, bugs, homepage, qna }: ReleaseManifest): string[] {
  const missing = Object.entries({ repository: repository?.url, bugs: bugs?.url, homepage, qna })
    .filter(([, value]) => typeof value !== 'string' || !value.startsWith('https://'))
    .map(([name]) => name);
  return missing.length > 0
    ? [
        `package.json has no address for ${missing.join(', ')}: npm run release:repository -- https://github.com/OWNER/NAME`,
      ]
    : [];
}

function versionProblems({ version }: ReleaseManifest, changelog: string, tag: string | undefined): string[] {
  const heading = new RegExp(`^## ${version.replaceAll('.', '\\.')} – \\d{4}-\\d{2}-\\d{2}$`, 'm');
  return [
    ...(heading.test(changelog) ? [] : [`CHANGELOG.md has no heading “## ${version} – YYYY-MM-DD”.`]),
    ...(tag === undefined || tag === `v${version}`
      ? []
      : [`The tag ${tag} is not that of version ${version}.`]),
  ];
}

/** The manifest with the addresses of a repository, which everything else follows from. */
export function withRepository(manifest: object, address: string): object {
  if (!/^https:\/\/[\w.-]+(?:\/[\w.-]+){2,}$/.test(address)) {
    throw new Error(`“${address}” is no address such as https://github.com/OWNER/NAME.`);
  }
  return {
    ...manifest,
    repository: { type: 'git', url: `${address}.git` },
    bugs: { url: `${address}/issues` },
    homepage: `${address}#readme`,
    qna: `${address}/discussions`,
  };
}

/** What only those read who change the code, or install what it is made with. */
const forDevelopment = ['scripts', 'devDependencies', 'overrides', 'allowScripts'];

/** A manifest or its texts as they are packed: by far the most bytes of the one in the repository are indents. */
export function packedManifest(json: string): string {
  const members: [string, unknown][] = Object.entries(JSON.parse(json));
  return JSON.stringify(Object.fromEntries(members.filter(([name]) => !forDevelopment.includes(name))));
}
