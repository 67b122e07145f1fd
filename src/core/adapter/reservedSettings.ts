import type { Settings } from '../model/item.ts';

/** Connections keep settings of ours beside those of their form; no form step may be called like this. */
const prefix = 'oauthTokens.';

/** Path of a file with certificates that this connection trusts besides those that are trusted anyway. */
export const certificateAuthorityKey = `${prefix}certificateAuthorityFile`;

/** Origins that the user agreed to besides those they entered. */
export const trustedOriginsKey = `${prefix}trustedOrigins`;

/** Set where tokens are renewed ahead of their expiry. */
export const renewsAheadKey = `${prefix}renewsAhead`;

export function isReserved(stepId: string): boolean {
  return stepId.startsWith(prefix);
}

/** Those that a user can make something of: not what an adapter notes for itself, under names with a dot in front. */
export function readableSettings(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([id]) => !id.startsWith('.')));
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

export function trustedOrigins(settings: Settings): readonly string[] {
  return [settings[trustedOriginsKey] ?? []].flat();
}

export function renewsAhead(settings: Settings): boolean {
  return settings[renewsAheadKey] === 'yes';
}
