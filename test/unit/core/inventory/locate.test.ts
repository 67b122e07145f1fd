import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isListed, locate } from '../../../../src/core/inventory/locate.ts';
import { ConnectionNode } from '../../../../src/core/inventory/tree.ts';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import { connectionWith, token } from '../../ui/tree/nodes.ts';
import { now } from '../../ui/wording.ts';

describe('a row known by its key', () => {
  it('is found whatever its service calls it', () => {
    const anyId = fc.string({
      unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
    });
    fc.assert(
      fc.property(fc.uniqueArray(anyId, { minLength: 1, maxLength: 5 }), (ids) => {
        const inner = ids.map((id) => token(id));
        const root = connectionWith([
          token('a/b%u'),
          token('outer', { children: { kind: 'inline', items: inner } }),
        ]);
        for (const node of root.branch.descendants()) {
          const place = locate([root], node.key);
          assert(place.kind === 'found' && place.node === node);
        }
      }),
    );
  });

  it('may be where nothing has been read, or not everything, or where reading failed', () => {
    const root = new ConnectionNode(connectionWith([]).connection);
    assert.deepEqual(locate([root], 'c1/x'), { kind: 'unread', branch: root.branch });
    root.branch.show({ items: [], pages: 1, next: '2' }, now);
    assert.equal(locate([root], 'c1/x').kind, 'unread');
    root.branch.show({ items: [], pages: 1 }, now);
    root.branch.fail(new TokenManagerError('network'));
    assert.equal(locate([root], 'c1/x').kind, 'unread');
  });

  it('is gone when everything was read and it was not there', () => {
    const root = connectionWith([token('a')]);
    assert.equal(locate([root], 'c1/x').kind, 'gone');
    assert.equal(locate([root], 'c2').kind, 'gone');
    assert.equal(locate([root], 'c1/a/b').kind, 'gone');
  });

  it('may come from outside and hold anything', () => {
    const root = connectionWith([token('a')]);
    for (const key of ['', '/', 'c1/', 'c1/%', 'c1/%zz', 'c1/%u', '__proto__', 'c1/__proto__']) {
      assert.equal(locate([root], key).kind, 'gone', key);
    }
  });

  it('is listed as long as all above it are', () => {
    const inner = { children: { kind: 'inline', items: [token('in')] } } as const;
    const root = connectionWith([token('out', inner)]);
    const node = root.branch.nodes[0]?.branch.nodes[0];
    assert(node);
    assert(isListed([root], node));
    assert(!isListed([], node));
    root.branch.show({ items: [], pages: 1 }, now);
    assert(!isListed([root], node));
  });
});
