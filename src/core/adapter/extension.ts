import { quotedName } from '../model/displayText.ts';

/** Another extension that uses ours, by what VS Code says of it. */
export interface OtherExtension {
  /** `publisher.name`, in lower case. */
  readonly id: string;
  /** As people know it; fit to be shown, also between quotation marks. */
  readonly name: string;
}

/** @param displayName of its manifest, in which anything may stand */
export function otherExtension(id: string, displayName: unknown): OtherExtension {
  const name = typeof displayName === 'string' ? quotedName(displayName, 60) : '';
  return { id: id.toLowerCase(), name: name || id };
}

/**
 * The id of another extension's adapter as connections remember it. The extension's id is a part of it, so that no
 * extension takes over another's connections; our own adapters have no slash in theirs.
 */
export function extensionAdapterId(extension: OtherExtension, adapterId: string): string {
  return `${extension.id}/${adapterId}`;
}

/** The extension whose adapter this is; `undefined` for our own. */
export function extensionIdOf(adapterId: string): string | undefined {
  const slash = adapterId.indexOf('/');
  return slash < 0 ? undefined : adapterId.slice(0, slash);
}
