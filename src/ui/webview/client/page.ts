// Runs inside the page. Everything it shows comes as data from the host and goes in as text.
import type { PageMessage, ShowMessage } from '../messages.ts';
import type { ElementView, View } from '../view.ts';

declare function acquireVsCodeApi(): {
  postMessage(message: PageMessage): void;
  setState(state: { readonly row: string }): void;
};

const svgNamespace = 'http://www.w3.org/2000/svg';
const vscode = acquireVsCodeApi();
const page = document.getElementById('page');

if (page) {
  const { row } = page.dataset;
  vscode.setState({ row: row ?? '' });
  window.addEventListener('message', ({ data }: MessageEvent<ShowMessage>) => {
    if (data?.kind === 'show') {
      show(page, data.content);
    }
  });
  // Before VS Code's own handler, which knows links inside a drawing only in part.
  window.addEventListener('click', onClick, { capture: true });
  window.addEventListener('resize', markScrollers);
  markScrollers();
  vscode.postMessage({ kind: 'ready' });
}

function onClick(event: MouseEvent): void {
  const target = event.target instanceof Element ? event.target.closest('[data-act], a[href]') : null;
  const act = target?.getAttribute('data-act');
  const row = target?.getAttribute('data-row');
  if (act != null && row != null) {
    vscode.postMessage({ kind: 'act', act, row });
  } else if (target) {
    event.preventDefault();
    event.stopPropagation();
    goTo(target.getAttribute('href') ?? '');
  }
}

/** What is wider than its place can be scrolled with the keyboard, too; what is not is no stop on the way. */
function markScrollers(): void {
  for (const scroller of document.querySelectorAll('.scroller')) {
    if (scroller.scrollWidth > scroller.clientWidth) {
      scroller.setAttribute('tabindex', '0');
    } else {
      scroller.removeAttribute('tabindex');
    }
  }
}

function goTo(href: string): void {
  const place = document.getElementById(href.slice(1));
  place?.focus({ preventScroll: true });
  const isCalm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  place?.scrollIntoView({ block: 'center', behavior: isCalm ? 'auto' : 'smooth' });
}

/** What has the focus keeps it; when that is gone, the heading gets it, so that the user does not start over at the top. */
function show(root: HTMLElement, content: readonly View[]): void {
  const focused = document.activeElement;
  fill(root, content);
  markScrollers();
  if (focused !== null && focused !== document.body && !focused.isConnected) {
    root.querySelector<HTMLElement>('h1')?.focus();
  }
}

/** Changes only what differs. A keyed element stays with its key, so that no button becomes another one. */
function fill(parent: Element, content: readonly View[]): void {
  const old = [...parent.childNodes];
  const taken = new Set<Node>();
  const next = content.map((view) => {
    const found = old.find((node) => !taken.has(node) && fits(node, view));
    const node = found ?? create(parent, view);
    taken.add(node);
    update(node, view);
    return node;
  });
  for (const node of old) {
    if (!taken.has(node)) {
      node.remove();
    }
  }
  next.forEach((node, index) => {
    const there = parent.childNodes[index];
    if (there !== node) {
      parent.insertBefore(node, there ?? null);
    }
  });
}

function fits(node: ChildNode, view: View): boolean {
  if (typeof view === 'string') {
    return node instanceof Text;
  }
  return (
    node instanceof Element &&
    node.localName === view.tag.toLowerCase() &&
    node.getAttribute('data-key') === (view.attributes['data-key'] ?? null)
  );
}

function create(parent: Element, view: View): ChildNode {
  if (typeof view === 'string') {
    return document.createTextNode(view);
  }
  return view.tag === 'svg' || parent.namespaceURI === svgNamespace
    ? document.createElementNS(svgNamespace, view.tag)
    : document.createElement(view.tag);
}

function update(node: ChildNode, view: View): void {
  if (typeof view === 'string') {
    if (node.textContent !== view) {
      node.textContent = view;
    }
  } else if (node instanceof Element) {
    updateAttributes(node, view);
    fill(node, view.children);
  }
}

function updateAttributes(element: Element, { attributes }: ElementView): void {
  for (const { name } of [...element.attributes]) {
    // Whether a part of the page is unfolded is the reader's business, and what can be scrolled is seen here.
    if (!(name in attributes) && name !== 'open' && name !== 'tabindex') {
      element.removeAttribute(name);
    }
  }
  for (const [name, value] of Object.entries(attributes)) {
    if (element.getAttribute(name) !== value) {
      element.setAttribute(name, value);
    }
  }
}
