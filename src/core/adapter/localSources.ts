import { Secret } from '../model/secret.ts';
import type { LocalMachine } from '../ports.ts';
import type { Draft, FormStep } from './contract.ts';
import type { LocalSource } from './localSource.ts';

/**
 * What a source says to the steps of a form; nothing else of it is kept.
 * @throws `storage` when a file is there and cannot be read
 */
export async function readLocalSource(
  source: LocalSource,
  steps: readonly FormStep[],
  machine: LocalMachine,
): Promise<Draft> {
  const values = await valuesOf(source, machine);
  const settings: Record<string, string> = {};
  const secrets: Record<string, Secret> = {};
  for (const step of steps) {
    const value = values[step.id]?.trim();
    if (value && step.kind === 'secret') {
      secrets[step.id] = new Secret(value);
    } else if (value) {
      settings[step.id] = value;
    }
  }
  return { settings, secrets };
}

async function valuesOf(
  source: LocalSource,
  machine: LocalMachine,
): Promise<Readonly<Record<string, string | undefined>>> {
  if (source.kind === 'environment') {
    return Object.fromEntries(
      Object.entries(source.variables).map(([id, names]) => [
        id,
        names.map((name) => machine.variable(name)).find((value) => value !== undefined && value !== ''),
      ]),
    );
  }
  const texts = await Promise.all(source.paths.map((path) => machine.configurationFile(path)));
  return texts.every((text) => text === undefined) ? {} : source.read(texts);
}
