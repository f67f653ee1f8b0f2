import type { ArmProgress, RunStatus } from '../../domain/index.js';
import { plainText } from '../../results/index.js';
import { count, duration, percent, truncated, width } from './format.js';
import type { Reading } from './meter.js';

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

const BAR_CELLS = 24;

/** The block that a terminal shows while a run goes on: never wider or taller than the screen. */
export function screenLines(reading: Reading, { columns, rows }: ScreenSize): string[] {
  const { progress } = reading;
  const names = progress.arms.map((arm) => plainText(arm.arm));
  const nameWidth = Math.max(0, ...names.map(width));
  const head = `${bar(progress.progress.done, progress.progress.total)}  ${summary(reading)}`;
  const arms = progress.arms.map((arm, index) => `  ${(names[index] ?? '').padEnd(nameWidth)}  ${armFigures(arm)}`);
  // The head and the line under the cursor need room too.
  const room = Math.max(0, rows - 2);
  const shown = arms.length <= room ? arms : [...arms.slice(0, Math.max(0, room - 1)), `  … ${arms.length} arms`];
  return [head, ...shown].map((line) => truncated(line, columns - 1));
}

/** One line for logs and pipes. */
export function logLine(reading: Reading): string {
  const { shards, arms } = reading.progress;
  const accuracies = arms.map((arm) => `${plainText(arm.arm)} ${percent(arm.correct / arm.done)}`);
  return `shard ${shards.done}/${shards.total}  ${summary(reading)}  ${accuracies.join(', ')}`;
}

function summary({ progress, tokensPerSecond, secondsLeft }: Reading): string {
  const { done, total } = progress.progress;
  const parts = [`${count(done)}/${count(total)} samples`];
  if (Number.isFinite(tokensPerSecond)) parts.push(`${count(tokensPerSecond)} tokens/s`);
  parts.push(phase(progress.status, done === total, secondsLeft));
  return parts.join('  ');
}

function phase(status: RunStatus, allStored: boolean, secondsLeft: number): string {
  switch (status) {
    case 'queued':
      return 'waiting for a worker';
    case 'running':
      if (allStored) return 'timing each arm alone';
      return Number.isFinite(secondsLeft) ? `${duration(secondsLeft)} left` : 'starting';
    case 'completed':
    case 'partial':
    case 'failed':
    case 'cancelled':
      return status;
  }
}

function armFigures({ done, total, correct, deliveredTokens }: ArmProgress): string {
  const counts = `${count(done)}/${count(total)}`.padStart(count(total).length * 2 + 1);
  if (done === 0) return counts;
  return `${counts}  ${percent(correct / done).padStart(7)} right  ${count(deliveredTokens / done).padStart(6)} tokens each`;
}

function bar(done: number, total: number): string {
  const filled = total === 0 ? 0 : Math.floor((BAR_CELLS * done) / total);
  return `${'█'.repeat(filled)}${'░'.repeat(BAR_CELLS - filled)}`;
}
