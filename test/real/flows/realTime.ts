import { setTimeout as pause } from 'node:timers/promises';
import { SkippingClock } from '../../unit/fakes.ts';

/** The computer's clock: a real server does not wait any faster because a test would like it to. */
export class RealTime extends SkippingClock {
  override now(): number {
    return Date.now();
  }

  override async sleep(ms: number, signal: AbortSignal): Promise<void> {
    this.sleeps.push(ms);
    await pause(ms, undefined, { signal });
  }
}
