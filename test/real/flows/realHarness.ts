import { setTimeout as pause } from 'node:timers/promises';
import type { AdapterFactory } from '../../../src/core/adapter/contract.ts';
import { Harness } from '../../contract/harness.ts';
import { stacks } from '../../contract/stacks.ts';
import { SkippingClock } from '../../unit/fakes.ts';

/** The computer's clock: a real server does not wait any faster because a test would like it to. */
class RealTime extends SkippingClock {
  override now(): number {
    return Date.now();
  }

  override async sleep(ms: number, signal: AbortSignal): Promise<void> {
    this.sleeps.push(ms);
    await pause(ms, undefined, { signal });
  }
}

/** A real server may be busy, or still be warming up. */
const patienceMs = 60_000;

export function realHarness(factory: AdapterFactory): Harness {
  const limits = { connectMs: patienceMs, headersMs: patienceMs, bodyMs: patienceMs };
  return new Harness(factory, new RealTime(), stacks.undici(), limits);
}
