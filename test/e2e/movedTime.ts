import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildVariant, packVariant } from '../host/variant.ts';
import type { ClockFile } from './movedClock.ts';

/** The time of the product and of its services, which a test moves on. */
export class MovedTime {
  readonly #folder = mkdtempSync(join(tmpdir(), 'oauth-tokens-time-'));
  readonly #aheadFile = join(this.#folder, 'ahead');
  #ahead = 0;

  constructor() {
    this.#write();
  }

  readonly now = (): number => Date.now() + this.#ahead;

  /** @returns the VSIX of a product that goes by this time */
  async pack(): Promise<string> {
    const variant = { entry: 'test/e2e/movedClock.ts', folder: join(this.#folder, 'variant') };
    await buildVariant(variant);
    const content: ClockFile = { aheadFile: this.#aheadFile };
    writeFileSync(join(variant.folder, 'clock.json'), JSON.stringify(content));
    return packVariant(variant);
  }

  /** At once, as after a sleep. */
  jump(ms: number): void {
    this.#ahead += ms;
    this.#write();
  }

  /** In steps that do not count as a sleep of the computer. */
  async pass(ms: number): Promise<void> {
    const step = 20_000;
    for (let passed = 0; passed < ms; passed += step) {
      this.jump(Math.min(step, ms - passed));
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
  }

  dispose(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Whole, because the other side may look at any moment. */
  #write(): void {
    writeFileSync(`${this.#aheadFile}.new`, String(this.#ahead));
    renameSync(`${this.#aheadFile}.new`, this.#aheadFile);
  }
}
