import * as z from 'zod';
import { lazy } from '../support/lazy.ts';

/** A place in an answer: member names joined by dots, from the outside in. */
const place = lazy(() => z.string().regex(/^[^.\s[\]{}]+(?:\.[^.\s[\]{}]+)*$/));

/** The same, where `name[]` steps into each element of a list, and `name{}` takes the names of an object. */
const places = lazy(() => z.string().regex(/^[^.\s[\]{}]+(?:\[\]|\{\})?(?:\.[^.\s[\]{}]+(?:\[\]|\{\})?)*$/));

/** A path below the base URL; `{name}` stands for one segment of it. */
const route = lazy(() => z.string().regex(/^\/[\w./{}~-]*$/));

/** What HTTP allows in a header's name. */
const headerName = lazy(() => z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/));

const parameters = lazy(() => z.record(z.string(), z.string()));

const size = lazy(() =>
  z.strictObject({
    parameter: z.string().min(1),
    value: z.number().int().min(1).max(1000),
  }),
);

const paging = lazy(() => {
  const total = place().optional().describe('%service.paging.total%');
  const more = place().optional().describe('%service.paging.more%');
  return z.discriminatedUnion('style', [
    z.strictObject({ style: z.literal('none').describe('%service.paging.none%') }),
    z.strictObject({
      style: z.literal('page').describe('%service.paging.page%'),
      parameter: z.string().min(1).default('page'),
      first: z.number().int().min(0).max(1).default(1),
      size: size().optional(),
      totalHeader: headerName().optional().describe('%service.paging.totalHeader%'),
      total,
      more,
    }),
    z.strictObject({
      style: z.literal('offset').describe('%service.paging.offset%'),
      parameter: z.string().min(1).default('offset'),
      size: size(),
      total,
      more,
    }),
    z.strictObject({
      style: z.literal('cursor').describe('%service.paging.cursor%'),
      parameter: z.string().min(1),
      next: place().optional().describe('%service.paging.next%'),
      last: place().optional().describe('%service.paging.last%'),
      more,
    }),
    z.strictObject({
      style: z.literal('link').describe('%service.paging.link%'),
      at: place().optional().describe('%service.paging.at%'),
    }),
  ]);
});

const status = lazy(() =>
  z.strictObject({
    at: place(),
    means: z.record(z.string(), z.enum(['active', 'inactive', 'revoked', 'unknown'])),
  }),
);

const moment = lazy(() =>
  z.union([
    place(),
    z.strictObject({
      at: place(),
      never: z
        .array(z.union([z.string(), z.number()]))
        .optional()
        .describe('%service.moment.never%'),
      absent: z.enum(['never', 'unknown']).optional().describe('%service.moment.absent%'),
      secondsFrom: z.string().optional().describe('%service.moment.secondsFrom%'),
    }),
  ]),
);

const list = lazy(() =>
  z.strictObject({
    method: z.enum(['GET', 'POST']).optional().describe('%service.list.method%'),
    route: route(),
    body: z.json().optional().describe('%service.body%'),
    items: places().optional().describe('%service.list.items%'),
    absent: z.enum(['empty', 'error']).optional().describe('%service.list.absent%'),
    query: parameters().default({}),
    activeQuery: parameters().default({}).describe('%service.list.activeQuery%'),
    paging: paging().default({ style: 'none' }),
  }),
);

/** How far accesses reach, by their names; a `*` at the end of a name stands for any rest. */
const breadth = lazy(() =>
  z.strictObject({
    means: z.record(z.string().min(1), z.enum(['broad', 'narrow', 'unknown'])),
    absent: z.literal('broad').optional().describe('%service.token.breadth.absent%'),
    needed: z.array(z.string().min(1)).min(1).optional().describe('%service.token.breadth.needed%'),
  }),
);

const token = lazy(() =>
  z.strictObject({
    id: place(),
    name: place().optional(),
    status: z
      .union([status(), z.array(status()).min(1)])
      .optional()
      .describe('%service.token.status%'),
    createdAt: moment().optional(),
    lastUsedAt: moment().optional(),
    expiresAt: moment().optional(),
    noExpiry: z.enum(['never', 'unknown']).default('unknown').describe('%service.token.noExpiry%'),
    owner: place().optional(),
    scopes: z
      .union([places(), z.strictObject({ at: places(), separator: z.string().min(1) })])
      .optional()
      .describe('%service.token.scopes%'),
    grants: z
      .strictObject({
        items: places(),
        names: places(),
        insteadOf: z.string().optional(),
        fields: z.record(z.string(), place()).default({}),
      })
      .optional()
      .describe('%service.token.grants%'),
    breadth: breadth().optional().describe('%service.token.breadth%'),
    fields: z.record(z.string(), places()).default({}).describe('%service.token.fields%'),
  }),
);

/** What a member of the answer is. */
const answer = lazy(() => z.strictObject({ at: place(), is: z.array(z.string()).min(1) }));

/** A call that changes something. */
const change = () => ({
  route: route(),
  query: parameters().optional(),
  body: z.json().optional().describe('%service.body%'),
  form: parameters().optional().describe('%service.form%'),
  succeeds: answer().optional().describe('%service.succeeds%'),
});

/** A call that ends for a while what a token allows, or that brings it back. */
const pause = () =>
  z
    .strictObject({ method: z.enum(['POST', 'PUT', 'PATCH', 'DELETE']).default('POST'), ...change() })
    .optional();

const sendExpiry = lazy(() =>
  z
    .strictObject({ member: z.string().min(1), as: z.enum(['date', 'iso', 'seconds', 'milliseconds']) })
    .describe('%service.rotate.sendExpiry%'),
);

