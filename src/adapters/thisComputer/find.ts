import { mask, Secret } from '../../core/model/secret.ts';
import type { ProgramFiles } from '../../core/ports.ts';
import type { Place, Program, ReadSignIns } from './program.ts';
import { mcpRemoteTokens } from './programs/agents.ts';
import type { LocalSignIn } from './signIn.ts';

export type FoundSignIn = LocalSignIn & { readonly place: Place };

type Fail = (place: string, thrown: unknown) => void;

/**
 * A place at a time; what cannot be read is passed to `fail`, and the others are read all the same.
 * @param hide masks what looks like a token in a name: programs take one in many a place
 */
export async function signInsOf(
  program: Program,
  machine: ProgramFiles,
  hide: (text: string) => string,
  fail: Fail,
): Promise<readonly FoundSignIn[]> {
  const found: FoundSignIn[] = [];
  const servers: string[] = [];
  let knowsServers = true;
  const read = async (path: string, reader: ReadSignIns, serversIn?: (text: string) => readonly string[]) => {
    try {
      const file = await machine.read(path);
      const place = { kind: 'file', name: path, isOpenToOthers: file?.isOpenToOthers } as const;
      found.push(...(file ? reader(file.text) : []).map((signIn) => ({ ...plain(signIn, hide), place })));
      servers.push(...(file && serversIn ? serversIn(file.text) : []));
    } catch (thrown) {
      knowsServers &&= serversIn === undefined;
      fail(path, thrown);
    }
  };
  for (const { path, read: reader, servers: serversIn } of program.files?.(machine) ?? []) {
    await read(path, reader, serversIn);
  }
  const folder = program.versions?.(machine);
  if (folder !== undefined) {
    await inVersions(folder, machine, read, fail);
  }
  return [...inVariables(program, machine, knowsServers ? servers : undefined), ...found];
}

/** Programs name a sign-in by its address, which may hold a password or a signature. */
function plain(signIn: LocalSignIn, hide: (text: string) => string): LocalSignIn {
  const { key, server, account } = signIn;
  return {
    ...signIn,
    key: hide(plainAddress(key)),
    server: hide(plainAddress(server)),
    ...(account !== undefined && { account: hide(account) }),
  };
}

function plainAddress(text: string): string {
  const url = URL.parse(text);
  if (!url?.host) {
    // A host alone is written with a name and a password before it, too.
    return text.replace(/^[^\s/@:]*:[^\s/@]*@/, '');
  }
  const path = url.pathname.split('/').map(withoutKey).join('/');
  return url.username || url.password || url.search || url.hash || path !== url.pathname
    ? `${url.protocol}//${url.host}${path}`
    : text;
}

/** The address of some servers is their key. */
function withoutKey(segment: string): string {
  return segment.length >= 20 && /\d/.test(segment) ? mask : segment;
}

/** @param servers that the program's files name, of which the variable may be for any; `undefined` if not known */
function inVariables(
  { variables = [] }: Program,
  machine: ProgramFiles,
  servers: readonly string[] | undefined,
): FoundSignIn[] {
  return variables.flatMap(({ name, service, host: own, hostVariables = [] }) => {
    const value = machine.variable(name);
    if (!value) {
      return [];
    }
    const main = own === servers?.[0] ? undefined : servers?.[0];
    const named = hostVariables.map(machine.variable).find((host) => host && hostOf(host) !== own);
    const other = named ?? (own === undefined ? undefined : main);
    const isCertain = other === undefined && (own === undefined || servers?.every((each) => each === own));
    return [
      {
        key: name,
        server: plainAddress(other ?? service),
        ...(isCertain && { service }),
        access: new Secret(value),
        place: { kind: 'variable', name, isOpenToOthers: undefined },
      },
    ];
  });
}

/** Programs take a host, with or without a port, or an address. */
function hostOf(text: string): string {
  return URL.parse(text)?.host || text;
}

async function inVersions(
  folder: string,
  machine: ProgramFiles,
  read: (path: string, reader: ReadSignIns) => Promise<void>,
  fail: Fail,
): Promise<void> {
  const versions = (await namesIn(folder, machine, fail)).flatMap((name) => {
    const [, version] = /^mcp-remote-(.+)$/.exec(name) ?? [];
    return version === undefined ? [] : [version];
  });
  const newest = newestOf(versions);
  for (const version of versions) {
    const inVersion = machine.join(folder, `mcp-remote-${version}`);
    for (const name of await namesIn(inVersion, machine, fail)) {
      const [, hash] = /^(.+)_tokens\.json$/.exec(name) ?? [];
      if (hash !== undefined) {
        const client = await machine
          .read(machine.join(inVersion, `${hash}_client_info.json`))
          .catch(() => undefined);
        await read(machine.join(inVersion, name), (text) =>
          mcpRemoteTokens(text, hash, client?.text ?? '', { name: version, isLeft: version !== newest }),
        );
      }
    }
  }
}

/** `v1` and on are stores that releases share; before, each release had one under its own number. */
function newestOf(versions: readonly string[]): string | undefined {
  const isStore = (version: string) => /^v\d+$/.test(version);
  return versions
    .toSorted(
      (one, other) =>
        Number(isStore(one)) - Number(isStore(other)) || one.localeCompare(other, 'en', { numeric: true }),
    )
    .at(-1);
}

async function namesIn(folder: string, machine: ProgramFiles, fail: Fail): Promise<readonly string[]> {
  try {
    return (await machine.names(folder)).toSorted();
  } catch (thrown) {
    fail(folder, thrown);
    return [];
  }
}
