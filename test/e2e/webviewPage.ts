import assert from 'node:assert/strict';
import axe, { type AxeResults } from 'axe-core';
import type { Frame, FrameLocator, Page } from 'playwright-core';

declare global {
  interface Window {
    axe: typeof axe;
  }
}

/** The page inside the editor in front; VS Code shows it in a frame within a frame. */
export function webviewPage(page: Page): FrameLocator {
  return page.frameLocator('iframe.webview').frameLocator('iframe');
}

export async function webviewFrame(page: Page): Promise<Frame> {
  const handle = await webviewPage(page).locator('main').elementHandle();
  const frame = await handle?.ownerFrame();
  assert(frame);
  return frame;
}

/** What axe-core finds wrong with the page, in a line each; AAA and experimental rules are left out. */
export async function accessibilityFlaws(page: Page): Promise<string[]> {
  const frame = await webviewFrame(page);
  await frame.evaluate(axe.source);
  const results: AxeResults = await frame.evaluate(() =>
    window.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      rules: { 'target-size': { enabled: true } },
    }),
  );
  assert(
    results.passes.some(({ id }) => id === 'color-contrast'),
    'colour contrast was not looked at',
  );
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, any, all, none }) => {
      const reasons = [...any, ...all, ...none].map(({ message }) => message);
      return `${id}: ${html.slice(0, 200)} ${reasons.join('; ')}`;
    }),
  );
}

/** Notes every request that gets as far as the network on its way to that host; none is answered. */
export async function requestsTo(page: Page, host: string): Promise<readonly string[]> {
  const urls: string[] = [];
  await page.context().route(`https://${host}/**`, async (route) => {
    urls.push(route.request().url());
    await route.abort();
  });
  return urls;
}
