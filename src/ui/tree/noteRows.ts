import type { RowTag } from '../../contributions.ts';
import type { GroupName } from '../../core/arrange/group.ts';
import type { Branch } from '../../core/inventory/tree.ts';
import type { TokenManagerError } from '../../core/model/errors.ts';
import { groupWord } from '../text/arrangement.ts';
import type { Wording } from '../text/context.ts';
import { errorWords, type Remedy } from '../text/errors.ts';
import type { Icon } from '../text/icon.ts';
import { shortTime } from '../text/time.ts';
import {
  type BranchRow,
  type GroupRow,
  kindIcons,
  type RangeRow,
  type RowView,
  stateIcons,
  type ViewRow,
} from './row.ts';

/** Rows that speak about a branch or the view, or hold others. */
export function noteRowView(
  row: BranchRow | GroupRow | RangeRow | ViewRow,
  wording: Wording,
  isFlat: boolean,
): RowView {
  switch (row.kind) {
    case 'group':
      return groupView(row, wording);
    case 'range':
      return rangeView(row, wording);
    case 'unread':
      return unreadView(row.connections, wording);
    case 'nothing':
      return noteView('', 'nothing', wording.localize('Nothing here'), { name: 'dash' });
    case 'more':
      return moreView(row.branch, wording);
    case 'error':
      return errorView(row.branch, row.error, wording, isFlat);
    case 'empty':
      return emptyView(row.branch, wording);
    case 'loading':
      return loadingView(row.branch, row.isFlat === true, wording);
    case 'hidden':
      return hiddenView(row.branch, row.count, wording);
    case 'onRequest':
      return onRequestView(row.branch, wording);
  }
}

function moreView(branch: Branch, { localize }: Wording): RowView {
  const shown = branch.nodes.length;
  const label = localize('Load more');
  const description =
    branch.total === undefined
      ? localize('{0} so far', shown)
      : localize('{0} of {1} so far', shown, branch.total);
  return {
    id: `${branch.owner.key}#more`,
    label,
    description,
    icon: { name: 'ellipsis' },
    tags: [],
    collapsible: 'none',
    spoken: localize('Load more, {0}', description),
    click: 'loadMore',
  };
}

/** What a row offers by button and menu besides a click. */
const remedyTags: Readonly<Partial<Record<Remedy, RowTag>>> = {
  updateCredentials: 'needsCredentials',
  certificateAuthority: 'needsCertificate',
  proxySettings: 'needsSettings',
  serviceSettings: 'needsSettings',
};

function loadingView({ owner }: Branch, isFlat: boolean, { localize }: Wording): RowView {
  const view = noteView(owner.key, 'loading', localize('Loading…'), { name: 'loading~spin' });
  const { label } = owner.connection;
  return isFlat ? { ...view, description: label, spoken: localize('Loading {0}', label) } : view;
}

function errorView(branch: Branch, error: TokenManagerError, wording: Wording, isFlat: boolean): RowView {
  const { title, sentence: reason, remedy } = errorWords(error, wording);
  const place = branch.problems.indexOf(error);
  const { label } = branch.owner.connection;
  const told = isFlat ? wording.localize('{0}: {1}', label, reason) : reason;
  const isTryingAgain = error === branch.retried;
  const since = isTryingAgain ? [wording.localize('Loading again…')] : sinceWords(branch, error, wording);
  const sentence = (isTryingAgain ? [...since, told] : [told, ...since]).join(' ');
  return {
    id: `${branch.owner.key}#error${place >= 0 ? place : ''}`,
    label: title,
    description: sentence,
    icon: isTryingAgain ? { name: 'loading~spin' } : errorIcon(error),
    // Whatever a click does: what can be mended elsewhere must be read again afterwards.
    tags: ['error', 'refreshable', ...[remedyTags[remedy] ?? []].flat()],
    collapsible: 'none',
    spoken: wording.localize('Error: {0}. {1}', title, sentence),
    ...(remedy !== 'none' && { click: 'remedy' }),
  };
}

