import { lazy } from '../support/lazy.ts';
import * as z from '../support/schema.ts';

/** A place in an answer: member names joined by dots, from the outside in. */
const place = lazy(() => z.string().check(z.regex(/^[^.\s[\]{}]+(?:\.[^.\s[\]{}]+)*$/)));

/** The same, where `name[]` steps into each element of a list, and `name{}` takes the names of an object. */
const places = lazy(() =>
  z.string().check(z.regex(/^[^.\s[\]{}]+(?:\[\]|\{\})?(?:\.[^.\s[\]{}]+(?:\[\]|\{\})?)*$/)),
);

/** A path below the base URL; `{name}` stands for one segment of it. */
const route = lazy(() => z.string().check(z.regex(/^\/[\w./{}~-]*$/)));

/** What HTTP allows in a header's name. */
const headerName = lazy(() => z.string().check(z.regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/)));

const parameters = lazy(() => z.record(z.string(), z.string()));

const size = lazy(() =>
  z.strictObject({
    parameter: z.filled(),
    value: z.int().check(z.minimum(1), z.maximum(1000)),
  }),
);

const paging = lazy(() => {
  const total = z.optional(place()).check(z.describe('%service.paging.total%'));
  const more = z.optional(place()).check(z.describe('%service.paging.more%'));
  return z.discriminatedUnion('style', [
    z.strictObject({ style: z.literal('none').check(z.describe('%service.paging.none%')) }),
    z.strictObject({
      style: z.literal('page').check(z.describe('%service.paging.page%')),
      parameter: z._default(z.filled(), 'page'),
      first: z._default(z.int().check(z.minimum(0), z.maximum(1)), 1),
      size: z.optional(size()),
      totalHeader: z.optional(headerName()).check(z.describe('%service.paging.totalHeader%')),
      total,
      more,
    }),
    z.strictObject({
      style: z.literal('offset').check(z.describe('%service.paging.offset%')),
      parameter: z._default(z.filled(), 'offset'),
      size: size(),
      total,
      more,
    }),
    z.strictObject({
      style: z.literal('cursor').check(z.describe('%service.paging.cursor%')),
      parameter: z.filled(),
      next: z.optional(place()).check(z.describe('%service.paging.next%')),
      last: z.optional(place()).check(z.describe('%service.paging.last%')),
      more,
    }),
    z.strictObject({
      style: z.literal('link').check(z.describe('%service.paging.link%')),
      at: z.optional(place()).check(z.describe('%service.paging.at%')),
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
        .optional(z.array(z.union([z.string(), z.number()])))
        .check(z.describe('%service.moment.never%')),
      absent: z.optional(z.enum(['never', 'unknown'])).check(z.describe('%service.moment.absent%')),
      secondsFrom: z.optional(z.string()).check(z.describe('%service.moment.secondsFrom%')),
    }),
  ]),
);

const list = lazy(() =>
  z.strictObject({
    method: z.optional(z.enum(['GET', 'POST'])).check(z.describe('%service.list.method%')),
    route: route(),
    body: z.optional(z.json()).check(z.describe('%service.body%')),
    items: z.optional(places()).check(z.describe('%service.list.items%')),
    absent: z.optional(z.enum(['empty', 'error'])).check(z.describe('%service.list.absent%')),
    query: z._default(parameters(), {}),
    activeQuery: z._default(parameters(), {}).check(z.describe('%service.list.activeQuery%')),
    paging: z._default(paging(), { style: 'none' }),
  }),
);

/** How far accesses reach, by their names; a `*` at the end of a name stands for any rest. */
const breadth = lazy(() =>
  z.strictObject({
    means: z.record(z.filled(), z.enum(['broad', 'narrow', 'unknown'])),
    absent: z.optional(z.literal('broad')).check(z.describe('%service.token.breadth.absent%')),
    needed: z
      .optional(z.array(z.filled()).check(z.minLength(1)))
      .check(z.describe('%service.token.breadth.needed%')),
  }),
);

const token = lazy(() =>
  z.strictObject({
    id: place(),
    name: z.optional(place()),
    status: z
      .optional(z.union([status(), z.array(status()).check(z.minLength(1))]))
      .check(z.describe('%service.token.status%')),
    createdAt: z.optional(moment()),
    lastUsedAt: z.optional(moment()),
    expiresAt: z.optional(moment()),
    noExpiry: z
      ._default(z.enum(['never', 'unknown']), 'unknown')
      .check(z.describe('%service.token.noExpiry%')),
    owner: z.optional(place()),
    scopes: z
      .optional(z.union([places(), z.strictObject({ at: places(), separator: z.filled() })]))
      .check(z.describe('%service.token.scopes%')),
    grants: z
      .optional(
        z.strictObject({
          items: places(),
          names: places(),
          insteadOf: z.optional(z.string()),
          fields: z._default(z.record(z.string(), place()), {}),
        }),
      )
      .check(z.describe('%service.token.grants%')),
    breadth: z.optional(breadth()).check(z.describe('%service.token.breadth%')),
    fields: z._default(z.record(z.string(), places()), {}).check(z.describe('%service.token.fields%')),
  }),
);

/** What a member of the answer is. */
const answer = lazy(() => z.strictObject({ at: place(), is: z.array(z.string()).check(z.minLength(1)) }));

/** A call that changes something. */
const change = () => ({
  route: route(),
  query: z.optional(parameters()),
  body: z.optional(z.json()).check(z.describe('%service.body%')),
  form: z.optional(parameters()).check(z.describe('%service.form%')),
  succeeds: z.optional(answer()).check(z.describe('%service.succeeds%')),
});

/** A call that ends for a while what a token allows, or that brings it back. */
const pause = () =>
  z.optional(
    z.strictObject({ method: z._default(z.enum(['POST', 'PUT', 'PATCH', 'DELETE']), 'POST'), ...change() }),
  );

const sendExpiry = lazy(() =>
  z
    .strictObject({
      member: z.filled(),
      as: z.enum(['date', 'iso', 'seconds', 'milliseconds']),
    })
    .check(z.describe('%service.rotate.sendExpiry%')),
);

const own = lazy(() =>
  z.union([
    z.strictObject({ route: route(), id: place(), isPath: z.optional(z.boolean()) }),
    z.strictObject({ at: place(), is: z.optional(z.string()) }),
  ]),
);

/** A list and what can be done to its rows. */
const section = () => ({
  list: list().check(z.describe('%service.list%')),
  token: token().check(z.describe('%service.token%')),
  noun: z.optional(z.enum(['token', 'key', 'grant', 'session'])).check(z.describe('%service.noun%')),
  own: z.optional(own()).check(z.describe('%service.own%')),
  revoke: z
    .optional(
      z.strictObject({
        method: z._default(z.enum(['DELETE', 'POST', 'PUT']), 'DELETE'),
        ...change(),
        from: z
          .optional(z.array(z.enum(['active', 'inactive', 'unknown'])).check(z.minLength(1)))
          .check(z.describe('%service.revoke.from%')),
        reach: z.optional(z.string().check(z.maxLength(300))).check(z.describe('%service.revoke.reach%')),
      }),
    )
    .check(z.describe('%service.revoke%')),
  rotate: z
    .optional(
      z.strictObject({
        method: z._default(z.enum(['POST', 'PUT']), 'POST'),
        ...change(),
        value: z.optional(place()),
        expiresAt: z.optional(place()).check(z.describe('%service.rotate.expiresAt%')),
        sendExpiry: z.optional(sendExpiry()),
      }),
    )
    .check(z.describe('%service.rotate%')),
  extend: z
    .optional(
      z.strictObject({
        method: z._default(z.enum(['POST', 'PUT']), 'PUT'),
        ...change(),
        expiresAt: z.optional(place()).check(z.describe('%service.rotate.expiresAt%')),
        sendExpiry: sendExpiry(),
      }),
    )
    .check(z.describe('%service.extend%')),
  pause: pause().check(z.describe('%service.pause%')),
  resume: pause().check(z.describe('%service.resume%')),
});

const named = lazy(() =>
  z.strictObject({
    id: z.string().check(z.regex(/^[a-z][a-z0-9-]{0,39}$/)),
    name: z.string().check(z.minLength(1), z.maxLength(60)),
    ...section(),
  }),
);

const credential = lazy(() =>
  z.strictObject({
    kind: z.optional(z.enum(['header', 'basic', 'none'])).check(z.describe('%service.credential.kind%')),
    title: z.string().check(z.minLength(1), z.maxLength(60)),
    prompt: z.optional(z.string().check(z.maxLength(200))),
    header: z._default(headerName(), 'Authorization'),
    prefix: z
      ._default(z.string().check(z.maxLength(40)), '')
      .check(z.describe('%service.credential.prefix%')),
    user: z
      .optional(
        z.strictObject({
          title: z.string().check(z.minLength(1), z.maxLength(60)),
          prompt: z.optional(z.string().check(z.maxLength(200))),
        }),
      )
      .check(z.describe('%service.credential.user%')),
    signIn: z
      .optional(
        z.strictObject({
          route: route(),
          body: z.optional(z.json()).check(z.describe('%service.body%')),
          form: z.optional(parameters()).check(z.describe('%service.form%')),
          value: place().check(z.describe('%service.credential.signIn.value%')),
        }),
      )
      .check(z.describe('%service.credential.signIn%')),
    also: z
      .optional(
        z
          .array(
            z.strictObject({
              title: z.string().check(z.minLength(1), z.maxLength(60)),
              prompt: z.optional(z.string().check(z.maxLength(200))),
              header: headerName(),
              prefix: z.optional(z.string().check(z.maxLength(40))),
            }),
          )
          .check(z.maxLength(3)),
      )
      .check(z.describe('%service.credential.also%')),
  }),
);

/** Which answers say that the credential is not accepted, besides 401. */
const unauthorized = lazy(() =>
  z.strictObject({
    status: z.array(z.int().check(z.minimum(400), z.maximum(499))).check(z.minLength(1)),
    when: z.optional(answer()).check(z.describe('%service.unauthorized.when%')),
  }),
);

const ask = lazy(() =>
  z.array(
    z.strictObject({
      id: z.string().check(z.regex(/^[a-z]\w{0,29}$/)),
      title: z.string().check(z.minLength(1), z.maxLength(60)),
      prompt: z.optional(z.string().check(z.maxLength(200))),
      placeholder: z.optional(z.string().check(z.maxLength(60))),
      default: z.optional(z.string().check(z.maxLength(100))),
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
    id: z.string().check(z.regex(/^[a-z][a-z0-9-]{0,39}$/), z.describe('%service.id%')),
    name: z.string().check(z.minLength(1), z.maxLength(60), z.describe('%service.name%')),
    summary: z.optional(z.string().check(z.maxLength(200))).check(z.describe('%service.summary%')),
    baseUrl: z.string().check(z.minLength(1), z.describe('%service.baseUrl%')),
    ask: z.optional(ask()).check(z.describe('%service.ask%')),
    credential: credential().check(z.describe('%service.credential%')),
    headers: z
      .optional(z.record(headerName(), z.string().check(z.regex(/^[\x20-\x7e]+$/))))
      .check(z.describe('%service.headers%')),
    errorWords: z.optional(z.array(places())).check(z.describe('%service.errorWords%')),
    unauthorized: z.optional(unauthorized()).check(z.describe('%service.unauthorized%')),
    account: z
      .optional(z.strictObject({ route: route(), id: place(), name: place() }))
      .check(z.describe('%service.account%')),
    list: z.optional(list),
    token: z.optional(token),
    ...acts,
    lists: z
      .optional(z.array(named()).check(z.minLength(1), z.maxLength(8)))
      .check(z.describe('%service.lists%')),
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
