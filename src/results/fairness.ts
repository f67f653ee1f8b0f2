import { techniqueDefinition, type Arm } from '../domain/index.js';
import { type ArmColumns, STOP_REASONS, THINK_STOPS } from './columns.js';
import { counted, decimal } from './number-format.js';

/** An arm as it was set up, with what came of it. */
export interface MeasuredArm {
  readonly arm: Arm;
  readonly columns: ArmColumns;
}

/**
 * What makes two arms' figures answer different questions; null when they can be compared. Another model, prompt or
 * technique is what an arm is for. Another cap gives one side more room to think than the other; where no sample of
 * either comes up to the smaller one, both caps give the same tokens, and nothing hangs on the difference. A cap that is the
 * technique itself (truncate) is what is measured.
 */
export function unfairDifference(own: MeasuredArm, other: MeasuredArm): string | null {
  const caps = [own.arm.sampling.maxTokens, other.arm.sampling.maxTokens] as const;
  if (caps[0] === caps[1] || cutsByCap(own, other) || cutsByCap(other, own)) return null;
  const smaller = Math.min(...caps);
  const reaching = reachingCap(own.columns, smaller) + reachingCap(other.columns, smaller);
  if (reaching === 0) return null;
  const samples = own.columns.length + other.columns.length;
  const figures = `${decimal(caps[0], 0)} and ${decimal(caps[1], 0)}`;
  const scaled = [own, other].find(({ arm }) => arm.params['maxTokens'] === 'scaled-by-ratio');
  const why = scaled ? ': maxTokens × ratio' : '';
  return `token caps differ (${figures}${why}), and ${decimal(reaching, 0)} of ${counted(samples, 'sample')} come up to the smaller one`;
}

function cutsByCap({ arm }: MeasuredArm, other: MeasuredArm): boolean {
  const { traits } = techniqueDefinition(arm.technique);
  return (
    arm.technique === 'truncate' &&
    traits.maxTokens(arm.params, other.arm.sampling.maxTokens) === arm.sampling.maxTokens
  );
}

function reachingCap(columns: ArmColumns, cap: number): number {
  return columns.column('delivered').reduce((count, tokens) => count + Number(tokens >= cap), 0);
}

/** Items of which the token cap ended a sample, inside the thinking or behind it. */
export function cutItems(columns: ArmColumns): Set<number> {
  const [thinkStops, stopReasons] = [columns.flag('thinkStop'), columns.flag('stopReason')];
  const [cap, lengthCap] = [THINK_STOPS.indexOf('cap'), STOP_REASONS.indexOf('length_cap')];
  const items = columns.column('item');
  return new Set(items.filter((_item, row) => thinkStops[row] === cap || stopReasons[row] === lengthCap));
}
