import type { Aggregate, ComparisonResult } from '../../domain/index.js';
import { decimal, integer, listed, percentFigure, ratio, signed, type Interval } from '../format.js';
import { cellsByLevel, type PairedCell } from '../paired-cells.js';
import { linked, type ArmLabel, type ArmView, type LinkedFigure, type ReportContext } from '../report-context.js';

export interface WhereView {
  readonly lead: string;
  readonly columns: readonly HeatColumn[];
  readonly accuracy: readonly HeatRow[];
  readonly accuracyReference: readonly string[];
  readonly thinking: readonly HeatRow[];
  readonly thinkingReference: readonly string[];
  readonly reference: ArmLabel;
  readonly note: string;
}

export interface HeatColumn {
  readonly name: string;
  /** First level column: a gap separates it from the data sets. */
  readonly isSeparated: boolean;
}

export interface HeatRow {
  readonly label: ArmLabel;
  readonly cells: readonly HeatCell[];
}

export interface HeatCell extends LinkedFigure {
  readonly className: string;
  /** Interval and pairs, for assistive technology and on hover; the figure itself is always printed. */
  readonly detail: string;
  readonly isSeparated: boolean;
}

interface Column extends HeatColumn {
  readonly filter: { readonly dataset: number } | { readonly level: number };
  readonly cellOf: (arm: ArmView) => PairedCell | null;
  readonly aggregateOf: (arm: ArmView) => Aggregate | null;
}

export function whereSection(context: ReportContext): WhereView | null {
  const { reference } = context;
  const columns = [...datasetColumns(context), ...levelColumns(context)];
  const others = context.arms.filter((arm) => arm !== reference);
  if (reference === null || columns.length === 0 || others.length === 0) return null;
  const referenceFigures = (figure: (aggregate: Aggregate) => string): string[] =>
    columns.map((column) => {
      const aggregate = column.aggregateOf(reference);
      return aggregate === null ? '–' : figure(aggregate);
    });
  return {
    lead: lead(context, others),
    columns,
    accuracy: others.map((arm) => ({ label: arm.label, cells: columns.map((column) => accuracyCell(arm, column)) })),
    accuracyReference: referenceFigures((aggregate) => percentFigure(aggregate.accuracy)),
    thinking: others.map((arm) => ({ label: arm.label, cells: columns.map((column) => thinkingCell(arm, column)) })),
    thinkingReference: referenceFigures((aggregate) => integer(aggregate.tokens.think.mean)),
    reference: reference.label,
    note: note(reference, columns, others.length),
  };
}

function datasetColumns(context: ReportContext): readonly Column[] {
  const { comparisons, run } = context.input.result;
  return context.datasets.map((name, dataset) => ({
    name,
    isSeparated: false,
    filter: { dataset },
    aggregateOf: (arm) => arm.result.byDataset[name] ?? null,
    cellOf: (arm) => {
      const found = comparisons.find(
        (one) => one.dataset === name && one.arm === arm.result.name && one.against === run.against,
      );
      return found === undefined ? null : cellOfComparison(found);
    },
  }));
}

function cellOfComparison(comparison: ComparisonResult): PairedCell {
  return {
    pairs: comparison.pairs,
    difference: comparison.accuracyDelta,
    differenceInterval: comparison.accuracyDeltaInterval,
    thinkRatio: comparison.thinkRatio,
    thinkRatioInterval: comparison.thinkRatioInterval,
  };
}

/** The result compares by data set only; levels are compared here, from all samples, by the same methods. */
function levelColumns(context: ReportContext): readonly Column[] {
  const { reference, index, levels } = context;
  if (reference === null || !context.hasAllSamples || levels.length < 2) return [];
  const { seed } = context.input.result.run.provenance;
  const cells = new Map(
    context.arms
      .filter((arm) => arm !== reference)
      .map((arm) => [arm, cellsByLevel(index, { arm: arm.result.name, reference: reference.result.name, seed })]),
  );
  return levels.map((level, place) => ({
    name: `level ${level}`,
    isSeparated: place === 0,
    filter: { level },
    aggregateOf: (arm) => arm.result.byLevel[String(level)] ?? null,
    cellOf: (arm) => cells.get(arm)?.get(level) ?? null,
  }));
}

