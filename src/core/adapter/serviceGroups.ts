/** Under what a service is looked for, in the order of the picker. */
export const serviceGroups = ['cloud', 'code', 'packages', 'data', 'identity', 'ai', 'work'] as const;
export type ServiceGroup = (typeof serviceGroups)[number];
