import type { View } from './view.ts';

/** The view as HTML; whatever its texts and values hold, they stay texts and values. */
export function toHtml(view: View): string {
  if (typeof view === 'string') {
    return escaped(view);
  }
  const { tag, attributes, children } = view;
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${escaped(value)}"`);
  return `<${tag}${written.join('')}>${children.map(toHtml).join('')}</${tag}>`;
}

export interface PageDocument {
  /** A BCP 47 tag. */
  readonly lang: string;
  readonly title: string;
  readonly content: readonly View[];
  /** What the page gives back after a reload of the window, to be found again. */
  readonly row: string | undefined;
  /** New for each document. */
  readonly nonce: string;
  readonly assets: PageAssets;
}

/** Our own style sheet and script, as text. */
export interface PageAssets {
  readonly styles: string;
  readonly script: string;
}

/** Nothing can be loaded, and only what carries the nonce applies or runs. */
export function toDocument({ lang, title, content, row, nonce, assets }: PageDocument): string {
  const policy = [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${escaped(lang)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style nonce="${nonce}">${assets.styles}</style>
</head>
<body>
<main id="page"${row === undefined ? '' : ` data-row="${escaped(row)}"`}>${content.map(toHtml).join('')}</main>
<script nonce="${nonce}">${assets.script}</script>
</body>
</html>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"'`=]/g, (character) => `&#${character.charCodeAt(0)};`);
}
