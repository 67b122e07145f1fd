import type { NamedSection, ServiceDescription } from '../declarative/description.ts';

type Say = (text: string) => string;
interface Rows {
  readonly token?: NamedSection['token'] | undefined;
  readonly revoke?: NamedSection['revoke'];
}

/** A description in which everything that a user reads is said anew: in the user's language, where there are words. */
export function worded(description: ServiceDescription, say: Say): ServiceDescription {
  const { credential, ask, lists } = description;
  return {
    ...description,
    ...wordedRows(description, say),
    credential: {
      ...prompted(credential, say),
      ...(credential.user && { user: prompted(credential.user, say) }),
      ...(credential.also && { also: credential.also.map((further) => prompted(further, say)) }),
    },
    ...(ask && { ask: ask.map((step) => prompted(step, say)) }),
    ...(lists && {
      lists: lists.map((list) => ({ ...list, ...wordedRows(list, say), name: say(list.name) })),
    }),
  };
}

function prompted<Step extends { title: string; prompt?: string | undefined }>(step: Step, say: Say): Step {
  return {
    ...step,
    title: say(step.title),
    ...(step.prompt !== undefined && { prompt: say(step.prompt) }),
  };
}

function wordedRows(
  { token, revoke }: Rows,
  say: Say,
): Pick<NamedSection, 'revoke'> & Partial<Pick<NamedSection, 'token'>> {
  return {
    ...(token && { token: wordedToken(token, say) }),
    ...(revoke?.reach !== undefined && { revoke: { ...revoke, reach: say(revoke.reach) } }),
  };
}

function wordedToken(token: NamedSection['token'], say: Say): NamedSection['token'] {
  const { fields, grants } = token;
  return {
    ...token,
    fields: labelled(fields, say),
    ...(grants && { grants: { ...grants, fields: labelled(grants.fields, say) } }),
  };
}

function labelled(fields: Readonly<Record<string, string>>, say: Say): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([label, place]) => [say(label), place]));
}
