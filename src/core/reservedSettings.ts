import type { Settings } from './model.ts';

/** Connections keep settings of ours beside those of their form; no form step may be called like this. */
const prefix = 'oauthTokens.';

/** Path of a file with certificates that this connection trusts besides those that are trusted anyway. */
export const certificateAuthorityKey = `${prefix}certificateAuthorityFile`;

export function isReserved(stepId: string): boolean {
  return stepId.startsWith(prefix);
}

/** Those that are ours. */
export function reservedSettings(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([id]) => isReserved(id)));
}

/** Those that are the form's. */
export function formSettings(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([id]) => !isReserved(id)));
}

export function certificateAuthorityFile(settings: Settings): string | undefined {
  const path = settings[certificateAuthorityKey];
  return typeof path === 'string' && path !== '' ? path : undefined;
}
