import type { HttpRequest, HttpResponse } from '../../core/http/client.ts';
import { asArray, isRecord, parseJson } from '../../core/json.ts';
import type { ValueFacts, ValueRequest, ValueRevocation } from '../../core/leaks/revokeByValue.ts';
import type { Secret } from '../../core/model/secret.ts';
import { isSuccess } from '../support/answers.ts';

const bearer = (value: Secret) => ({ authorization: value.map((text) => `Bearer ${text}`) });

/** By the status alone: 401 is the word of a service that knows no such token. */
function aliveByStatus(response: HttpResponse): boolean | undefined {
  if (response.status === 401) {
    return false;
  }
  // A token that may not read this is a token all the same.
  return isSuccess(response) || response.status === 403 ? true : undefined;
}

function listed(route: string): (value: Secret) => ValueRequest {
  return (value) => ({
    method: 'POST',
    route,
    headers: { accept: 'application/json' },
    body: {
      type: 'application/json',
      content: value.map((text) => JSON.stringify({ credentials: [text] })),
    },
  });
}

function withItself(method: HttpRequest['method'], route: string): (value: Secret) => ValueRequest {
  return (value) => ({ method, route, headers: { accept: 'application/json', ...bearer(value) } });
}

function jsonOf(response: HttpResponse): unknown {
  try {
    return parseJson(response.body);
  } catch {
    return undefined;
  }
}

function members(response: HttpResponse): Readonly<Record<string, unknown>> {
  const body = jsonOf(response);
  return isRecord(body) ? body : {};
}

function facts(account: unknown, scopes: unknown): ValueFacts {
  const names = (Array.isArray(scopes) ? scopes : []).filter((name) => typeof name === 'string');
  return {
    ...(typeof account === 'string' && account !== '' && { account }),
    ...(names.length > 0 && { scopes: names }),
  };
}

/** The scopes of an OAuth token stand in a header: https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps */
function factsAtGitHub(response: HttpResponse): ValueFacts {
  const { 'x-oauth-scopes': scopes = '' } = response.headers;
  return facts(members(response).login, scopes.split(/[ ,]+/).filter(Boolean));
}

/** The answers of Slack's methods are successes by their status; the body says what came of them. */
function aliveAtSlack(response: HttpResponse): boolean | undefined {
  const { ok, error } = members(response);
  if (ok === true) {
    return true;
  }
  const dead = ['invalid_auth', 'token_revoked', 'account_inactive', 'token_expired'];
  return typeof error === 'string' && dead.includes(error) ? false : undefined;
}

/** Vercel refuses a token that it does not know as one that may not do this, and says so in the body. */
function aliveAtVercel(response: HttpResponse): boolean | undefined {
  if (response.status !== 403) {
    return aliveByStatus(response);
  }
  const { error } = members(response);
  return !(isRecord(error) && error.invalidToken === true);
}

const herokuHeaders = { accept: 'application/vnd.heroku+json; version=3' };
const herokuList = (value: Secret): ValueRequest => ({
  method: 'GET',
  route: '/oauth/authorizations',
  headers: { ...herokuHeaders, ...bearer(value) },
});

/** The entry whose token is this very value. */
function herokuTokenId(response: HttpResponse, value: Secret): string | undefined {
  for (const entry of asArray(isSuccess(response) ? jsonOf(response) : undefined)) {
    const token = isRecord(entry) ? entry.access_token : undefined;
    if (isRecord(token) && token.token === value.reveal() && typeof token.id === 'string') {
      return token.id;
    }
  }
  return undefined;
}

/**
 * The services that revoke a token that is presented, without another credential. A value is sent to the address
 * that stands here and to none besides.
 */
