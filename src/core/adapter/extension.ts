/** Another extension that uses ours, by what VS Code says of it. */
export interface Guest {
  /** `publisher.name`, in lower case. */
  readonly id: string;
  /** As people know it; fit to be shown. */
  readonly name: string;
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
