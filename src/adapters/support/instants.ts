import { lazy } from './lazy.ts';
import * as z from './schema.ts';

/** Schemas that read a vendor's way of writing a moment into epoch milliseconds. */

/** ISO 8601 with an offset, such as `2021-01-14T10:19:23.000Z`. */
export const isoInstant = lazy(() =>
  z.pipe(
    z.iso.datetime({ offset: true }),
    z.transform((text) => Date.parse(text)),
  ),
);

/**
 * Python's `str(datetime)`: a space, up to six digits of a second, and an offset that some databases leave
 * out, in which case it is UTC. JavaScript would read that form as local time.
 */
export const pythonInstant = lazy(() =>
  z.pipe(
    z.string().check(z.regex(/^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:?\d\d)?$/)),
    z.transform((text, context) => {
      const [, moment = '', offset = 'Z'] = /^(.{19}(?:\.\d+)?)(.+)?$/.exec(text.replace(' ', 'T')) ?? [];
      const milliseconds = Date.parse(moment.replace(/(\.\d{3})\d+$/, '$1') + offset);
      if (Number.isNaN(milliseconds) || !exists(moment.slice(0, 19))) {
        context.issues.push({ code: 'custom', message: 'not a moment', input: text });
        return z.NEVER;
      }
      return milliseconds;
    }),
  ),
);

/** JavaScript takes the 31st of June for the 1st of July, and 24 o'clock for the next day. */
function exists(moment: string): boolean {
  const at = Date.parse(`${moment}Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(moment);
}

/** The last moment a JavaScript date can hold, in seconds. */
const lastSecond = 8_640_000_000_000;

/** Unix seconds as a string of digits. */
export const unixSecondsText = lazy(() =>
  z.pipe(
    z
      .pipe(z.string().check(z.regex(/^\d{1,13}$/)), z.transform(Number))
      .check(z.refine((seconds) => seconds <= lastSecond)),
    z.transform((seconds) => seconds * 1000),
  ),
);

/** Vendors that have no moment to tell write 0, the year 1 or an empty text instead of leaving it out. */
const firstMoment = Date.UTC(2000, 0, 1);

/** A moment by its schema, or none for what is none: a row is not lost over an odd date. */
export function momentOrNone(moment: z.ZodMiniType<number>): z.ZodMiniType<number | undefined> {
  return z.pipe(
    z.catch(z.optional(moment), undefined),
    z.transform((at) => (at !== undefined && at >= firstMoment ? at : undefined)),
  );
}

/** The same where `null` means something, such as "never". */
export function momentOrNull(moment: z.ZodMiniType<number>): z.ZodMiniType<number | null | undefined> {
  return z.union([z.null(), momentOrNone(moment)]);
}

/** When something was last used: `null` for never, also where the vendor writes a moment before there was any. */
export function useOrNever(moment: z.ZodMiniType<number>): z.ZodMiniType<number | null | undefined> {
  return z.pipe(
    z.orNone(moment),
    z.transform((at) => (typeof at === 'number' && at < firstMoment ? null : at)),
  );
}
