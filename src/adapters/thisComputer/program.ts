import type { ProgramFiles } from '../../core/ports.ts';
import type { LocalSignIn } from './signIn.ts';

/** A program whose sign-ins are looked for, at the places that it documents and at no other. */
export interface Program {
  readonly id: string;
  readonly name: string;
  /** The pages that document its places and what lies there, or else the source that writes them. */
  readonly sources: readonly string[];
  readonly variables?: readonly Variable[];
  files?(machine: ProgramFiles): readonly File[];
  /** A folder of the program's own in which each of its versions has one. */
  versions?(machine: ProgramFiles): string;
  /** What signing out in the program does at the service, where its pages say so. */
  readonly logout?: 'forgets' | 'revokes';
}

export interface Variable {
  readonly name: string;
  readonly service: string;
  /** Where the service is, for programs whose files can say that the variable is for another server. */
  readonly host?: string;
  /** Any of them that names another host means that the value is for another server of the same product. */
  readonly hostVariables?: readonly string[];
}

export interface File {
  readonly path: string;
  readonly read: ReadSignIns;
  /** The servers that the program’s variables may be for, as the file has it; the one it uses by itself is the first. */
  readonly servers?: (text: string) => readonly string[];
}

/** One for each kind of file. They read what the program documents, and pass over the rest. */
export type ReadSignIns = (text: string) => readonly LocalSignIn[];

/** Where something was found. */
export interface Place {
  readonly kind: 'file' | 'variable';
  readonly name: string;
  readonly isOpenToOthers: boolean | undefined;
}

/** The exact places of a program, for the question that comes before anything is read. */
export function placesOf(program: Program, machine: ProgramFiles): readonly string[] {
  const folder = program.versions?.(machine);
  return [
    ...(program.files?.(machine) ?? []).map(({ path }) => path),
    ...(folder === undefined
      ? []
      : ['*_tokens.json', '*_client_info.json'].map((name) => machine.join(folder, 'mcp-remote-*', name))),
    ...(program.variables ?? []).map(({ name }) => name),
  ];
}
