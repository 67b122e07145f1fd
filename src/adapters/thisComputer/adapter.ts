import type { ProviderAdapter } from '../../core/adapter/contract.ts';
import type { LeakTables } from '../../core/leaks/leakedTokens.ts';
import type { Localize, ProgramFiles } from '../../core/ports.ts';
import { thisComputerOffer } from './offer.ts';
import { placesOf } from './program.ts';
import { programs } from './programs.ts';
import { accountsStep, askServices, type ComputerDeps, ComputerSession, programsStep } from './session.ts';

/**
 * The sign-ins that programs keep on this computer. Which programs is asked first, with the exact places; nothing is read
 * before, nothing is written ever, and no value is kept.
 */
export function thisComputer(deps: ComputerDeps): (localize: Localize) => ProviderAdapter {
  return (localize) => ({
    ...thisComputerOffer(localize),
    form: [
      {
        kind: 'choice',
        id: programsStep,
        title: localize('Programs'),
        prompt: localize(
          'Select whose sign-ins to read on “{0}”. Nothing has been read yet.',
          deps.machine.computer,
        ),
        many: true,
        isOptional: false,
        options: async () =>
          programs.map((program) => ({
            value: program.id,
            label: program.name,
            detail: placesOf(program, deps.machine)
              .map((place) => belowHome(place, deps.machine))
              .join(', '),
          })),
      },
      {
        kind: 'choice',
        id: accountsStep,
        title: localize('Accounts'),
        prompt: localize('Whether services may be asked whose tokens these are'),
        options: async () => [
          {
            value: 'no',
            label: localize('Only What the Files Say'),
            detail: localize('No token is sent anywhere. Most states stay unknown.'),
          },
          {
            value: askServices,
            label: localize('Ask the Services'),
            detail: localize(
              'Each time the list is read, tokens of {0} are sent to that service, and no others.',
              services(await deps.tables()),
            ),
          },
        ],
      },
    ],
    signIn: async ({ settings }) => ({
      settings,
      secrets: {},
      account: { id: deps.machine.computer, name: deps.machine.computer },
    }),
    open: ({ settings }, { clock }) => new ComputerSession(settings, deps, clock, localize),
  });
}

/** Short enough to be read: a line of the picker is cut where it ends. */
function belowHome(place: string, { home }: ProgramFiles): string {
  const rest = place.startsWith(home) ? place.slice(home.length) : '';
  // The folder of another user may begin with the same letters.
  return /^[/\\]/.test(rest) ? `~${rest}` : place;
}

/** All that can be asked: none is shown a token that this does not name, whatever a program's file holds. */
function services({ shapes, revocations }: LeakTables): string {
  const asked = new Set(revocations.flatMap(({ probe, shapes: ids }) => (probe ? ids : [])));
  return [...new Set(shapes.filter(({ id }) => asked.has(id)).map(({ service }) => service))].join(', ');
}
