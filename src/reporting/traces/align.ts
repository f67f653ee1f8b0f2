import type { Step } from './steps.js';

/** Steps of both traces that face each other: half-open ranges, one of them may be empty. */
export interface AlignedRow {
  readonly left: StepRange;
  readonly right: StepRange;
  /** Word for word the same. */
  readonly same: boolean;
}

export interface StepRange {
  readonly from: number;
  readonly to: number;
}

/** One step may face up to six: a technique that skips reflection often writes in one line what took several. */
const MOST_FACING = 6;
/** Share of common words from which two steps are the same thought. */
const ALIKE = 0.45;
/** Above this many pairs of steps the middle is not aligned but printed one trace after the other. */
const MOST_COMPARISONS = 250_000;

/**
 * Pairs the steps of two traces monotonically by likeness of their words: identical ends first, then the alignment of
 * greatest summed likeness in between (Needleman and Wunsch 1970 with free gaps), then lone steps beside a pair join it
 * where that makes it more alike.
 */
export function alignSteps(left: readonly Step[], right: readonly Step[]): readonly AlignedRow[] {
  const head = commonHead(left, right);
  const tail = commonTail(left, right, head);
  const rows: AlignedRow[] = identical(0, 0, head);
  const middle = {
    left: left.slice(head, left.length - tail).map(words),
    right: right.slice(head, right.length - tail).map(words),
  };
  for (const row of alignMiddle(middle.left, middle.right)) {
    rows.push({ ...shift(row, head), same: false });
  }
  return [...rows, ...identical(left.length - tail, right.length - tail, tail)].map((row) =>
    markSame(row, left, right),
  );
}

type Words = ReadonlyMap<string, number>;
type Ranges = Pick<AlignedRow, 'left' | 'right'>;

function alignMiddle(left: readonly Words[], right: readonly Words[]): readonly Ranges[] {
  if (left.length * right.length > MOST_COMPARISONS) {
    return unpaired({ from: 0, to: left.length }, { from: 0, to: right.length });
  }
  return joined(fillGaps(bestPairs(left, right), left.length, right.length), left, right);
}

/** Pairs (i, j), ascending in both, of greatest summed likeness. */
function bestPairs(left: readonly Words[], right: readonly Words[]): readonly (readonly [number, number])[] {
  const width = right.length + 1;
  const best = new Float64Array((left.length + 1) * width);
  const alike = new Float64Array(best.length);
  for (let i = left.length - 1; i >= 0; i -= 1) {
    for (let j = right.length - 1; j >= 0; j -= 1) {
      const at = i * width + j;
      const likeness = likenessOf(left[i], right[j]);
      alike[at] = likeness >= ALIKE ? likeness : 0;
      const paired = (alike[at] ?? 0) > 0 ? (alike[at] ?? 0) + (best[at + width + 1] ?? 0) : 0;
      best[at] = Math.max(paired, best[at + width] ?? 0, best[at + 1] ?? 0);
    }
  }
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < left.length && j < right.length;) {
    const at = i * width + j;
    const belong = (alike[at] ?? 0) > 0 && (alike[at] ?? 0) + (best[at + width + 1] ?? 0) >= (best[at] ?? 0) - 1e-12;
    if (belong) pairs.push([i++, j++]);
    else if ((best[at + width] ?? 0) >= (best[at + 1] ?? 0)) i += 1;
    else j += 1;
  }
  return pairs;
}

function fillGaps(
  pairs: readonly (readonly [number, number])[],
  leftCount: number,
  rightCount: number,
): readonly Ranges[] {
  const rows: Ranges[] = [];
  let [i, j] = [0, 0];
  for (const [nextLeft, nextRight] of [...pairs, [leftCount, rightCount] as const]) {
    rows.push(...unpaired({ from: i, to: nextLeft }, { from: j, to: nextRight }));
    if (nextLeft < leftCount || nextRight < rightCount) {
      rows.push({ left: { from: nextLeft, to: nextLeft + 1 }, right: { from: nextRight, to: nextRight + 1 } });
    }
    [i, j] = [nextLeft + 1, nextRight + 1];
  }
  return rows;
}

/** Steps without a counterpart: a row per trace, never side by side as if they belonged together. */
function unpaired(left: StepRange, right: StepRange): readonly Ranges[] {
  return [
    ...(left.to > left.from ? [{ left, right: { from: right.from, to: right.from } }] : []),
    ...(right.to > right.from ? [{ left: { from: left.to, to: left.to }, right }] : []),
  ];
}

