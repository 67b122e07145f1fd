import { extensions } from 'vscode';
import { type OtherExtension, otherExtension } from '../../core/adapter/extension.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import type { Clock } from '../../core/ports.ts';

/** An extension that has not registered by then registers late, and its rows come late. */
const startPatienceMs = 10_000;

/**
 * Who calls, going by the context that it passes: it has to be that of an installed extension. Its name is taken
 * from VS Code, not from the caller. More cannot be verified, because all extensions share one process.
 * @throws `configuration`
 */
export function identify(caller: unknown): OtherExtension {
  const { id, extensionUri } = extensionIn(caller) ?? {};
  const found = typeof id === 'string' ? extensions.getExtension(id) : undefined;
  if (!found || String(extensionUri) !== found.extensionUri.toString()) {
    throw new TokenManagerError(
      'configuration',
      'getApi: the second argument has to be the ExtensionContext that your activate() was given',
      { code: 'unknown-caller' },
    );
  }
  const manifest: unknown = found.packageJSON;
  const name =
    typeof manifest === 'object' && manifest !== null && 'displayName' in manifest
      ? manifest.displayName
      : '';
  return otherExtension(found.id, name);
}

function extensionIn(
  caller: unknown,
): { readonly id?: unknown; readonly extensionUri?: unknown } | undefined {
  const hasExtension = typeof caller === 'object' && caller !== null && 'extension' in caller;
  return hasExtension && typeof caller.extension === 'object' && caller.extension !== null
    ? caller.extension
    : undefined;
}

/** Starts an extension that brings a service; it may be waiting for an event of its own. */
export async function start(extensionId: string, clock: Clock): Promise<void> {
  const over = new AbortController();
  try {
    await Promise.race([
      extensions.getExtension(extensionId)?.activate(),
      clock.sleep(startPatienceMs, over.signal),
    ]);
  } finally {
    over.abort();
  }
}
