import type { ProviderAdapter } from '../../core/adapter/contract.ts';
import { thisComputerId } from '../../core/adapter/ownAdapters.ts';
import type { HttpClient } from '../../core/http/client.ts';
import type { LeakTables } from '../../core/leaks/leakedTokens.ts';
import type { Localize, ProgramFiles } from '../../core/ports.ts';
import { placesOf, programs } from './programs.ts';
import { ComputerSession } from './session.ts';

export interface ComputerDeps {
  readonly machine: ProgramFiles;
  tables(): Promise<LeakTables>;
  /** A client for this address and no other. */
  http(baseUrl: string): HttpClient;
}

/**
 * The sign-ins that programs keep on this computer. Which programs is asked first, with the exact places; nothing is read
 * before, nothing is written ever, and no value is kept.
 */
export function thisComputer(deps: ComputerDeps): (localize: Localize) => ProviderAdapter {
  return (localize) => ({
    id: thisComputerId,
    displayName: localize('This Computer'),
    description: localize('Sign-ins that command-line tools and AI agents keep in files: list, revoke'),
    icon: 'code',
    form: [
      {
        kind: 'choice',
        id: programsSetting,
        title: localize('Programs'),
        prompt: localize(
          'Select whose sign-ins to read on “{0}”. Nothing has been read yet.',
          deps.machine.computer,
        ),
        many: true,
        options: async () =>
          programs.map((program) => ({
            value: program.id,
            label: program.name,
            detail: placesOf(program, deps.machine).join(', '),
          })),
      },
    ],
    signIn: async ({ settings }) => ({
      settings,
      secrets: {},
      account: { id: deps.machine.computer, name: deps.machine.computer },
    }),
    open: ({ settings }, { clock }) => new ComputerSession(settings[programsSetting], deps, clock, localize),
  });
}

const programsSetting = 'programs';
