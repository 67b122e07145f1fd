import assert from 'node:assert/strict';
import { TokenManagerError } from '../../../../../src/core/model/errors.ts';
import {
  detailsPage,
  goneDetailsPage,
  unreadDetailsPage,
} from '../../../../../src/ui/webview/details/detailsPage.ts';
import { toHtml } from '../../../../../src/ui/webview/html.ts';
import { offersIn } from '../../../../../src/ui/webview/messages.ts';
import type { PageView } from '../../../../../src/ui/webview/panel.ts';
import { connectionWith, nodeWith, token } from '../../tree/nodes.ts';
import { day, now, wording } from '../../wording.ts';
import { textOf } from '../text.ts';

const nothing = { observations: [], journal: [] };

function acts({ content }: PageView): string[] {
  return [...offersIn(content)].map((offer) => String(JSON.parse(offer)[0]));
}

describe('the page of a row', () => {
  const item = token('t1', {
    name: 'Deploy',
    owner: 'me',
    lifetime: { kind: 'expires', at: now + 3 * day },
    fields: [
      { label: 'Scopes', text: 'read write' },
      { label: 'Created', at: now - 3 * day },
    ],
    actions: ['revoke', 'attach'],
    identifier: 't1',
    children: {
      kind: 'inline',
      items: [
        token('g', {
          kind: 'section',
          name: 'Databases',
          children: { kind: 'inline', items: [token('read', { kind: 'access', remark: 'Read everything' })] },
        }),
      ],
    },
  });

  it('tells what it is, its state, every field, its accesses and where it is', () => {
    const text = textOf(detailsPage(nodeWith(item), nothing, wording));
    for (const part of [
      'Deploy',
      'work',
      'token',
      'expiring soon · expires in 3 days',
      'Scopes',
      'read write',
      'Databases',
      'read',
      'Read everything',
    ]) {
      assert(text.includes(part), `${part} is missing in ${text.join(' | ')}`);
    }
    assert(text.some((part) => part.startsWith('Nov 17, 2026') && part.endsWith('(3 days ago)')));
  });

  it('offers just what the row’s menu offers, on that row, and the way to the tree', () => {
    const page = detailsPage(nodeWith(item), nothing, wording);
    assert.deepEqual(acts(page), [
      'showDetails',
      'oauthTokens.copyIdentifier',
      'oauthTokens.attachRefreshToken',
      'oauthTokens.revoke',
      'showInTree',
      // The heads of the table below: name, kind or state, remark.
      ...['sort', 'sort', 'sort'],
    ]);
  });

  it('says of a connection how it is set up and why it cannot be read', () => {
    const root = connectionWith([item]);
    root.branch.fail(new TokenManagerError('unauthorized', 'token <expired>'));
    const page = detailsPage(root, nothing, wording);
    const text = textOf(page);
    assert(text.includes('me@example.com'));
    assert(text.includes('Credentials not accepted'));
    assert(acts(page).includes('oauthTokens.updateCredentials'));
    assert(!page.content.map(toHtml).join('').includes('<expired>'));
  });

  it('shows hostile texts of a service as they are, and nothing of them as markup', () => {
    const hostile = '"><img src=x onerror=alert(1)><a href="command:workbench.action.quit">';
    const node = nodeWith(
      token(hostile, {
        name: hostile,
        owner: hostile,
        remark: hostile,
        fields: [{ label: hostile, text: hostile }],
      }),
    );
    const page = detailsPage(node, { observations: [], journal: [{ at: now, text: hostile }] }, wording);
    assert.equal(page.title, hostile);
    const html = page.content.map(toHtml).join('');
    assert(!html.includes('<img') && !html.includes('<a '));
    assert(textOf(page).includes(hostile));
  });

  it('names 200 of the rows below it and says how many more there are', () => {
    const many = Array.from({ length: 1234 }, (_, index) => token(`row ${index}`));
    const text = textOf(detailsPage(connectionWith(many), nothing, wording));
    assert(text.includes('row 199'));
    assert(!text.includes('row 200'));
    assert(text.includes('1,034 more are in the tree.'));
  });

  it('says that rows have not been read, and what reading them does', () => {
    const list = nodeWith(token('a', { children: { kind: 'list' } }));
    assert(textOf(detailsPage(list, nothing, wording)).includes('They have not been read yet.'));
    const cautious = nodeWith(token('a', { children: { kind: 'onRequest', caution: 'It deletes things.' } }));
    assert(textOf(detailsPage(cautious, nothing, wording)).includes('It deletes things.'));
  });

  it('tells its history, the newest first, and says the last change aloud', () => {
    const page = detailsPage(
      nodeWith(item),
      {
        observations: [
          { at: now - 2000, kind: 'first' },
          { at: now - 500, kind: 'state', from: 'active', to: 'expiring' },
        ],
        journal: [{ at: now - 1000, text: 'Renewed' }],
      },
      wording,
    );
    const text = textOf(page);
    const places = [
      'Last read from the service',
      'State changed from active to expiring soon',
      'Renewed',
      'First looked at in this window',
    ].map((part) => text.lastIndexOf(part));
    assert(!places.includes(-1), text.join(' | '));
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    );
    assert(
      page.content.some(
        (part) =>
          typeof part !== 'string' &&
          part.attributes.role === 'status' &&
          part.children[0] === 'State changed from active to expiring soon',
      ),
    );
  });

  it('of a row that is gone offers nothing', () => {
    const page = goneDetailsPage(
      'Deploy',
      false,
      { observations: [{ at: now, kind: 'gone' }], journal: [] },
      wording,
    );
    assert.deepEqual(acts(page), []);
    assert(textOf(page).includes('This is no longer listed.'));
  });

  it('of a row that had expired says that those are not shown, not that it is gone', () => {
    const observations = [{ at: now, kind: 'gone' } as const];
    const text = textOf(goneDetailsPage('Deploy', true, { observations, journal: [] }, wording));
    assert(text.includes('This has expired. Expired tokens are not shown.'));
    assert(text.includes('Expired, and no longer shown'));
    assert(!text.includes('No longer in the list'));
  });

  it('of a row that has not been read offers to read it, and says why it could not be', () => {
    const { branch } = connectionWith([]);
    branch.fail(new TokenManagerError('network'));
    const page = unreadDetailsPage('c1/x', branch, wording);
    assert.deepEqual(acts(page), ['readRow']);
    assert(textOf(page).includes('Cannot reach the service'));
  });
});
