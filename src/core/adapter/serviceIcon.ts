import type { ServiceGroup } from './serviceGroups.ts';

/** The product icons that a service may have: ours to choose, never a name that comes from elsewhere. */
export const serviceIcons = [
  'account',
  'briefcase',
  'cloud',
  'code',
  'credit-card',
  'database',
  'extensions',
  'git-merge',
  'graph',
  'hubot',
  'json',
  'package',
  'plug',
  'shield',
  'sparkle',
  'wand',
] as const;

export type ServiceIcon = (typeof serviceIcons)[number];

/** For services that we describe, by what they are for. */
export const groupIcons: Readonly<Record<ServiceGroup, ServiceIcon>> = {
  cloud: 'cloud',
  code: 'code',
  packages: 'package',
  data: 'graph',
  identity: 'account',
  ai: 'sparkle',
  work: 'briefcase',
};

/** Until it is known which service it is. */
export const anyServiceIcon: ServiceIcon = 'plug';
