import assert from 'node:assert/strict';
import type { AuthorizationRequest, DeviceCode, SignInUser } from '../../src/core/adapter/contract.ts';

/** A person with a browser, who signs in at the pages of the sandbox server and agrees to what it asks. */
export class Person implements SignInUser {
  readonly trusted: string[] = [];
  readonly codes: DeviceCode[] = [];
  readonly pages: URL[] = [];
  /** Where the browser is led back to. */
  redirectUri = 'http://127.0.0.1:49152/callback';
  /** What the person does at the pages. */
  says: 'yes' | 'no' = 'yes';
  /** What somebody changes about the way back. */
  tampers: (callback: URL) => URL = (callback) => callback;
  /** What the person does about a device code; entered by default. */
  enters = true;
  readonly #cookies = new Map<string, string>();

  async trust(addresses: readonly string[]): Promise<void> {
    this.trusted.push(...addresses);
  }

  async authorize({ page }: AuthorizationRequest): Promise<string> {
    const start = new URL(await page(this.redirectUri));
    this.pages.push(start);
    const end = await this.#browse(start, (address) => address.href.startsWith(this.redirectUri));
    return this.tampers(end).href;
  }

  showDeviceCode(code: DeviceCode): void {
    this.codes.push(code);
  }

  /** Opens the page of a device code and does what it asks. */
  async enterCode(): Promise<void> {
    const code = this.codes.at(-1);
    assert(code, 'no code was shown');
    await this.#browse(new URL(code.completePage ?? code.page), () => false);
  }

  /** Follows redirects and answers forms until `isThere`, or until a page asks nothing any more. */
  async #browse(start: URL, isThere: (address: URL) => boolean): Promise<URL> {
    let address = start;
    let form: URLSearchParams | undefined;
    for (let step = 0; step < 30; step++) {
      const answer = await fetch(address, {
        method: form ? 'POST' : 'GET',
        redirect: 'manual',
        headers: { cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
        ...(form && { body: form }),
      });
      this.#keepCookies(answer.headers.getSetCookie());
      form = undefined;
      const location = answer.headers.get('location');
      if (location !== null) {
        address = new URL(location, address);
        if (isThere(address)) {
          return address;
        }
        continue;
      }
      const next = this.#answered(await answer.text(), address);
      if (!next) {
        return address;
      }
      ({ address, form } = next);
    }
    assert.fail(`lost on the way at ${address.pathname}`);
  }

  #answered(
    page: string,
    at: URL,
  ): { readonly address: URL; readonly form: URLSearchParams | undefined } | undefined {
    if (this.says === 'no') {
      const abort = /href="([^"]*\/abort)"/.exec(page)?.[1];
      if (abort !== undefined) {
        return { address: new URL(abort, at), form: undefined };
      }
    }
    const action = /<form[^>]*action="([^"]+)"/.exec(page)?.[1];
    if (action === undefined) {
      return undefined;
    }
    const form = new URLSearchParams({ login: 'robin', password: 'anything' });
    for (const [, name = '', value = ''] of page.matchAll(/<input[^>]*name="(\w+)"[^>]*value="([^"]*)"/g)) {
      form.set(name, value);
    }
    if (this.says === 'no') {
      form.set('abort', 'yes');
    }
    return { address: new URL(action.replaceAll('&amp;', '&'), at), form };
  }

  #keepCookies(cookies: readonly string[]): void {
    for (const cookie of cookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === '') {
        this.#cookies.delete(name);
      } else {
        this.#cookies.set(name, value);
      }
    }
  }
}
