import { withoutInvisible } from './displayText.ts';
import { mask } from './secret.ts';

/**
 * Value shapes that give themselves away: prefixes that well-known services put on their tokens, JSON Web
 * Tokens (also one that is cut off), and whatever follows an authentication scheme word. Each alternative takes
 * the whole run that it begins in, so that a text is gone through once.
 */
const shapes = new RegExp(
  [
    String.raw`pscale_[\w-]+`,
    String.raw`gh[pousr]_\w+`,
    String.raw`github_pat_\w+`,
    String.raw`gl(?:pat|oas|dt|rt|ptt|ft|imt|agent|soat|cbt|ffct)-[\w.-]+`,
    String.raw`xox[a-z]-[\w-]+`,
    String.raw`(?:sk|rk)[_-](?:live|test|proj|ant)[_-][\w-]+`,
    String.raw`npm_\w{20,}`,
    String.raw`ya29\.[\w-]+`,
    String.raw`eyJ[\w-]{8,}(?:\.[\w-]*)*`,
    // Words such as “authentication” follow, too; a credential without a capital or a digit would be odd.
    String.raw`(?<=(?:Bearer|Basic|DPoP) )(?=[a-z._-]*[A-Z0-9+/=~])[\w.~+/=-]{8,}`,
  ]
    .map((shape) => `(?:${shape})`)
    .join('|')
    .replace(/^/, '(?<![A-Za-z0-9])(?:')
    .replace(/$/, ')'),
  'g',
);

/** Masks what looks like a credential in text from outside. */
export function maskShapes(text: string): string {
  const seen = withoutInvisible(text);
  const shown = seen.replace(shapes, mask);
  return shown === seen ? text : shown;
}
