import type * as z from 'zod';
import type { ProviderAdapter } from '../../core/adapter.ts';
import { TokenManagerError } from '../../core/errors.ts';
import { checkedBaseUrl } from '../../core/http.ts';
import type { Localize } from '../../core/ports.ts';
import type { DescriptionFlaw, ReadDescription } from '../../core/serviceDescriptions.ts';
import { describedAdapter } from './adapter.ts';
import { descriptionSchema } from './description.ts';
import { tryDescription } from './fit.ts';
import { isRecord } from './places.ts';

/** Ids of connections' adapters must not clash with those we bring or other extensions register. */
const idPrefix = 'described.';

/** What a user wrote, as an adapter or as what is wrong with it. */
export function readDescription(value: unknown, localize: Localize): ReadDescription {
  const read = descriptionSchema.safeParse(value);
  if (!read.success) {
    return { kind: 'unusable', flaws: read.error.issues.flatMap(flawsOf) };
  }
  const description = { ...read.data, id: idPrefix + read.data.id };
  if (!isUsableUrl(description.baseUrl)) {
    return { kind: 'unusable', flaws: [{ place: 'baseUrl', problem: 'invalid' }] };
  }
  return {
    kind: 'usable',
    adapter: describedAdapter(description, localize),
    tryOut: (draft, io, signal) => tryDescription(description, draft, io, localize, signal),
  };
}

/** The adapters of all descriptions in the settings; one that cannot be used says so when it is. */
export function describedAdapters(values: readonly unknown[], localize: Localize): ProviderAdapter[] {
  const adapters = new Map<string, ProviderAdapter>();
  for (const value of values) {
    const read = readDescription(value, localize);
    const adapter = read.kind === 'usable' ? read.adapter : unusableAdapter(value, read.flaws, localize);
    if (adapter && !adapters.has(adapter.id)) {
      adapters.set(adapter.id, adapter);
    }
  }
  return [...adapters.values()];
}

function unusableAdapter(
  value: unknown,
  flaws: readonly DescriptionFlaw[],
  localize: Localize,
): ProviderAdapter | undefined {
  const id = isRecord(value) ? value.id : undefined;
  if (typeof id !== 'string' || id === '') {
    return undefined;
  }
  const places = flaws.map(({ place }) => place).join(', ');
  const fail = () => new TokenManagerError('configuration', places, { code: 'unusable-description' });
  return {
    id: idPrefix + id,
    displayName: id,
    description: localize('Its description in the settings cannot be used: {0}', places),
    form: [],
    signIn: async () => {
      throw fail();
    },
    open: () => {
      throw fail();
    },
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
