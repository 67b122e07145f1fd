import { TokenManagerError } from '../../../core/model/errors.ts';
import type { Localize } from '../../../core/ports.ts';
import type { AuthorizationServerClient, Client, TokenKind } from '../client/client.ts';
import type { OAuthSettings } from '../client/settings.ts';
import { type Claims, unverifiedClaims } from '../protocol/claims.ts';
import type { TokenSet } from './tokenSet.ts';

export interface Introspected {
  /** Of the access token, else of the refresh token. */
  readonly said: Claims | undefined;
  readonly answers: OAuthSettings['.introspects'];
  /** What the user should know before going on. */
  readonly notices: readonly string[];
}

export interface IntrospectionContext {
  /** Absent where the server has no endpoint for it. */
  readonly server: AuthorizationServerClient | undefined;
  readonly client: Client | undefined;
  readonly settings: OAuthSettings;
  readonly localize: Localize;
  readonly signal: AbortSignal;
}

type Answers = ReadonlyMap<TokenKind, Claims | 'not active' | TokenManagerError>;

/**
 * Asks the server about what a sign-in has brought, and learns of which kinds of tokens it tells. Tokens that
 * were just handed out are kept whatever the answer is.
 *
 * @throws for tokens that were pasted and that the server does not accept
 */
export async function introspected(tokens: TokenSet, context: IntrospectionContext): Promise<Introspected> {
  const { settings, localize } = context;
  const isPasted = settings.method === 'paste';
  const answers = await asked(tokens, context);
  if (isPasted) {
    refuseWhatIsNotAccepted(answers, tokens, context);
  }
  const confirmed = [...answers].flatMap(([kind, answer]) => (isClaims(answer) ? [kind] : []));
  const said = [...answers.values()].find(isClaims);
  return {
    said,
    answers: answersIn(confirmed, answers),
    notices: [
      ...uncheckedNotice(confirmed, answers, isPasted, localize),
      ...audienceNotice(settings, said, tokens, localize),
    ],
  };
}

async function asked(tokens: TokenSet, { server, client, signal }: IntrospectionContext): Promise<Answers> {
  const answers = new Map<TokenKind, Claims | 'not active' | TokenManagerError>();
  const values = [
    ['access_token', tokens.accessToken],
    ['refresh_token', tokens.refreshToken],
  ] as const;
  for (const [kind, token] of values) {
    if (!server || !client || !token) {
      continue;
    }
    try {
      answers.set(kind, (await server.introspect(client, token, kind, signal)) ?? 'not active');
    } catch (thrown) {
      const error = TokenManagerError.from(thrown);
      if (error.kind === 'cancelled') {
        throw error;
      }
      answers.set(kind, error);
    }
  }
  return answers;
}

/** A refresh token alone may be good though a server that tells of access tokens only says otherwise. */
function refuseWhatIsNotAccepted(
  answers: Answers,
  { accessToken }: TokenSet,
  { client, localize }: IntrospectionContext,
): void {
  const answer = answers.get(accessToken ? 'access_token' : 'refresh_token');
  if (answer instanceof TokenManagerError && !isNotForThisClient(answer, client)) {
    throw answer;
  }
  if (answer === 'not active' && accessToken) {
    const detail = localize('The server says that this token is not active.');
    throw new TokenManagerError('unauthorized', detail, { code: 'invalid_token' });
  }
}

function isNotForThisClient({ kind, code }: TokenManagerError, client: Client | undefined): boolean {
  const isUnproven = client?.auth === 'none' && (kind === 'unauthorized' || kind === 'rejected');
  return code !== 'invalid_token' && (kind === 'forbidden' || kind === 'notFound' || isUnproven);
}

function answersIn(confirmed: readonly TokenKind[], answers: Answers): Introspected['answers'] {
  const [only, other] = confirmed;
  if (only) {
    return other ? 'yes' : only;
  }
  const mayPass = [...answers.values()].some(
    (answer) => answer instanceof TokenManagerError && answer.traits.mayPass,
  );
  return mayPass ? 'unknown' : 'no';
}

function uncheckedNotice(
  confirmed: readonly TokenKind[],
  answers: Answers,
  isPasted: boolean,
  localize: Localize,
): string[] {
  if (confirmed.length > 0 || (answers.size === 0 && !isPasted)) {
    return [];
  }
  return answers.size === 0
    ? [localize('The server could not be asked about these tokens, so they are stored unchecked.')]
    : [
        localize(
          'The server does not let this client ask about tokens: revoking cannot be verified, and states come from the tokens.',
        ),
      ];
}

/** Servers leave out a parameter that they do not know, so that the token is not for what it was asked for. */
function audienceNotice(
  { resource }: OAuthSettings,
  said: Claims | undefined,
  { accessToken }: TokenSet,
  localize: Localize,
): string[] {
  const own = accessToken && unverifiedClaims(accessToken.reveal());
  const audience = said?.aud ?? own?.aud;
  return resource === '' || audience === undefined || audience.includes(resource)
    ? []
    : [
        localize(
          'The access token is not for {0}: the server may expect the resource or audience in another way.',
          resource,
        ),
      ];
}

function isClaims(answer: Claims | 'not active' | TokenManagerError): answer is Claims {
  return answer !== 'not active' && !(answer instanceof TokenManagerError);
}
