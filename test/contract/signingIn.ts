import assert from 'node:assert/strict';
import type { AuthorizationRequest, DeviceCode, SignInUser } from '../../src/core/adapter/signInUser.ts';
import type { Answers } from './harness.ts';
import { answered } from './webForm.ts';

/** What the form is answered with where a client without a secret signs in by the browser. */
export function deskByBrowser(issuer: string): Answers {
  return { issuer, method: 'browser', wayBack: 'loopback', clientId: 'desk', clientAuth: 'none' };
}

/** A person with a browser, who signs in at the pages of a server and agrees to what it asks. */
export class Person implements SignInUser {
  readonly trusted: string[] = [];
  readonly codes: DeviceCode[] = [];
  readonly pages: URL[] = [];
  /** Where the browser is led back to. */
  redirectUri = 'http://127.0.0.1:49152/callback';
  /** What the person does at the pages. */
  says: 'yes' | 'no' = 'yes';
  /** What is changed about the way back. */
  tampers: (callback: URL) => URL = (callback) => callback;
  /** What the person does about a device code; entered by default. */
  enters = true;
  readonly #cookies = new Map<string, string>();
  readonly #fills: Readonly<Record<string, string>>;

  /** @param fills what the person enters at the pages, by the names of their fields */
  constructor(fills: Readonly<Record<string, string>> = { login: 'robin', password: 'anything' }) {
    this.#fills = fills;
  }

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

  /** Goes on in a browser that the server does not know. */
  forget(): void {
    this.#cookies.clear();
  }

  /** Opens the page of a device code and does what it asks. */
  async enterCode(): Promise<void> {
    const code = this.codes.at(-1);
    assert(code, 'no code was shown');
    await this.visit(code.completePage ?? code.page);
  }

  /** Opens a page and does what it and those after it ask. */
  async visit(page: string): Promise<void> {
    await this.#browse(new URL(page), () => false);
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
      const next = answered(await answer.text(), address, this.#fills, this.says);
      if (!next) {
        return address;
      }
      ({ address, form } = next);
    }
    assert.fail(`lost on the way at ${address.pathname}`);
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

/** A person whose browser leads back at once with a code, without any page; agrees to everything. */
export class LedBack implements SignInUser {
  readonly codes: DeviceCode[] = [];
  readonly pages: URL[] = [];
  readonly trusted: string[] = [];
  redirectUri = 'http://127.0.0.1:49152/callback';
  /** What comes back besides `state`. */
  brings: Readonly<Record<string, string>> = { code: 'odd-code' };

  async trust(addresses: readonly string[]): Promise<void> {
    this.trusted.push(...addresses);
  }

  async authorize({ page, state }: AuthorizationRequest): Promise<string> {
    this.pages.push(new URL(await page(this.redirectUri)));
    return `${this.redirectUri}?${new URLSearchParams({ state, ...this.brings })}`;
  }

  showDeviceCode(code: DeviceCode): void {
    this.codes.push(code);
  }
}
