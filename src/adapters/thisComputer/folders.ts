import type { ProgramFiles } from '../../core/ports.ts';

/** Below a folder that a variable may name, and which else is below the user's own. */
export function inFolder(
  machine: ProgramFiles,
  variable: string,
  usual: readonly string[],
  file: string,
): string {
  return machine.join(machine.variable(variable) || machine.join(machine.home, ...usual), file);
}

export function roaming(machine: ProgramFiles): string {
  return machine.variable('AppData') || machine.join(machine.home, 'AppData', 'Roaming');
}

/** As programs written in Go have it: https://pkg.go.dev/os#UserConfigDir */
export function goConfig(machine: ProgramFiles): string {
  switch (machine.system) {
    case 'windows':
      return roaming(machine);
    case 'macos':
      return machine.join(machine.home, 'Library', 'Application Support');
    case 'linux':
      return xdg(machine, 'XDG_CONFIG_HOME', '.config');
  }
}

/** As programs written for Node often have it: https://github.com/rivy/js.xdg-portable */
export function portableXdg(machine: ProgramFiles, kind: 'config' | 'data'): string {
  const variable = kind === 'config' ? 'XDG_CONFIG_HOME' : 'XDG_DATA_HOME';
  switch (machine.system) {
    case 'windows':
      return machine.variable(variable) || machine.join(roaming(machine), `xdg.${kind}`);
    case 'macos':
      return (
        machine.variable(variable) ||
        machine.join(machine.home, 'Library', kind === 'config' ? 'Preferences' : 'Application Support')
      );
    case 'linux':
      return xdg(machine, variable, ...(kind === 'config' ? ['.config'] : ['.local', 'share']));
  }
}

/** As others written for Node have it: https://github.com/sindresorhus/env-paths */
export function envPathsConfig(machine: ProgramFiles, program: string): string {
  switch (machine.system) {
    case 'windows':
      return machine.join(roaming(machine), program, 'Config');
    case 'macos':
      return machine.join(machine.home, 'Library', 'Preferences', program);
    case 'linux':
      return machine.join(xdg(machine, 'XDG_CONFIG_HOME', '.config'), program);
  }
}

/** https://specifications.freedesktop.org/basedir-spec/latest/ */
export function xdg(machine: ProgramFiles, variable: string, ...usual: readonly string[]): string {
  return machine.variable(variable) || machine.join(machine.home, ...usual);
}
