import type { RunProgress } from '../../domain/index.js';
import type { Terminal } from '../terminal.js';
import { width } from './format.js';
import { logLine, screenLines } from './lines.js';
import { ProgressMeter } from './meter.js';

const CLEAR_TO_LINE_END = '\u001B[K';
const CLEAR_BELOW = '\u001B[J';

/**
 * Shows how a run goes on: redrawn in place on a terminal, one line per finished shard in a pipe.
 * Everything of one picture goes out in one write and each line is cleared only as it is overwritten, so nothing
 * flickers and whatever was on the screen above stays.
 */
export class ProgressView {
  private drawn: readonly string[] = [];
  private shardsShown: number;
  private readonly meter = new ProgressMeter();

  constructor(
    private readonly terminal: Terminal,
    first: RunProgress,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.shardsShown = first.shards.done;
    this.meter.read(first, this.now());
  }

  update(progress: RunProgress): void {
    const reading = this.meter.read(progress, this.now());
    if (this.terminal.interactive) {
      this.redraw(screenLines(reading, { columns: this.columns(), rows: this.terminal.rows() }));
    } else if (progress.shards.done > this.shardsShown) {
      this.shardsShown = progress.shards.done;
      this.terminal.err(`${logLine(reading)}\n`);
    }
  }

  /** A line that stays, above the picture. */
  note(text: string): void {
    const back = this.backToStart();
    this.terminal.err(
      `${back}${text}${CLEAR_TO_LINE_END}\n${this.drawn.map(asLine).join('')}${back === '' ? '' : CLEAR_BELOW}`,
    );
  }

  /** Leaves the last picture standing. */
  end(progress: RunProgress): void {
    this.update(progress);
    this.drawn = [];
  }

  private redraw(lines: readonly string[]): void {
    if (lines.join('\n') === this.drawn.join('\n')) return;
    const back = this.backToStart();
    this.drawn = lines;
    this.terminal.err(`${back}${lines.map(asLine).join('')}${CLEAR_BELOW}`);
  }

  /** A window made narrower since has wrapped drawn lines: these count more than once. */
  private backToStart(): string {
    const height = this.drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(width(line) / this.columns())), 0);
    return height === 0 ? '' : `\r\u001B[${height}A`;
  }

  private columns(): number {
    return Math.max(20, this.terminal.columns());
  }
}

function asLine(line: string): string {
  return `${line}${CLEAR_TO_LINE_END}\n`;
}
