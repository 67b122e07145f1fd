import { quotedName } from '../model/displayText.ts';

/** Another extension that uses ours, by what VS Code says of it. */
export interface Guest {
  /** `publisher.name`, in lower case. */
  readonly id: string;
  /** As people know it; fit to be shown, also between quotation marks. */
  readonly name: string;
}

/** @param displayName of its manifest, in which anything may stand */
export function guestOf(id: string, displayName: unknown): Guest {
  const name = typeof displayName === 'string' ? quotedName(displayName, 60) : '';
  return { id: id.toLowerCase(), name: name || id };
}

/**
 * The id of a guest's adapter as connections remember it. The extension's id is a part of it, so that no
 * extension takes over another's connections; our own adapters have no slash in theirs.
 */
export function guestAdapterId(guest: Guest, adapterId: string): string {
  return `${guest.id}/${adapterId}`;
}

/** The extension whose adapter this is; `undefined` for our own. */
export function guestIdOf(adapterId: string): string | undefined {
  const slash = adapterId.indexOf('/');
  return slash < 0 ? undefined : adapterId.slice(0, slash);
}
