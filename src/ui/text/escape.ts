/**
 * Text as text inside Markdown: every character that could start markup, a link, an autolink, an HTML tag or
 * a theme icon is escaped. The text must already be a single line.
 */
export function markdownText(text: string): string {
  return text.replace(/[!-/:-@[-`{-~]/g, '\\$&');
}

/** Text as text in labels and notifications, which know `$(icon)` and `[text](link)`. */
export function labelText(text: string): string {
  return text.replace(/\$\(/g, '$\u2060(').replace(/\]\(/g, ']\u2060(');
}
