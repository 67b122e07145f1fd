import { type ServiceGroup, serviceGroups } from '../../core/adapter/serviceGroups.ts';
import { type Ability, type ServiceOffer, shelfId } from '../../core/adapter/shelf.ts';

interface DescribedList {
  readonly name?: string;
  readonly noun?: string;
  readonly own?: unknown;
  readonly token?: {
    readonly id: string;
    readonly expiresAt?: unknown;
    readonly lastUsedAt?: unknown;
    readonly scopes?: unknown;
    readonly grants?: unknown;
    readonly breadth?: {
      readonly means: Readonly<Record<string, string | undefined>>;
      readonly absent?: string;
      readonly needed?: readonly string[];
    };
  };
  readonly revoke?: unknown;
  readonly rotate?: unknown;
  readonly extend?: unknown;
  readonly pause?: unknown;
}

/** Who says so, and on which day (or in which month) it was read. */
interface Source {
  readonly from: string;
  readonly read: string;
}

/** One file of the folder `services`: what it says is held to the schema of descriptions by a test. */
export interface ShelfEntry {
  readonly group: string;
  readonly keywords: readonly string[];
  readonly facts: {
    /** Where the credential comes from, each place in the service's own words. */
    readonly madeAt: readonly string[];
    /** The least access that it needs. */
    readonly needs?: string;
    readonly sources: readonly Source[];
    /** The release of the real server that the description was tried against, where one was. */
    readonly ran?: string;
    /** What no source was found for, or no account to try it with. */
    readonly unverified: readonly string[];
  };
  /** The variables of the service's own command-line tools, by form step id, and where they are documented. */
  readonly environment?: Source & {
    readonly variables: Readonly<Record<string, readonly string[] | undefined>>;
  };
  readonly description: DescribedList & {
    readonly id: string;
    readonly name: string;
    readonly lists?: readonly DescribedList[];
  };
}

export function offerOf({ group, keywords, description }: ShelfEntry): ServiceOffer {
  return {
    id: shelfId(description.id),
    displayName: description.name,
    group: groupOf(group),
    keywords,
    abilities: abilitiesOf(description.lists ?? [description]),
  };
}

export function groupOf(group: string): ServiceGroup {
  return serviceGroups.find((known) => known === group) ?? 'work';
}

function abilitiesOf(lists: readonly DescribedList[]): Ability[] {
  const tests: Readonly<Record<Ability, (list: DescribedList) => boolean>> = {
    expiry: ({ token }) => token?.expiresAt !== undefined,
    lastUse: ({ token }) => token?.lastUsedAt !== undefined,
    access: ({ token }) => token?.scopes !== undefined || token?.grants !== undefined,
    revoke: ({ revoke }) => revoke !== undefined,
    renew: ({ rotate, extend }) => rotate !== undefined || extend !== undefined,
    pause: ({ pause }) => pause !== undefined,
  };
  const all: readonly Ability[] = ['expiry', 'lastUse', 'access', 'revoke', 'renew', 'pause'];
  return all.filter((ability) => lists.some((list) => tests[ability](list)));
}
