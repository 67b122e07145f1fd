import {
  type DescriptionFlaw,
  describedId,
  type ReadDescription,
} from '../../core/adapter/serviceDescriptions.ts';
import { checkedBaseUrl } from '../../core/http/client.ts';
import type { Localize } from '../../core/ports.ts';
import type * as z from '../support/schema.ts';
import { describedAdapter } from './adapter.ts';
import { flawsIn } from './checks.ts';
import { descriptionSchema } from './description.ts';
import { tryDescription } from './tryOut.ts';

/** What a user wrote, as an adapter or as what is wrong with it. */
export function readDescription(value: unknown, localize: Localize): ReadDescription {
  const read = descriptionSchema().safeParse(value, { reportInput: true });
  if (!read.success) {
    return { kind: 'unusable', flaws: read.error.issues.flatMap(flawsOf) };
  }
  const description = { ...read.data, id: describedId(read.data.id) };
  const flaws: DescriptionFlaw[] = [
    ...(isUsableUrl(description.baseUrl) ? [] : [{ place: 'baseUrl', problem: 'invalid' as const }]),
    ...flawsIn(description),
  ];
  if (flaws.length > 0) {
    return { kind: 'unusable', flaws };
  }
  return {
    kind: 'usable',
    adapter: describedAdapter(description, localize),
    tryOut: (draft, io, signal) => tryDescription(description, draft, io, localize, signal),
  };
}

function isUsableUrl(text: string): boolean {
  try {
    return checkedBaseUrl(text) instanceof URL;
  } catch {
    return false;
  }
}

function flawsOf(issue: z.core.$ZodIssue): DescriptionFlaw[] {
  const place = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ place: [...issue.path, key].join('.'), problem: 'unknown' }));
  }
  const isMissing = issue.code === 'invalid_type' && issue.input === undefined;
  return [{ place, problem: isMissing ? 'missing' : 'invalid' }];
}
