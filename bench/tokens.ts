import type { PlanetScaleTokenResource } from '../test/servers/planetscale.ts';

/** The slug in paths. */
export const organization = 'shop';

const accesses = [
  'read_branch',
  'create_branch',
  'delete_branch',
  'read_deploy_request',
  'create_deploy_request',
  'approve_deploy_request',
  'connect_branch',
  'read_backups',
].map((name) => ({ name, description: `Lets the application ${name.replaceAll('_', ' ')} of the database` }));

/** How many people there are for each hundred tokens. */
const peopleForHundred = 20;

/**
 * The tokens of one OAuth application with many users, as PlanetScale lists them: every token has an id, a
 * name and moments of its own; people have a few tokens each, and what a token may do is one of a few sets on
 * one of a person's databases.
 * @param first number of the first one
 * @param now epoch milliseconds; about one in fifty has expired
 */
export function tokens(count: number, first: number, now: number): PlanetScaleTokenResource[] {
  return Array.from({ length: count }, (_, index) => token(first + index, now));
}

function token(number: number, now: number): PlanetScaleTokenResource {
  const mix = Math.imul(number + 1, 0x9e3779b1) >>> 0;
  const person = mix % Math.max(1, Math.floor(((number + 100) / 100) * peopleForHundred));
  const id = identifier(mix, number);
  const createdAt = now - (mix % 20_000_000) * 1000 - (number % 1000);
  const iso = (at: number) => new Date(at).toISOString();
  const organization = `shop-${person % 50}`;
  const database = `orders-${person % 200}`;
  return {
    id,
    name: `oauth_${id}`,
    display_name: `laptop of person ${person} (${number})`,
    avatar_url: `https://app.example.com/gravatars/${identifier(person * 7919, person)}?size=80`,
    created_at: iso(createdAt),
    updated_at: iso(createdAt + 3_600_000),
    expires_at: number % 7 === 0 ? null : iso(now + ((mix % 2_600_000) - 50_000) * 1000),
    last_used_at: number % 5 === 0 ? null : iso(now - (mix % 1_000_000) * 1000),
    actor_id: identifier(person * 104_729, person),
    actor_display_name: `Person ${person}`,
    actor_type: 'User',
    service_token_accesses: [],
    oauth_accesses_by_resource: {
      database: {
        databases: [
          {
            name: database,
            id: identifier(person % 200, 1),
            organization,
            url: `https://api.example.com/v1/organizations/${organization}/databases/${database}`,
          },
        ],
        accesses: accesses.slice(mix % 3, 3 + (mix % 4)),
      },
      organization: { organizations: [], accesses: [] },
      branch: { branches: [], accesses: [] },
      user: { users: [], accesses: [] },
    },
  };
}

/** Twelve letters and digits, another for each number. */
function identifier(mix: number, number: number): string {
  return (mix.toString(36) + number.toString(36)).padStart(12, 'k9x2m7q4w1zp').slice(-12);
}

/**
 * One answer of the service.
 * @param shift how many tokens have gone at the beginning, and come at the end
 */
export function page(
  number: number,
  size: number,
  total: number,
  now: number,
  shift = 0,
): { readonly data: readonly PlanetScaleTokenResource[] } & Record<string, unknown> {
  const first = (number - 1) * size;
  const pages = Math.ceil(total / size);
  return {
    type: 'list',
    current_page: number,
    per_page: size,
    next_page: number < pages ? number + 1 : null,
    next_page_url: null,
    prev_page: number > 1 ? number - 1 : null,
    prev_page_url: null,
    total_count: total,
    total_pages: pages,
    data: tokens(Math.min(size, total - first), first + shift, now),
  };
}
