import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Page } from 'playwright-core';

declare global {
  interface Window {
    /** Every text and every attribute that the page has ever shown. */
    witnessed?: Set<string>;
  }
}

/** Runs in the page: remembers whatever is shown, however briefly, such as notifications and hovers. */
export function witness(): void {
  const seen = new Set<string>();
  window.witnessed = seen;
  const note = (node: Node): void => {
    if (node instanceof Element) {
      for (const { name, value } of [...node.attributes]) {
        if (name !== 'style' && name !== 'class') {
          seen.add(`${name}=${value}`);
        }
      }
      for (const child of [...node.childNodes]) {
        note(child);
      }
    } else if (node.nodeValue) {
      seen.add(node.nodeValue);
    }
  };
  const observer = new MutationObserver((mutations) => {
    for (const { type, target, addedNodes, attributeName } of mutations) {
      if (type === 'attributes' && target instanceof Element && attributeName) {
        seen.add(`${attributeName}=${target.getAttribute(attributeName)}`);
      } else if (type === 'characterData' && target.nodeValue) {
        seen.add(target.nodeValue);
      }
      for (const node of [...addedNodes]) {
        note(node);
      }
    }
  });
  observer.observe(document, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
    attributeFilter: ['aria-label', 'title', 'aria-description', 'placeholder', 'value', 'aria-valuetext'],
  });
}

export interface Place {
  readonly name: string;
  readonly text: string;
}

/** What the page has shown so far, and what it keeps: local and session storage, IndexedDB, cookies. */
export async function pagePlaces(page: Page): Promise<Place[]> {
  // Pages in editors are frames of their own; one that has gone meanwhile has nothing to say.
  const frames = await Promise.all(
    page.frames().map(async (frame) => ({
      shown: await frame.evaluate(() => [...(window.witnessed ?? [])].join('\n')).catch(() => ''),
      markup: await frame.content().catch(() => ''),
    })),
  );
  const storage = await page.evaluate(() =>
    JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), document.cookie]),
  );
  return [
    { name: 'what the page showed', text: frames.map(({ shown }) => shown).join('\n') },
    { name: 'the markup of the page', text: frames.map(({ markup }) => markup).join('\n') },
    { name: 'local and session storage', text: storage },
    { name: 'IndexedDB', text: await indexedDatabases(page) },
  ];
}

/**
 * Everything in the page's databases: there VS Code in a browser keeps what extensions remember.
 * @param prefix of the names of those that are wanted
 */
export function indexedDatabases(page: Page, prefix = ''): Promise<string> {
  return page.evaluate(async (wanted) => {
    const answer = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const decoder = new TextDecoder();
    const written = (value: unknown): unknown =>
      value instanceof ArrayBuffer || ArrayBuffer.isView(value) ? decoder.decode(value) : value;
    const texts: string[] = [];
    for (const { name } of await indexedDB.databases()) {
      if (!name?.startsWith(wanted)) {
        continue;
      }
      const database = await answer(indexedDB.open(name));
      for (const store of [...database.objectStoreNames]) {
        const content = database.transaction(store).objectStore(store);
        const [keys, values] = await Promise.all([answer(content.getAllKeys()), answer(content.getAll())]);
        texts.push(`${name} ${store} ${JSON.stringify(keys)} ${JSON.stringify(values.map(written))}`);
      }
      database.close();
    }
    return texts.join('\n');
  }, prefix);
}

/** Every file below a folder, as text and as the bytes of UTF-16; the extension's own files are left out. */
export function folderPlaces(folder: string): Place[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !relative(folder, file).startsWith('extensions'))
    .flatMap((file) => {
      const bytes = readFileSync(file);
      const name = relative(folder, file);
      return [
        { name, text: bytes.toString('latin1') },
        ...(bytes.includes(0) ? [{ name: `${name} (UTF-16)`, text: bytes.toString('utf16le') }] : []),
      ];
    });
}