export const valueRevocations: readonly ValueRevocation[] = [
  {
    shapes: ['github-classic', 'github-fine-grained', 'github-oauth', 'github-app-user'],
    baseUrl: 'https://api.github.com',
    // With an Authorization header the service refuses the call.
    revoke: listed('/credentials/revoke'),
    isAccepted: ({ status }) => status === 202,
    probe: { request: withItself('GET', '/user'), isAlive: aliveByStatus, facts: factsAtGitHub },
    tellsOwner: true,
    source: 'https://docs.github.com/en/rest/credentials/revoke',
  },
  {
    // It opens nothing by itself: the service answers 401 to it whether or not it is good.
    shapes: ['github-app-refresh'],
    baseUrl: 'https://api.github.com',
    revoke: listed('/credentials/revoke'),
    isAccepted: ({ status }) => status === 202,
    tellsOwner: true,
    source: 'https://docs.github.com/en/rest/credentials/revoke',
  },
  {
    shapes: ['github-app-installation'],
    baseUrl: 'https://api.github.com',
    revoke: withItself('DELETE', '/installation/token'),
    isAccepted: ({ status }) => status === 204,
    probe: { request: withItself('GET', '/installation/repositories'), isAlive: aliveByStatus },
    source: 'https://docs.github.com/en/rest/apps/installations',
  },
  {
    shapes: ['hugging-face', 'hugging-face-organization'],
    baseUrl: 'https://huggingface.co',
    revoke: listed('/api/credentials/revoke'),
    isAccepted: ({ status }) => status === 202,
    probe: {
      request: withItself('GET', '/api/whoami-v2'),
      isAlive: aliveByStatus,
      facts: (response) => facts(members(response).name, undefined),
    },
    tellsOwner: true,
    source: 'https://huggingface.co/docs/hub/security-tokens',
  },
  {
    shapes: ['gitlab-personal', 'gitlab-personal-routable'],
    baseUrl: 'https://gitlab.com/api/v4',
    revoke: (value) => ({
      method: 'DELETE',
      route: '/personal_access_tokens/self',
      headers: { 'private-token': value },
    }),
    isAccepted: ({ status }) => status === 204,
    probe: {
      request: (value) => ({
        method: 'GET',
        route: '/personal_access_tokens/self',
        headers: { 'private-token': value, accept: 'application/json' },
      }),
      isAlive: aliveByStatus,
      // It names the user by a number only.
      facts: (response) => facts(undefined, members(response).scopes),
    },
    hasOtherServers: true,
    source: 'https://docs.gitlab.com/api/personal_access_tokens/',
  },
  {
    shapes: ['slack-bot', 'slack-user'],
    baseUrl: 'https://slack.com/api',
    revoke: withItself('POST', '/auth.revoke'),
    isAccepted: (response) => isSuccess(response) && members(response).ok === true,
    probe: { request: withItself('POST', '/auth.test'), isAlive: aliveAtSlack },
    source: 'https://docs.slack.dev/reference/methods/auth.revoke',
  },
  {
    shapes: ['doppler', 'doppler-service'],
    baseUrl: 'https://api.doppler.com',
    revoke: (value) => ({
      method: 'POST',
      route: '/v3/auth/revoke',
      headers: { accept: 'application/json' },
      body: { type: 'application/json', content: value.map((text) => JSON.stringify({ token: text })) },
    }),
    isAccepted: isSuccess,
    probe: { request: withItself('GET', '/v3/me'), isAlive: aliveByStatus },
    source: 'https://docs.doppler.com/reference/auth-revoke',
  },
  {
    shapes: ['digitalocean-oauth'],
    baseUrl: 'https://cloud.digitalocean.com',
    revoke: (value) => ({
      method: 'POST',
      route: '/v1/oauth/revoke',
      headers: bearer(value),
      body: {
        type: 'application/x-www-form-urlencoded',
        content: value.map((text) => `${new URLSearchParams({ token: text })}`),
      },
    }),
    isAccepted: isSuccess,
    // The account is read at another address; here a token that is not known may not revoke itself either.
    probe: { request: withItself('GET', '/v1/oauth/token/info'), isAlive: aliveByStatus },
    source: 'https://docs.digitalocean.com/reference/api/oauth/',
  },
  {
    shapes: ['buildkite'],
    baseUrl: 'https://api.buildkite.com',
    revoke: withItself('DELETE', '/v2/access-token'),
    isAccepted: ({ status }) => status === 204,
    probe: { request: withItself('GET', '/v2/access-token'), isAlive: aliveByStatus },
    source: 'https://buildkite.com/docs/apis/rest-api/access-token',
  },
  {
    // What the program's own sign-out does; it ends the token everywhere.
    shapes: ['npm'],
    baseUrl: 'https://registry.npmjs.org',
    revoke: (value) => ({
      ...withItself('DELETE', '/-/user/token/{token}')(value),
      params: { token: value.reveal() },
    }),
    isAccepted: isSuccess,
    probe: {
      request: withItself('GET', '/-/whoami'),
      isAlive: aliveByStatus,
      facts: (response) => facts(members(response).username, undefined),
    },
    source: 'https://docs.npmjs.com/cli/commands/npm-logout',
  },
  {
    shapes: ['vercel'],
    baseUrl: 'https://api.vercel.com',
    revoke: withItself('DELETE', '/v3/user/tokens/current'),
    isAccepted: isSuccess,
    probe: { request: withItself('GET', '/v5/user/tokens/current'), isAlive: aliveAtVercel },
    source:
      'https://vercel.com/docs/rest-api/reference/endpoints/authentication/delete-an-authentication-token',
  },
  {
    shapes: ['heroku'],
    baseUrl: 'https://api.heroku.com',
    identify: { request: herokuList, idIn: herokuTokenId },
    revoke: (value, id) => ({
      method: 'DELETE',
      route: '/oauth/tokens/{id}',
      params: { id },
      headers: { ...herokuHeaders, ...bearer(value) },
    }),
    isAccepted: isSuccess,
    probe: { request: herokuList, isAlive: aliveByStatus },
    source: 'https://devcenter.heroku.com/articles/platform-api-reference#oauth-token-delete',
  },
  {
    shapes: ['crates-io'],
    baseUrl: 'https://crates.io',
    revoke: (value) => ({
      method: 'DELETE',
      route: '/api/v1/tokens/current',
      headers: { authorization: value, accept: 'application/json' },
    }),
    isAccepted: ({ status }) => status === 204,
    source: 'https://doc.rust-lang.org/cargo/reference/registry-web-api.html',
  },
  {
    // The access tokens that were made with it end too. Only the application that it was given to could use it.
    shapes: ['google-refresh'],
    baseUrl: 'https://oauth2.googleapis.com',
    revoke: (value) => ({
      method: 'POST',
      route: '/revoke',
      body: {
        type: 'application/x-www-form-urlencoded',
        content: value.map((text) => `${new URLSearchParams({ token: text })}`),
      },
    }),
    isAccepted: isSuccess,
    source: 'https://developers.google.com/identity/protocols/oauth2/web-server#tokenrevoke',
  },
];
