import type { DescriptionFlaw } from '../../core/adapter/serviceDescriptions.ts';
import { credentialStep, urlStep, userStep } from './credential.ts';
import { type Section, type ServiceDescription, sectionsOf } from './description.ts';
import { type CallTemplate, namesIn } from './values.ts';

/** What a description says that cannot be right, as far as it shows without a call. */
export function flawsIn(description: ServiceDescription): DescriptionFlaw[] {
  const names = [...(description.ask ?? []).map(({ id }) => id), ...(description.account ? ['account'] : [])];
  return [
    ...listFlaws(description),
    ...askFlaws(description),
    ...headerFlaws(description),
    ...signInFlaws(description),
    ...nameFlaws(
      'account',
      description.account,
      names.filter((name) => name !== 'account'),
    ),
    ...sectionsOf(description).flatMap((section, index) =>
      sectionFlaws(section, description.lists ? `lists.${index}.` : '', names),
    ),
  ];
}

/** One list that stands for itself, or several with names; not both. */
function listFlaws({
  lists,
  list,
  token,
  noun,
  own,
  revoke,
  rotate,
  extend,
  pause,
  resume,
}: ServiceDescription): DescriptionFlaw[] {
  if (!lists) {
    const members = { list, token };
    return Object.entries(members).flatMap(([place, member]) =>
      member === undefined ? [{ place, problem: 'missing' as const }] : [],
    );
  }
  const beside = { list, token, noun, own, revoke, rotate, extend, pause, resume };
  const doubled = lists.filter(({ id }, index) => lists.findIndex((other) => other.id === id) < index);
  return [
    ...Object.entries(beside).flatMap(([place, member]) => (member === undefined ? [] : [invalid(place)])),
    ...doubled.map((section) => invalid(`lists.${lists.indexOf(section)}.id`)),
  ];
}

function askFlaws({ ask = [] }: ServiceDescription): DescriptionFlaw[] {
  const taken = new Set(['id', 'account', urlStep, userStep]);
  return ask.flatMap(({ id }, index) => {
    const isTaken = taken.has(id) || id.startsWith(credentialStep);
    taken.add(id);
    return isTaken ? [invalid(`ask.${index}.id`)] : [];
  });
}

/** What is entered goes where it is named, which is never a route: addresses are logged. */
function signInFlaws({ credential: { kind = 'header', user, signIn }, ask = [] }: ServiceDescription) {
  const asked = ask.map(({ id }) => id);
  if (!signIn) {
    return user && kind !== 'basic' ? [invalid('credential.user')] : [];
  }
  const { route, body, form } = signIn;
  const place = 'credential.signIn';
  const sent = { route: '', body, form };
  const isEntered = namesIn(sent).includes('credential') && (!user || namesIn(sent).includes('user'));
  return [
    ...(kind === 'header' ? [] : [invalid(place)]),
    ...nameFlaws(place, { route }, asked),
    ...nameFlaws(place, sent, [...asked, 'credential', ...(user ? ['user'] : [])]),
    ...(isEntered ? [] : [invalid(`${place}.${form ? 'form' : 'body'}`)]),
    ...(body !== undefined && form !== undefined ? [invalid(`${place}.form`)] : []),
  ];
}

/** What the product sets itself, or what carries a credential. */
const reservedHeaders = [
  'authorization',
  'cookie',
  'host',
  'content-length',
  'content-type',
  'transfer-encoding',
  'connection',
  'upgrade',
  'expect',
  'te',
  'trailer',
];

function headerFlaws({ headers = {}, credential }: ServiceDescription): DescriptionFlaw[] {
  const secret = [
    ...(credential.kind === 'none' ? [] : [credential.header]),
    ...(credential.also ?? []).map(({ header }) => header),
  ].map((name) => name.toLowerCase());
  const fixed = Object.keys(headers).flatMap((name) => {
    const lower = name.toLowerCase();
    const isReserved =
      reservedHeaders.includes(lower) || lower.startsWith('proxy-') || secret.includes(lower);
    return isReserved ? [invalid(`headers.${name}`)] : [];
  });
  const doubled = secret.flatMap((name, index) =>
    secret.indexOf(name) < index ? [invalid(`credential.also.${index - 1}.header`)] : [],
  );
  return [...fixed, ...doubled];
}

