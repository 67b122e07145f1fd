import type { DPoPHandle } from 'oauth4webapi';
import type { AdapterIo } from '../../../core/adapter/contract.ts';
import type { HttpRequest, HttpResponse } from '../../../core/http/client.ts';
import { Secret } from '../../../core/model/secret.ts';
import { keyPair } from '../protocol/keys.ts';
import { administrationCredential } from './administration.ts';
import type { GrantRequest } from './grantServer.ts';

type Library = typeof import('../protocol/library.ts');

export interface AccountCall extends GrantRequest {
  readonly method: 'GET' | 'DELETE';
  readonly signal: AbortSignal;
}

/** The API that a server has for its users, or for those who run it. */
export class AccountApi {
  readonly #url: string;
  readonly #io: AdapterIo;
  /** The key that the access token is bound to, and the nonces that go with it. */
  #proof: { readonly key: Secret; readonly handle: DPoPHandle } | undefined;

  constructor(url: string, io: AdapterIo) {
    this.#url = url;
    this.#io = io;
  }

  /** With what was entered for this address alone, which may be nothing. */
  async sendAsAdministrator(call: AccountCall): Promise<HttpResponse> {
    const { [administrationCredential]: entered } = await this.#io.readSecrets();
    const authorization = entered?.reveal() ? entered.map((value) => `Bearer ${value}`) : undefined;
    return this.#request(call, authorization ? { authorization } : {});
  }

  /** With the user's access token. */
  async send(call: AccountCall, accessToken: Secret): Promise<HttpResponse> {
    const { dpopKey } = await this.#io.readSecrets();
    if (!dpopKey) {
      return this.#request(call, { authorization: accessToken.map((value) => `Bearer ${value}`) });
    }
    const first = await this.#bound(call, accessToken, dpopKey);
    // A server that wants its nonce in the proof has done nothing else (RFC 9449 section 9).
    return first.status === 401 && first.headers['dpop-nonce'] !== undefined
      ? this.#bound(call, accessToken, dpopKey)
      : first;
  }

  /** With the proof that a token which is bound to a key needs. */
  async #bound(call: AccountCall, accessToken: Secret, key: Secret): Promise<HttpResponse> {
    const library = await import('../protocol/library.ts');
    const answers: HttpResponse[] = [];
    await library.protectedResourceRequest(
      accessToken.reveal(),
      call.method,
      addressOf(`${this.#url}${call.route}`, call.params ?? {}),
      undefined,
      undefined,
      {
        DPoP: await this.#handle(library, key),
        [library.allowInsecureRequests]: true,
        [library.customFetch]: async (
          _address: string,
          init: { readonly headers: Record<string, string> },
        ) => {
          const { authorization = '', dpop = '' } = init.headers;
          const headers = { authorization: Secret.compose([accessToken], () => authorization), dpop };
          const answer = await this.#request(call, headers);
          answers.push(answer);
          // The library looks for a nonce only; what was answered is read here.
          const nonce = answer.headers['dpop-nonce'];
          return new Response(null, { headers: nonce === undefined ? {} : { 'dpop-nonce': nonce } });
        },
      },
    );
    const [answer] = answers;
    if (!answer) {
      throw new TypeError('nothing was sent');
    }
    return answer;
  }

  async #handle(library: Library, key: Secret): Promise<DPoPHandle> {
    if (!this.#proof?.key.equals(key)) {
      // Proofs are good for a short time of the server's.
      const clock = { client_id: '', [library.clockSkew]: Math.round((this.#io.clock.offsetMs ?? 0) / 1000) };
      this.#proof = { key, handle: library.DPoP(clock, await keyPair(key)) };
    }
    return this.#proof.handle;
  }

  #request(
    { method, route, params = {}, query = {}, signal }: AccountCall,
    headers: NonNullable<HttpRequest['headers']>,
  ): Promise<HttpResponse> {
    const { origin, pathname } = new URL(this.#url);
    return this.#io.http(origin).request({
      method,
      route: `${pathname.replace(/\/$/, '')}${route}`,
      params,
      query,
      headers,
      repeat: method === 'GET' ? 'reads' : 'writes',
      signal,
    });
  }
}

function addressOf(route: string, params: Readonly<Record<string, string>>): URL {
  return new URL(route.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? '')));
}