const own = lazy(() =>
  z.union([
    z.strictObject({ route: route(), id: place(), isPath: z.boolean().optional() }),
    z.strictObject({ at: place(), is: z.string().optional() }),
  ]),
);

/** A list and what can be done to its rows. */
const section = () => ({
  list: list().describe('%service.list%'),
  token: token().describe('%service.token%'),
  noun: z.enum(['token', 'key', 'grant', 'session']).optional().describe('%service.noun%'),
  own: own().optional().describe('%service.own%'),
  revoke: z
    .strictObject({
      method: z.enum(['DELETE', 'POST', 'PUT']).default('DELETE'),
      ...change(),
      from: z
        .array(z.enum(['active', 'inactive', 'unknown']))
        .min(1)
        .optional()
        .describe('%service.revoke.from%'),
      reach: z.string().max(300).optional().describe('%service.revoke.reach%'),
    })
    .optional()
    .describe('%service.revoke%'),
  rotate: z
    .strictObject({
      method: z.enum(['POST', 'PUT']).default('POST'),
      ...change(),
      value: place().optional(),
      expiresAt: place().optional().describe('%service.rotate.expiresAt%'),
      sendExpiry: sendExpiry().optional(),
    })
    .optional()
    .describe('%service.rotate%'),
  extend: z
    .strictObject({
      method: z.enum(['POST', 'PUT']).default('PUT'),
      ...change(),
      expiresAt: place().optional().describe('%service.rotate.expiresAt%'),
      sendExpiry: sendExpiry(),
    })
    .optional()
    .describe('%service.extend%'),
  pause: pause().describe('%service.pause%'),
  resume: pause().describe('%service.resume%'),
});

const named = lazy(() =>
  z.strictObject({
    id: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
    name: z.string().min(1).max(60),
    ...section(),
  }),
);

const credential = lazy(() =>
  z.strictObject({
    kind: z.enum(['header', 'basic', 'none']).optional().describe('%service.credential.kind%'),
    title: z.string().min(1).max(60),
    prompt: z.string().max(200).optional(),
    header: headerName().default('Authorization'),
    prefix: z.string().max(40).default('').describe('%service.credential.prefix%'),
    user: z
      .strictObject({ title: z.string().min(1).max(60), prompt: z.string().max(200).optional() })
      .optional()
      .describe('%service.credential.user%'),
    signIn: z
      .strictObject({
        route: route(),
        body: z.json().optional().describe('%service.body%'),
        form: parameters().optional().describe('%service.form%'),
        value: place().describe('%service.credential.signIn.value%'),
      })
      .optional()
      .describe('%service.credential.signIn%'),
    also: z
      .array(
        z.strictObject({
          title: z.string().min(1).max(60),
          prompt: z.string().max(200).optional(),
          header: headerName(),
          prefix: z.string().max(40).optional(),
        }),
      )
      .max(3)
      .optional()
      .describe('%service.credential.also%'),
  }),
);

/** Which answers say that the credential is not accepted, besides 401. */
const unauthorized = lazy(() =>
  z.strictObject({
    status: z.array(z.number().int().min(400).max(499)).min(1),
    when: answer().optional().describe('%service.unauthorized.when%'),
  }),
);

const ask = lazy(() =>
  z.array(
    z.strictObject({
      id: z.string().regex(/^[a-z]\w{0,29}$/),
      title: z.string().min(1).max(60),
      prompt: z.string().max(200).optional(),
      placeholder: z.string().max(60).optional(),
      default: z.string().max(100).optional(),
    }),
  ),
);

/**
 * A REST API that lists tokens, as data. The texts in `describe` are keys of package.nls.json: the settings
 * editor shows them, because its schema is made from this one.
 */
export const descriptionSchema = lazy(() => {
  const { list, token, ...acts } = section();
  return z.strictObject({
    id: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,39}$/)
      .describe('%service.id%'),
    name: z.string().min(1).max(60).describe('%service.name%'),
    summary: z.string().max(200).optional().describe('%service.summary%'),
    baseUrl: z.string().min(1).describe('%service.baseUrl%'),
    ask: ask().optional().describe('%service.ask%'),
    credential: credential().describe('%service.credential%'),
    headers: z
      .record(headerName(), z.string().regex(/^[\x20-\x7e]+$/))
      .optional()
      .describe('%service.headers%'),
    errorWords: z.array(places()).optional().describe('%service.errorWords%'),
    unauthorized: unauthorized().optional().describe('%service.unauthorized%'),
    account: z
      .strictObject({ route: route(), id: place(), name: place() })
      .optional()
      .describe('%service.account%'),
    list: list.optional(),
    token: token.optional(),
    ...acts,
    lists: z.array(named()).min(1).max(8).optional().describe('%service.lists%'),
  });
});

export type ServiceDescription = z.output<ReturnType<typeof descriptionSchema>>;
export type WrittenDescription = z.input<ReturnType<typeof descriptionSchema>>;
export type NamedSection = z.output<ReturnType<typeof named>>;
export type Section = Omit<NamedSection, 'id' | 'name'> & { readonly id?: string; readonly name?: string };
export type Paging = Section['list']['paging'];
export type TokenMap = Section['token'];
export type MomentMap = NonNullable<TokenMap['expiresAt']>;

/** The lists of a service: one that stands for itself, or several with names. */
export function sectionsOf({ lists, list, token, ...rest }: ServiceDescription): readonly Section[] {
  const { noun, own, revoke, rotate, extend, pause, resume } = rest;
  const single = list && token ? [{ list, token, noun, own, revoke, rotate, extend, pause, resume }] : [];
  return lists ?? single;
}