function sectionFlaws(section: Section, at: string, names: readonly string[]): DescriptionFlaw[] {
  const { list, own, revoke, rotate, extend, pause, resume } = section;
  const { paging } = list;
  const isLost = paging.style === 'cursor' && paging.next === undefined && paging.last === undefined;
  const hasBody = (list.method ?? 'GET') === 'GET' && list.body !== undefined;
  return [
    ...nameFlaws(`${at}list`, { ...list, query: { ...list.query, ...list.activeQuery } }, names),
    ...(isLost ? [{ place: `${at}list.paging.next`, problem: 'missing' as const }] : []),
    ...(hasBody ? [invalid(`${at}list.body`)] : []),
    ...nameFlaws(`${at}own`, own && 'route' in own ? own : undefined, names),
    ...aimFlaws(`${at}revoke`, revoke, names, true),
    ...aimFlaws(`${at}rotate`, rotate, names, false),
    ...aimFlaws(`${at}extend`, extend, names, true),
    ...aimFlaws(`${at}pause`, pause, names, true),
    ...aimFlaws(`${at}resume`, resume, names, true),
    ...pauseFlaws(at, section),
    ...breadthFlaws(at, section),
  ];
}

/** How far accesses reach is of no use where none are told, nor what the token in use needs where it is not known. */
function breadthFlaws(at: string, { token: { breadth, scopes, grants }, own }: Section): DescriptionFlaw[] {
  return [
    ...(breadth && !scopes && !grants ? [{ place: `${at}token.scopes`, problem: 'missing' as const }] : []),
    ...(breadth?.needed && !own ? [{ place: `${at}own`, problem: 'missing' as const }] : []),
  ];
}

/** What is paused has to say so in the list, so that it can be read again, and what cannot be resumed is no pause. */
function pauseFlaws(at: string, { token: { status }, pause, resume }: Section): DescriptionFlaw[] {
  const meanings = [status ?? []].flat().flatMap(({ means }) => Object.values(means));
  const isSeen = meanings.includes('inactive') && meanings.includes('active');
  return [
    ...(pause && !isSeen ? [{ place: `${at}token.status`, problem: 'missing' as const }] : []),
    ...(pause && !resume ? [{ place: `${at}resume`, problem: 'missing' as const }] : []),
    ...(resume && !pause ? [{ place: `${at}pause`, problem: 'missing' as const }] : []),
  ];
}

/** A call that is to reach one row must name it. */
function aimFlaws(
  place: string,
  call: CallTemplate | undefined,
  names: readonly string[],
  needsId: boolean,
): DescriptionFlaw[] {
  if (!call) {
    return [];
  }
  const isAimed = !needsId || namesIn(call).includes('id');
  return [
    ...nameFlaws(place, call, [...names, 'id']),
    ...(isAimed ? [] : [invalid(`${place}.route`)]),
    ...(call.body !== undefined && call.form !== undefined ? [invalid(`${place}.form`)] : []),
  ];
}

function nameFlaws(
  place: string,
  call: CallTemplate | undefined,
  known: readonly string[],
): DescriptionFlaw[] {
  const parts = call ? (['route', 'query', 'body', 'form'] as const) : [];
  return parts.flatMap((part) => {
    const only: CallTemplate =
      part === 'route' ? { route: call?.route ?? '' } : { route: '', [part]: call?.[part] };
    return namesIn(only).some((name) => !known.includes(name)) ? [invalid(`${place}.${part}`)] : [];
  });
}

function invalid(place: string): DescriptionFlaw {
  return { place, problem: 'invalid' };
}