function accuracyCell(arm: ArmView, column: Column): HeatCell {
  const cell = column.cellOf(arm);
  if (cell === null) return missing(column);
  const { difference, differenceInterval, pairs } = cell;
  const bounds = `${signed(differenceInterval[0] * 100)} to ${signed(differenceInterval[1] * 100)}`;
  return {
    ...linked(signed(difference * 100), { arm: arm.label.number, ...column.filter }),
    className: excludes(differenceInterval, 0) ? differenceStep(difference) : 'n0',
    detail: `95 % interval ${bounds} pts, ${integer(pairs)} pairs`,
    isSeparated: column.isSeparated,
  };
}

function thinkingCell(arm: ArmView, column: Column): HeatCell {
  const cell = column.cellOf(arm);
  if (cell === null || !Number.isFinite(cell.thinkRatio)) return missing(column);
  const { thinkRatio, thinkRatioInterval, pairs } = cell;
  return {
    ...linked(ratio(thinkRatio), { arm: arm.label.number, ...column.filter }),
    className: excludes(thinkRatioInterval, 1) ? ratioStep(thinkRatio) : 'n0',
    detail: `95 % interval ${ratio(thinkRatioInterval[0])}–${ratio(thinkRatioInterval[1])}, ${integer(pairs)} pairs`,
    isSeparated: column.isSeparated,
  };
}

function missing(column: Column): HeatCell {
  return { ...linked('–', null), className: 'n0', detail: 'no pairs', isSeparated: column.isSeparated };
}

function excludes(interval: Interval, value: number): boolean {
  return interval[0] > value || interval[1] < value;
}

/** Loss of under 5, 10, 25, 50 points and more; gain of under 5, 25 and more. */
function differenceStep(difference: number): string {
  const size = Math.abs(difference);
  if (difference > 0) return size < 0.05 ? 'g1' : size < 0.25 ? 'g2' : 'g3';
  if (size < 0.05) return 'l1';
  if (size < 0.1) return 'l2';
  if (size < 0.25) return 'l3';
  return size < 0.5 ? 'l4' : 'l5';
}

function ratioStep(value: number): string {
  if (value <= 1) return value > 0.7 ? 'g1' : value > 0.35 ? 'g2' : 'g3';
  return value < 1.1 ? 'l1' : value < 1.3 ? 'l2' : 'l3';
}

const TELLING_LOSS = 0.1;

/** Names the arm whose loss sits in one data set, where there is one; an average would hide it. */
function lead(context: ReportContext, arms: readonly ArmView[]): string {
  const columns = datasetColumns(context);
  const told = arms.flatMap((arm) => {
    const losses = columns
      .flatMap((column) => {
        const cell = column.cellOf(arm);
        return cell === null
          ? []
          : [{ name: column.name, loss: -cell.difference, sure: excludes(cell.differenceInterval, 0) }];
      })
      .toSorted((a, b) => b.loss - a.loss);
    const [worst, next] = losses;
    if (worst === undefined || next === undefined || losses.length < 3 || !worst.sure) return [];
    const isLocal = worst.loss >= TELLING_LOSS && next.loss <= worst.loss / 2;
    return isLocal ? [{ arm: arm.result.name, worst, next, gap: worst.loss - next.loss }] : [];
  });
  const clearest = told.toSorted((a, b) => b.gap - a.gap)[0];
  if (clearest === undefined)
    return `By ${listed(['data set', ...(context.levels.length > 1 ? ['difficulty'] : [])])}; an average can hide where an arm loses.`;
  const { arm, worst, next } = clearest;
  const elsewhere =
    next.loss <= 0
      ? 'nothing on any other data set'
      : `at most ${decimal(Math.max(1, Math.ceil(next.loss * 100)), 0)} on any other data set`;
  return `An average hides this: ${arm} loses ${decimal(worst.loss * 100, 0)} points on ${worst.name} and ${elsewhere}.`;
}

function note(reference: ArmView, columns: readonly Column[], arms: number): string {
  const counts = [...new Set(columns.map((column) => column.aggregateOf(reference)?.items ?? 0))].toSorted(
    (a, b) => a - b,
  );
  const items =
    counts.length === 1 ? integer(counts[0] ?? 0) : `${integer(counts[0] ?? 0)} to ${integer(counts.at(-1) ?? 0)}`;
  const cells = columns.length * arms;
  return `Plain figures are not decisive. ${items} items per column; not corrected for the ${integer(cells)} cells, so expect a few filled by chance.`;
}
