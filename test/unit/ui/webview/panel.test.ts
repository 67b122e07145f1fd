import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { Emitter } from '../../../../src/core/event.ts';
import { PagePanel, type PagePanelPort, type PageSource } from '../../../../src/ui/webview/panel.ts';
import { h } from '../../../../src/ui/webview/view.ts';

/** An editor with a page in it, as far as VS Code's side of it goes. */
class FakePanel implements PagePanelPort {
  title = '';
  visible = true;
  isRevealed = false;
  readonly posted: unknown[] = [];
  readonly received = new Emitter<unknown>();
  readonly viewState = new Emitter<unknown>();
  readonly disposed = new Emitter<void>();
  readonly onDidChangeViewState = this.viewState.event;
  readonly onDidDispose = this.disposed.event;
  readonly webview = {
    html: '',
    options: {},
    onDidReceiveMessage: this.received.event,
    postMessage: async (message: unknown) => this.posted.push(message) > 0,
  };

  reveal(): void {
    this.isRevealed = true;
  }
}

class CountingSource implements PageSource {
  readonly row = 'c1/x';
  readonly performed: string[] = [];
  renders = 0;
  words = 'first';
  fails = false;

  render() {
    this.renders++;
    const button = h('button', { 'data-act': 'revoke', 'data-row': this.row }, 'Revoke');
    return { title: this.words, content: [h('p', {}, this.words), button] };
  }

  async perform(act: string, row: string): Promise<void> {
    if (this.fails) {
      throw new Error('no');
    }
    this.performed.push(`${act} ${row}`);
  }

  staleAfter(): number {
    return 30_000;
  }
}

describe('a page in an editor', () => {
  let panel: FakePanel;
  let source: CountingSource;
  let page: PagePanel;
  let errors: unknown[];

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    panel = new FakePanel();
    source = new CountingSource();
    errors = [];
    page = new PagePanel(panel, source, {
      assets: { styles: '', script: '' },
      lang: 'en',
      report: { error: (thrown) => void errors.push(thrown) },
    });
  });

  afterEach(() => {
    page.dispose();
    mock.timers.reset();
  });

  function settle(): void {
    mock.timers.tick(10_000);
  }

  it('shows what it has at once, and may run scripts but load nothing', () => {
    assert(panel.webview.html.includes('<p>first</p>'));
    assert.equal(panel.title, 'first');
    assert.deepEqual(panel.webview.options, {
      enableScripts: true,
      enableForms: false,
      enableCommandUris: false,
      localResourceRoots: [],
    });
  });

  it('has a nonce of its own', () => {
    const nonces = [panel, new FakePanel()].map((each) => {
      new PagePanel(each, source, {
        assets: { styles: '', script: '' },
        lang: 'en',
        report: { error: () => {} },
      }).dispose();
      return /nonce="([^"]+)"/.exec(each.webview.html)?.[1];
    });
    assert.notEqual(nonces[0], nonces[1]);
  });

  it('follows many changes at once with one', () => {
    for (let index = 0; index < 100; index++) {
      source.words = `change ${index}`;
      page.changed();
    }
    settle();
    assert.equal(source.renders, 2);
    assert.equal(panel.posted.length, 1);
    assert(JSON.stringify(panel.posted).includes('change 99'));
    assert.equal(panel.title, 'change 99');
  });

  it('says nothing where nothing has changed', () => {
    panel.received.fire({ kind: 'ready' });
    page.changed();
    settle();
    assert.equal(panel.posted.length, 1);
  });

  it('follows time', () => {
    panel.received.fire({ kind: 'ready' });
    source.words = 'later';
    mock.timers.tick(30_000);
    assert(JSON.stringify(panel.posted.at(-1)).includes('later'));
  });

  it('works nothing out while it cannot be seen, and catches up when it can', () => {
    panel.visible = false;
    source.words = 'unseen';
    page.changed();
    settle();
    assert.equal(source.renders, 1);
    panel.visible = true;
    panel.viewState.fire(undefined);
    settle();
    assert(JSON.stringify(panel.posted).includes('unseen'));
  });

  it('runs what is offered, and nothing that is made up', () => {
    const messages = [
      { kind: 'act', act: 'revoke', row: 'c1/other' },
      { kind: 'act', act: 'removeAllData', row: 'c1/x' },
      { kind: 'act', act: 'revoke', row: 'c1/x', isConfirmed: true },
      'revoke',
      { kind: 'act', act: 'revoke', row: 'c1/x' },
    ];
    for (const message of messages) {
      panel.received.fire(message);
    }
    assert.deepEqual(source.performed, ['revoke c1/x']);
  });

  it('tells when what was pressed fails', async () => {
    source.fails = true;
    panel.received.fire({ kind: 'act', act: 'revoke', row: 'c1/x' });
    await Promise.resolve();
    await Promise.resolve();
    assert.equal(errors.length, 1);
  });

  it('is over when its editor is closed', () => {
    page.changed();
    panel.disposed.fire();
    settle();
    assert.equal(source.renders, 1);
    panel.received.fire({ kind: 'act', act: 'revoke', row: 'c1/x' });
    assert.deepEqual(source.performed, []);
  });
});