/** A lone step right after a pair joins it where the larger group is more alike than the pair was. */
function joined(rows: readonly Ranges[], left: readonly Words[], right: readonly Words[]): readonly Ranges[] {
  const result: Ranges[] = [];
  for (const row of rows) {
    let rest = row;
    let last = result.at(-1);
    while (last !== undefined && isPair(last) && !isPair(rest) && size(rest) > 0) {
      const grown = grow(last, rest);
      if (grown === null || groupLikeness(grown, left, right) <= groupLikeness(last, left, right)) break;
      result[result.length - 1] = last = grown;
      rest = withoutFirst(rest);
    }
    if (size(rest) > 0) result.push(rest);
  }
  return result;
}

function grow(pair: Ranges, lone: Ranges): Ranges | null {
  const isLeft = lone.left.to > lone.left.from;
  const side = isLeft ? pair.left : pair.right;
  const other = isLeft ? pair.right : pair.left;
  if (side.to !== (isLeft ? lone.left.from : lone.right.from)) return null;
  if (other.to - other.from > 1 || side.to - side.from >= MOST_FACING) return null;
  const longer = { from: side.from, to: side.to + 1 };
  return isLeft ? { left: longer, right: pair.right } : { left: pair.left, right: longer };
}

function withoutFirst(row: Ranges): Ranges {
  return row.left.to > row.left.from
    ? { ...row, left: { from: row.left.from + 1, to: row.left.to } }
    : { ...row, right: { from: row.right.from + 1, to: row.right.to } };
}

function isPair(row: Ranges): boolean {
  return row.left.to > row.left.from && row.right.to > row.right.from;
}

function size(row: Ranges): number {
  return row.left.to - row.left.from + row.right.to - row.right.from;
}

function groupLikeness(row: Ranges, left: readonly Words[], right: readonly Words[]): number {
  return likenessOf(merged(left.slice(row.left.from, row.left.to)), merged(right.slice(row.right.from, row.right.to)));
}

function merged(steps: readonly Words[]): Words {
  const sum = new Map<string, number>();
  for (const step of steps) for (const [word, count] of step) sum.set(word, (sum.get(word) ?? 0) + count);
  return sum;
}

/** Dice coefficient of two bags of words: 2 · common / (all of both). */
function likenessOf(left: Words | undefined, right: Words | undefined): number {
  if (left === undefined || right === undefined) return 0;
  let common = 0;
  for (const [word, count] of left) common += Math.min(count, right.get(word) ?? 0);
  const all = total(left) + total(right);
  return all === 0 ? 0 : (2 * common) / all;
}

function total(bag: Words): number {
  let sum = 0;
  for (const count of bag.values()) sum += count;
  return sum;
}

function words(step: Step): Words {
  const bag = new Map<string, number>();
  for (const word of step.text.toLowerCase().match(/[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu) ?? []) {
    bag.set(word, (bag.get(word) ?? 0) + 1);
  }
  return bag;
}

function commonHead(left: readonly Step[], right: readonly Step[]): number {
  let count = 0;
  while (count < left.length && left[count]?.text === right[count]?.text) count += 1;
  return count;
}

function commonTail(left: readonly Step[], right: readonly Step[], head: number): number {
  let count = 0;
  const most = Math.min(left.length, right.length) - head;
  while (count < most && left[left.length - 1 - count]?.text === right[right.length - 1 - count]?.text) count += 1;
  return count;
}

function identical(leftFrom: number, rightFrom: number, count: number): AlignedRow[] {
  return Array.from({ length: count }, (_unused, index) => ({
    left: { from: leftFrom + index, to: leftFrom + index + 1 },
    right: { from: rightFrom + index, to: rightFrom + index + 1 },
    same: true,
  }));
}

function shift(row: Ranges, by: number): Ranges {
  const moved = (range: StepRange): StepRange => ({ from: range.from + by, to: range.to + by });
  return { left: moved(row.left), right: moved(row.right) };
}

function markSame(row: AlignedRow, left: readonly Step[], right: readonly Step[]): AlignedRow {
  if (!isPair(row)) return row;
  return { ...row, same: textOf(left, row.left) === textOf(right, row.right) };
}

function textOf(steps: readonly Step[], range: StepRange): string {
  return steps
    .slice(range.from, range.to)
    .map((step) => step.text)
    .join('\n');
}
