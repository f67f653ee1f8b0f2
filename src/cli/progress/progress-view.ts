import type { RunProgress } from '../../domain/index.js';
import { plainText } from '../../results/index.js';
import type { Terminal } from '../terminal.js';

const CLEAR_LINE = '\u001B[2K';
const up = (lines: number): string => (lines > 0 ? `\u001B[${lines}A` : '');

/** Shows how a run goes on: redrawn in place on a terminal, one line per finished shard in a pipe. */
export class ProgressView {
  private drawn = 0;
  private shardsShown = 0;
  private readonly start: { at: number; tokens: number; done: number };

  constructor(
    private readonly terminal: Terminal,
    first: RunProgress,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.start = { at: now(), tokens: tokensOf(first), done: first.progress.done };
    this.shardsShown = first.shards.done;
  }

  update(progress: RunProgress): void {
    if (this.terminal.interactive) this.redraw(progress);
    else if (progress.shards.done > this.shardsShown) {
      this.shardsShown = progress.shards.done;
      this.terminal.err(`${this.summary(progress)}\n`);
    }
  }

  /** Leaves the last picture standing. */
  end(progress: RunProgress): void {
    this.update(progress);
    this.drawn = 0;
  }

  private redraw(progress: RunProgress): void {
    const width = this.terminal.columns() - 1;
    const name = Math.max(...progress.arms.map((arm) => plainText(arm.arm).length));
    const arms = progress.arms.map((arm) => {
      const accuracy = arm.done === 0 ? '–' : `${((100 * arm.correct) / arm.done).toFixed(1)} %`;
      const tokens = arm.done === 0 ? '–' : Math.round(arm.deliveredTokens / arm.done).toString();
      return `  ${plainText(arm.arm).padEnd(name)}  ${String(arm.done).padStart(5)}/${arm.total}  ${accuracy.padStart(7)} right  ${tokens.padStart(5)} tokens`;
    });
    const lines = [this.summary(progress), ...arms].map((line) => line.slice(0, width));
    this.terminal.err(`${up(this.drawn)}${lines.map((line) => `\r${CLEAR_LINE}${line}\n`).join('')}`);
    this.drawn = lines.length;
  }

  private summary(progress: RunProgress): string {
    const seconds = (this.now() - this.start.at) / 1000;
    const made = progress.progress.done - this.start.done;
    const rate = seconds > 0 ? Math.round((tokensOf(progress) - this.start.tokens) / seconds) : 0;
    const missing = progress.progress.total - progress.progress.done;
    const eta = missing === 0 ? 'timing' : made === 0 ? 'estimating' : `${duration((missing * seconds) / made)} left`;
    const { shards, progress: samples } = progress;
    return `shard ${shards.done}/${shards.total}  ${samples.done}/${samples.total} samples  ${rate} tokens/s  ${eta}`;
  }
}

function tokensOf(progress: RunProgress): number {
  return progress.arms.reduce((sum, arm) => sum + arm.deliveredTokens, 0);
}

export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return whole < 3600
    ? `${Math.floor(whole / 60)} min ${whole % 60} s`
    : `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
