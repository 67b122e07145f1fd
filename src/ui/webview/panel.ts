import type { WebviewOptions, WebviewPanel } from 'vscode';
import type { Disposable, Event } from '../../core/event.ts';
import type { Report } from '../dialogs/notify.ts';
import { type PageAssets, toDocument } from './html.ts';
import { offerOf, offersIn, parsedMessage, type ShowMessage } from './messages.ts';
import type { View } from './view.ts';

export interface PageView {
  readonly title: string;
  readonly content: readonly View[];
}

/** What fills one page. */
export interface PageSource {
  /** The key of the row it is about; absent on a page that is about all. */
  readonly row: string | undefined;
  render(): PageView;
  /** Runs what a button of the page says; only what was offered arrives here. */
  perform(act: string, row: string): Promise<void>;
  /** After how many milliseconds the page says something else although nothing has happened. */
  staleAfter(): number;
}

export interface PageSetting {
  readonly assets: PageAssets;
  /** A BCP 47 tag. */
  readonly lang: string;
  readonly report: Pick<Report, 'error'>;
}

/** What a page needs of its editor; VS Code's `WebviewPanel` has it. */
export interface PagePanelPort extends Pick<WebviewPanel, 'title' | 'visible'> {
  readonly webview: Pick<WebviewPanel['webview'], 'html' | 'options' | 'postMessage'> & {
    readonly onDidReceiveMessage: Event<unknown>;
  };
  readonly onDidChangeViewState: Event<unknown>;
  readonly onDidDispose: Event<void>;
  reveal(): void;
}

/** Nothing is loaded, no form is sent, no command is run by a link. */
export const pageOptions: WebviewOptions = {
  enableScripts: true,
  enableForms: false,
  enableCommandUris: false,
  localResourceRoots: [],
};

/** Changes within this many milliseconds are shown at once together. */
const patience = 150;

/** One page in an editor. While it cannot be seen nothing is worked out for it. */
export class PagePanel implements Disposable {
  readonly #panel: PagePanelPort;
  readonly #source: PageSource;
  readonly #report: Pick<Report, 'error'>;
  readonly #subscriptions: readonly Disposable[];
  #offers = new Set<string>();
  #shown = '';
  #costMs = 0;
  #refreshing: NodeJS.Timeout | undefined;
  #ticking: NodeJS.Timeout | undefined;

  constructor(panel: PagePanelPort, source: PageSource, { assets, lang, report }: PageSetting) {
    this.#panel = panel;
    this.#source = source;
    this.#report = report;
    panel.webview.options = pageOptions;
    this.#subscriptions = [
      panel.webview.onDidReceiveMessage((message) => this.#receive(message)),
      panel.onDidChangeViewState(() => this.changed()),
      panel.onDidDispose(() => this.dispose()),
    ];
    const content = this.#render();
    panel.webview.html = toDocument({
      lang,
      title: panel.title,
      content,
      row: source.row,
      nonce: crypto.randomUUID(),
      assets,
    });
  }

  reveal(): void {
    this.#panel.reveal();
  }

  /** Something may have changed; what is shown follows soon. Listings that come page by page count as one change. */
  changed(): void {
    this.#refreshing ??= setTimeout(
      () => {
        this.#refreshing = undefined;
        this.#refresh();
      },
      Math.max(patience, this.#costMs * 10),
    );
  }

  dispose(): void {
    clearTimeout(this.#refreshing);
    clearTimeout(this.#ticking);
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
  }

  #receive(received: unknown): void {
    const message = parsedMessage(received);
    if (message?.kind === 'ready') {
      // The page may have been made anew from what it was first made with.
      this.#shown = '';
      this.#refresh();
    } else if (message && this.#offers.has(offerOf(message.act, message.row))) {
      this.#source.perform(message.act, message.row).catch((thrown: unknown) => this.#report.error(thrown));
    }
  }

  #refresh(): void {
    clearTimeout(this.#ticking);
    if (!this.#panel.visible) {
      return;
    }
    const content = this.#render();
    const shown = JSON.stringify(content);
    if (shown !== this.#shown) {
      this.#shown = shown;
      void this.#panel.webview.postMessage({ kind: 'show', content } satisfies ShowMessage);
    }
    this.#ticking = setTimeout(() => this.#refresh(), this.#source.staleAfter());
  }

  #render(): readonly View[] {
    const begin = performance.now();
    const { title, content } = this.#source.render();
    this.#costMs = performance.now() - begin;
    this.#panel.title = title;
    this.#offers = offersIn(content);
    return content;
  }
}