function errorIcon({ kind }: TokenManagerError): Icon {
  return kind === 'cancelled'
    ? { name: 'debug-stop', color: 'descriptionForeground' }
    : { name: 'error', color: 'list.errorForeground' };
}

/** Since when it has failed, and what is shown instead. */
function sinceWords(branch: Branch, error: TokenManagerError, { localize, locale }: Wording): string[] {
  if (error !== branch.error || branch.failedAt === undefined || error.kind === 'cancelled') {
    return [];
  }
  const since = shortTime(branch.failedAt, locale);
  return [
    branch.loadedAt === undefined
      ? localize('Failing since {0}.', since)
      : localize('Failing since {0}; last loaded {1}.', since, shortTime(branch.loadedAt, locale)),
  ];
}

function emptyView(branch: Branch, { localize }: Wording): RowView {
  if (branch.nodes.length === 0 && branch.leavesOutExpired) {
    const label = localize('Nothing here: expired tokens are not shown');
    return { ...noteView(branch.owner.key, 'empty', label, { name: 'eye-closed' }), click: 'showExpired' };
  }
  const label =
    branch.nodes.length === 0 ? localize('Nothing here') : localize('Nothing here matches the filter');
  return noteView(branch.owner.key, 'empty', label, { name: 'dash' });
}

function hiddenView(branch: Branch | undefined, count: number, { localize }: Wording): RowView {
  const label =
    count === 1 ? localize('1 expired token is hidden') : localize('{0} expired tokens are hidden', count);
  const note = noteView(branch?.owner.key ?? '', 'hidden', label, { name: 'eye-closed' });
  return { ...note, click: 'showExpired' };
}

function onRequestView(branch: Branch, { localize }: Wording): RowView {
  return {
    ...noteView(branch.owner.key, 'request', localize('Load now…'), { name: 'cloud-download' }),
    click: 'loadOnRequest',
  };
}

function groupView({ key, name, count, isOpen }: GroupRow, wording: Wording): RowView {
  const label = groupWord(name, wording);
  const { localize, locale } = wording;
  const number = new Intl.NumberFormat(locale).format(count);
  return {
    id: `group:${key}`,
    label,
    description: number,
    icon: groupIcon(name),
    tags: ['group'],
    collapsible: isOpen ? 'expanded' : 'collapsed',
    spoken:
      count === 1
        ? localize('{0}, group of 1 row', label)
        : localize('{0}, group of {1} rows', label, number),
  };
}

function groupIcon(name: GroupName): Icon {
  switch (name.by) {
    case 'state':
      return name.state === 'none' ? { name: 'list-tree' } : stateIcons[name.state];
    case 'owner':
      return { name: kindIcons.user };
    case 'provider':
      return { name: kindIcons.provider };
    case 'finding':
      return { name: name.rule === undefined ? 'pass' : 'lightbulb' };
  }
}

function rangeView({ key, from, to }: RangeRow, { localize, locale }: Wording): RowView {
  const format = new Intl.NumberFormat(locale);
  const first = format.format(from + 1);
  const last = format.format(to);
  return {
    id: key,
    label: localize('{0} – {1}', first, last),
    icon: { name: 'list-ordered' },
    tags: [],
    collapsible: from === 0 ? 'expanded' : 'collapsed',
    spoken: localize('Rows {0} to {1}', first, last),
  };
}

function unreadView(connections: number, { localize }: Wording): RowView {
  const description =
    connections === 1
      ? localize('1 connection is not fully loaded')
      : localize('{0} connections are not fully loaded', connections);
  return {
    id: '#unread',
    label: localize('Load all'),
    description,
    icon: { name: 'cloud-download' },
    tags: [],
    collapsible: 'none',
    spoken: localize('Load all, {0}', description),
    click: 'loadAll',
  };
}

function noteView(key: string, suffix: string, label: string, icon: Icon): RowView {
  return { id: `${key}#${suffix}`, label, icon, tags: [], collapsible: 'none', spoken: label };
}
