import { anyServiceIcon, type ServiceIcon } from '../../core/adapter/serviceIcon.ts';
import type { ConnectionNode } from '../../core/inventory/tree.ts';
import { type Child, type ElementView, h } from './view.ts';

/** Outlines on a field of 16 by 16: a page loads nothing, so that it has not the icons of the tree, but their likes. */
const outlines: Readonly<Record<ServiceIcon, string>> = {
  account:
    'M8 2.5a2.75 2.75 0 1 1 0 5.5a2.75 2.75 0 1 1 0-5.5M2.75 14c0-3 2.35-4.5 5.25-4.5s5.25 1.5 5.25 4.5',
  briefcase: 'M2 5.5h12v8H2ZM6 5.5V3.5h4v2M2 9h12',
  cloud: 'M4.5 12.5a3 3 0 0 1 0-6a3.75 3.75 0 0 1 7.2.8a2.6 2.6 0 0 1 .3 5.2Z',
  code: 'M5.5 4.5L2 8l3.5 3.5M10.5 4.5L14 8l-3.5 3.5',
  'credit-card': 'M1.75 4h12.5v8.5H1.75ZM1.75 7h12.5M4 10h3',
  database: 'M3 4c0-2.4 10-2.4 10 0v8c0 2.4-10 2.4-10 0ZM3 4c0 2.4 10 2.4 10 0M3 8c0 2.4 10 2.4 10 0',
  extensions: 'M2.5 4.5H7V9H2.5ZM2.5 9H7v4.5H2.5ZM7 9h4.5v4.5H7ZM9.5 1.75H14v4.5H9.5Z',
  'git-merge':
    'M4 2a1.5 1.5 0 1 1 0 3a1.5 1.5 0 1 1 0-3M4 11a1.5 1.5 0 1 1 0 3a1.5 1.5 0 1 1 0-3M12 7a1.5 1.5 0 1 1 0 3a1.5 1.5 0 1 1 0-3M4 5v6M4 5c0 2.5 2 3.5 6.5 3.5',
  graph: 'M2 2v12h12M5 11.5V8M8.5 11.5V5M12 11.5V7',
  hubot: 'M3 5.5h10v7H3ZM8 5.5V3M6 8.5v1M10 8.5v1M1.5 8v2.5M14.5 8v2.5',
  json: 'M6 2.5c-2 0-2 .8-2 2.5s0 3-1.5 3C4 8 4 9.3 4 11s0 2.5 2 2.5M10 2.5c2 0 2 .8 2 2.5s0 3 1.5 3C12 8 12 9.3 12 11s0 2.5-2 2.5',
  package: 'M8 1.75l5.5 3v6.5l-5.5 3l-5.5-3v-6.5ZM2.5 4.75L8 7.75l5.5-3M8 7.75v6.5',
  plug: 'M5.5 2v3.5M10.5 2v3.5M3.5 5.5h9V8a4.5 4.5 0 0 1-9 0ZM8 12.5V15',
  shield: 'M8 1.5l5.5 2v4c0 3.5-2.3 5.7-5.5 7c-3.2-1.3-5.5-3.5-5.5-7v-4Z',
  sparkle: 'M8 1.75l1.6 4.65L14.25 8l-4.65 1.6L8 14.25L6.4 9.6L1.75 8L6.4 6.4Z',
  wand: 'M2 14L9.5 6.5M11.5 1v3M11.5 7v1.5M8 4.5h1.5M13 4.5h2M9 2l1 1M14 2l-1 1M14 7l-1-1',
};

function serviceShape(icon: ServiceIcon = anyServiceIcon): ElementView {
  return h(
    'svg',
    { class: 'shape service', viewBox: '0 0 16 16', width: 16, height: 16, 'aria-hidden': 'true' },
    h('path', { d: outlines[icon] }),
  );
}

/** A connection's sign and name; for those who do not see the sign, its service where the name does not tell it. */
export function connectionName(
  { connection, icon }: Pick<ConnectionNode, 'connection' | 'icon'>,
  name: Child = connection.label,
): ElementView {
  const { label, serviceName } = connection;
  return h(
    'span',
    { class: 'named' },
    serviceShape(icon),
    h('span', { dir: 'auto' }, name),
    label.includes(serviceName) ? undefined : h('span', { class: 'spoken' }, serviceName),
  );
}
