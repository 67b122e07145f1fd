import * as z from 'zod';
import { madeOnce } from '../support/lazy.ts';

/** A place in an answer: member names joined by dots, from the outside in. */
const place = madeOnce(() => z.string().regex(/^[^.\s]+(?:\.[^.\s]+)*$/));

/** A path below the base URL; `{id}` stands for the token's identifier. */
const route = madeOnce(() => z.string().regex(/^\/[\w./{}~-]*$/));

/** What HTTP allows in a header's name. */
const headerName = madeOnce(() => z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/));

const parameters = madeOnce(() => z.record(z.string(), z.string()));

const size = madeOnce(() =>
  z.strictObject({
    parameter: z.string().min(1),
    value: z.number().int().min(1).max(1000),
  }),
);

const paging = madeOnce(() =>
  z.discriminatedUnion('style', [
    z.strictObject({ style: z.literal('none').describe('%service.paging.none%') }),
    z.strictObject({
      style: z.literal('page').describe('%service.paging.page%'),
      parameter: z.string().min(1).default('page'),
      first: z.number().int().min(0).max(1).default(1),
      size: size().optional(),
      totalHeader: headerName().optional().describe('%service.paging.totalHeader%'),
    }),
    z.strictObject({
      style: z.literal('offset').describe('%service.paging.offset%'),
      parameter: z.string().min(1).default('offset'),
      size: size(),
    }),
    z.strictObject({
      style: z.literal('cursor').describe('%service.paging.cursor%'),
      parameter: z.string().min(1),
      next: place().describe('%service.paging.next%'),
    }),
    z.strictObject({ style: z.literal('link').describe('%service.paging.link%') }),
  ]),
);

const status = madeOnce(() => z.enum(['active', 'inactive', 'revoked', 'unknown']));

const rotate = madeOnce(() =>
  z.strictObject({
    method: z.enum(['POST', 'PUT']).default('POST'),
    route: route(),
    value: place(),
    expiresAt: place().optional().describe('%service.rotate.expiresAt%'),
    sendExpiry: z
      .strictObject({ member: z.string().min(1), as: z.enum(['date', 'iso', 'seconds', 'milliseconds']) })
      .describe('%service.rotate.sendExpiry%'),
  }),
);

/**
 * A REST API that lists tokens, as data. The texts in `describe` are keys of package.nls.json: the settings
 * editor shows them, because its schema is made from this one.
 */
export const descriptionSchema = madeOnce(() =>
  z.strictObject({
    id: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,39}$/)
      .describe('%service.id%'),
    name: z.string().min(1).max(60).describe('%service.name%'),
    summary: z.string().max(200).optional().describe('%service.summary%'),
    baseUrl: z.string().min(1).describe('%service.baseUrl%'),
    credential: z
      .strictObject({
        title: z.string().min(1).max(60),
        prompt: z.string().max(200).optional(),
        header: headerName().default('Authorization'),
        prefix: z.string().max(40).default('').describe('%service.credential.prefix%'),
      })
      .describe('%service.credential%'),
    account: z
      .strictObject({ route: route(), id: place(), name: place() })
      .optional()
      .describe('%service.account%'),
    list: z
      .strictObject({
        route: route(),
        items: place().optional().describe('%service.list.items%'),
        query: parameters().default({}),
        activeQuery: parameters().default({}).describe('%service.list.activeQuery%'),
        paging: paging().default({ style: 'none' }),
      })
      .describe('%service.list%'),
    token: z
      .strictObject({
        id: place(),
        name: place().optional(),
        status: z
          .strictObject({ at: place(), means: z.record(z.string(), status()) })
          .optional()
          .describe('%service.token.status%'),
        createdAt: place().optional(),
        lastUsedAt: place().optional(),
        expiresAt: place().optional(),
        noExpiry: z.enum(['never', 'unknown']).default('unknown').describe('%service.token.noExpiry%'),
        owner: place().optional(),
        scopes: place().optional().describe('%service.token.scopes%'),
        fields: z.record(z.string(), place()).default({}).describe('%service.token.fields%'),
      })
      .describe('%service.token%'),
    own: z.strictObject({ route: route(), id: place() }).optional().describe('%service.own%'),
    revoke: z
      .strictObject({
        method: z.enum(['DELETE', 'POST', 'PUT']).default('DELETE'),
        route: route(),
        reach: z.string().max(300).optional().describe('%service.revoke.reach%'),
      })
      .optional()
      .describe('%service.revoke%'),
    rotate: rotate().optional().describe('%service.rotate%'),
  }),
);

export type ServiceDescription = z.output<ReturnType<typeof descriptionSchema>>;
export type WrittenDescription = z.input<ReturnType<typeof descriptionSchema>>;
export type Paging = ServiceDescription['list']['paging'];
