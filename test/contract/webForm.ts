/** What a person at a page does next: follows a link, or sends a form. */
export interface NextPage {
  readonly address: URL;
  /** What is sent with POST; nothing for a link. */
  readonly form: URLSearchParams | undefined;
}

const declining = /abort|cancel|decline|deny|reject/i;

/**
 * Reads just so much of a page as a sign-in needs: its first form, with the fields as they stand there.
 * @param fills what is entered into fields of these names
 * @returns nothing where the page asks nothing
 */
export function answered(
  page: string,
  at: URL,
  fills: Readonly<Record<string, string>>,
  says: 'yes' | 'no',
): NextPage | undefined {
  if (says === 'no') {
    const abort = /href="([^"]*\/abort)"/.exec(page)?.[1];
    if (abort !== undefined) {
      return { address: new URL(abort, at), form: undefined };
    }
  }
  const start = /<form\b[^>]*>/i.exec(page)?.[0];
  if (start === undefined) {
    return undefined;
  }
  const { action = at.href } = attributes(start);
  const form = new URLSearchParams(fields(page, fills));
  const button = buttons(page).find(({ words }) => declining.test(words) === (says === 'no'));
  if (button?.name) {
    form.set(button.name, button.value);
  }
  return { address: new URL(action, at), form };
}

function fields(page: string, fills: Readonly<Record<string, string>>): [string, string][] {
  return [...page.matchAll(/<input\b[^>]*>/gi)].flatMap(([tag]) => {
    const { name = '', value = '', type = 'text' } = attributes(tag);
    const isLeftOut = name === '' || type === 'submit' || type === 'button' || /\sdisabled\b/i.test(tag);
    return isLeftOut ? [] : [[name, fills[name] ?? value]];
  });
}

interface Button {
  readonly name: string;
  readonly value: string;
  /** All that tells what it is for. */
  readonly words: string;
}

function buttons(page: string): Button[] {
  const inputs = [...page.matchAll(/<input\b[^>]*type="submit"[^>]*>/gi)].map(([tag]) => ({ tag, text: '' }));
  const others = [...page.matchAll(/(<button\b[^>]*>)(.*?)<\/button>/gis)].map(([, tag = '', text = '']) => ({
    tag,
    text,
  }));
  return [...inputs, ...others].map(({ tag, text }) => {
    const { name = '', value = '' } = attributes(tag);
    return { name, value, words: [name, value, text].join(' ') };
  });
}

function attributes(tag: string): Readonly<Record<string, string>> {
  const named = [...tag.matchAll(/([\w-]+)="([^"]*)"/g)];
  return Object.fromEntries(
    named.map(([, name = '', value = '']) => [
      name.toLowerCase(),
      value.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=').replaceAll('&#39;', "'"),
    ]),
  );
}
