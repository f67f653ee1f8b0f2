import type { ArmResult, SampleRecord } from '../domain/index.js';
import { armStyles, type ArmStyle } from './arm-styles.js';
import { inlineMark } from './charts/marks.js';
import type { TrustedMarkup } from './markup.js';
import type { ReportInput } from './report-input.js';
import { compare, itemKey, SampleIndex } from './sample-index.js';

/** What every section needs, made once per report. */
export interface ReportContext {
  readonly input: ReportInput;
  /** Samples that the figures come from: all of a completed run, else those of the cells that every arm has. */
  readonly index: SampleIndex;
  /** Every sample at hand, for the trace browser. */
  readonly traced: SampleIndex;
  /** Reference first, then as in the suite. */
  readonly arms: readonly ArmView[];
  /** Null where the suite's reference arm is not among the results. */
  readonly reference: ArmView | null;
  /** Data sets in the suite's order. */
  readonly datasets: readonly string[];
  /** Levels that occur, ascending. */
  readonly levels: readonly number[];
  /** Whether all samples are at hand; figures made from samples are shown only then. */
  readonly hasAllSamples: boolean;
}

export interface ArmView {
  readonly result: ArmResult;
  readonly style: ArmStyle;
  readonly label: ArmLabel;
}

/** How an arm is named in tables and lists. */
export interface ArmLabel {
  readonly name: string;
  readonly className: string;
  readonly mark: TrustedMarkup;
  /** Position in `ReportContext.arms`: the arm's number in filters and trace ids. */
  readonly number: number;
}

/** A figure that leads to its samples; `filter` is empty where there are none to show. */
export interface LinkedFigure {
  readonly text: string;
  readonly filter: string;
}

export function reportContext(input: ReportInput): ReportContext {
  const { result, kinds } = input;
  const traced = new SampleIndex(input.samples);
  const index = result.run.status === 'completed' ? traced : new SampleIndex(sharedSamples(input.samples));
  const styles = armStyles(result.arms, kinds);
  const arms = result.arms
    .toSorted((a, b) => Number(b.name === result.run.against) - Number(a.name === result.run.against))
    .map((arm, number) => armView(arm, styles.get(arm.name), number));
  return {
    input,
    index,
    traced,
    arms,
    reference: arms.find((arm) => arm.result.name === result.run.against) ?? null,
    datasets: datasetsOf(input),
    levels: levelsOf(result.arms),
    hasAllSamples: input.samples.length > 0 && index.isWholeRun(result),
  };
}

/** What results aggregate before a run is complete: items and repeats that every arm with samples has. */
function sharedSamples(samples: readonly SampleRecord[]): readonly SampleRecord[] {
  const arms = new Set(samples.map((sample) => sample.arm)).size;
  const cells = Map.groupBy(samples, (sample) => JSON.stringify([itemKey(sample), sample.repeat]));
  return [...cells.values()].filter((cell) => cell.length === arms).flat();
}

const UNKNOWN_STYLE: ArmStyle = { className: 'k-other', kind: 'none', labelled: false };

function armView(result: ArmResult, known: ArmStyle | undefined, number: number): ArmView {
  const style = known ?? UNKNOWN_STYLE;
  const label = { name: result.name, className: style.className, mark: inlineMark(style.kind), number };
  return { result, style, label };
}

/** In the order of the suite; data sets that only samples or aggregates name come after. */
function datasetsOf({ result, samples }: ReportInput): readonly string[] {
  const named = new Set(result.run.provenance.datasets.map((dataset) => dataset.name));
  const others = [...result.arms.flatMap((arm) => Object.keys(arm.byDataset)), ...samples.map((one) => one.dataset)];
  return [...named, ...[...new Set(others)].filter((name) => !named.has(name)).toSorted(compare)];
}

function levelsOf(arms: readonly ArmResult[]): readonly number[] {
  const levels = new Set(arms.flatMap((arm) => Object.keys(arm.byLevel)).map(Number));
  return [...levels].filter(Number.isFinite).toSorted((a, b) => a - b);
}

export interface FigureFilter {
  readonly arm?: number;
  readonly verdict?: string;
  readonly dataset?: number;
  readonly level?: number;
  readonly stop?: string;
}

export function linked(text: string, filter: FigureFilter | null): LinkedFigure {
  if (filter === null) return { text, filter: '' };
  const fields = Object.entries(filter).map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return { text, filter: fields.join('&') };
}
