import type { HttpRequest, HttpResponse } from '../../core/http/client.ts';
import { isRecord, parseJson } from '../../core/json.ts';
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

function members(response: HttpResponse): Readonly<Record<string, unknown>> {
  try {
    const body = parseJson(response.body);
    return isRecord(body) ? body : {};
  } catch {
    return {};
  }
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
];
