import type { RunProgress } from '../../domain/index.js';

/** One look at a run, with the speeds that follow from the looks before it. */
export interface Reading {
  readonly progress: RunProgress;
  /** Delivered tokens a second over the last seconds; NaN before there is anything to measure. */
  readonly tokensPerSecond: number;
  readonly secondsLeft: number;
}

interface Look {
  readonly at: number;
  readonly tokens: number;
  readonly done: number;
}

const WINDOW_MS = 15_000;

/**
 * Turns looks at a run into speeds. Only what this process saw being made counts, so a resumed run does not start with
 * the tokens of its first half.
 */
export class ProgressMeter {
  private first: Look | null = null;
  private recent: Look[] = [];

  read(progress: RunProgress, now: number): Reading {
    const look: Look = {
      at: now,
      tokens: progress.arms.reduce((sum, arm) => sum + arm.deliveredTokens, 0),
      done: progress.progress.done,
    };
    this.first ??= look;
    this.recent.push(look);
    // One look from before the window stays, so that the window is always full.
    while (this.recent[1] && now - this.recent[1].at >= WINDOW_MS) this.recent.shift();
    const oldest = this.recent[0] ?? look;
    const left = progress.progress.total - look.done;
    return {
      progress,
      tokensPerSecond: perSecond(look.tokens - oldest.tokens, look.at - oldest.at),
      secondsLeft: left === 0 ? 0 : left / perSecond(look.done - this.first.done, look.at - this.first.at),
    };
  }
}

function perSecond(amount: number, milliseconds: number): number {
  return amount > 0 && milliseconds > 0 ? (amount * 1000) / milliseconds : NaN;
}
