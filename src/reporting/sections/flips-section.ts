import { sortedCopy } from '../../statistics/index.js';
import type { ComparisonResult, SampleRecord } from '../../domain/index.js';
import { flipBar, flipHead, rangeBar, rangeHead, type RangeScale } from '../charts/cells.js';
import { counted, integer, pValue, roundShare } from '../format.js';
import type { TrustedMarkup } from '../markup.js';
import { deliveredTokens } from '../paired-cells.js';
import { deciles } from '../quantiles.js';
import { linked, type ArmLabel, type ArmView, type LinkedFigure, type ReportContext } from '../report-context.js';
import { itemKey } from '../sample-index.js';
import { forkPosition } from '../traces/fork.js';
import { overallComparisons } from './findings.js';

export interface FlipsView {
  readonly head: TrustedMarkup;
  readonly rows: readonly FlipRow[];
  readonly reference: string;
  /** Clustered items have no exact test of single flips; the columns then go. */
  readonly hasTests: boolean;
  readonly note: string;
  readonly divergence: DivergenceView | null;
}

export interface FlipRow {
  readonly label: ArmLabel;
  readonly bar: TrustedMarkup;
  readonly summary: string;
  readonly p: string;
  readonly adjusted: string;
  readonly tokens: string;
  readonly lost: LinkedFigure;
  readonly won: LinkedFigure;
}

export interface DivergenceView {
  readonly head: TrustedMarkup;
  readonly rows: readonly DivergenceRow[];
}

export interface DivergenceRow {
  readonly label: ArmLabel;
  readonly identical: LinkedFigure;
  /** Null where every item is identical. */
  readonly bar: TrustedMarkup | null;
  readonly middle: string;
  readonly shared: string;
}

export function flipsSection(context: ReportContext): FlipsView | null {
  const comparisons = overallComparisons(context.input.result).toSorted((a, b) => a.flips.lost - b.flips.lost);
  if (comparisons.length === 0) return null;
  const most = Math.max(1, ...comparisons.map((one) => one.flips.lost));
  return {
    head: flipHead(),
    reference: context.input.result.run.against,
    hasTests: comparisons.some((one) => one.mcnemarP !== null),
    rows: comparisons.flatMap((comparison) => {
      const arm = context.arms.find((one) => one.result.name === comparison.arm);
      if (arm === undefined) return [];
      return [flipRow(arm, comparison, most)];
    }),
    note: flipNote(comparisons),
    divergence: divergence(context),
  };
}

function flipRow(arm: ArmView, comparison: ComparisonResult, most: number): FlipRow {
  const { lost, won } = comparison.flips;
  const { number } = arm.label;
  return {
    label: arm.label,
    bar: flipBar(lost, won, most),
    summary: `${integer(lost)} lost, ${integer(won)} won`,
    p: pValue(comparison.mcnemarP),
    adjusted: pValue(comparison.mcnemarHolmP ?? null),
    tokens: pValue(comparison.tokenWilcoxonP ?? null),
    lost: linked('lost', lost === 0 ? null : { arm: number, verdict: 'lost' }),
    won: linked('won', won === 0 ? null : { arm: number, verdict: 'won' }),
  };
}

function flipNote(comparisons: readonly ComparisonResult[]): string {
  const pairs = new Set(comparisons.map((one) => one.pairs));
  const items = pairs.size === 1 ? `Same ${counted([...pairs][0] ?? 0, 'item')} under both arms. ` : '';
  const tested = comparisons.filter((one) => one.mcnemarP !== null).length;
  const test =
    tested === 0
      ? ''
      : `p: exact McNemar, then corrected for ${counted(tested, 'arm')} (Holm); tokens: Wilcoxon’s signed ranks of delivered tokens, a check on the ratio. `;
  return `${items}${test}A flip is an item that only one of the two answers correctly; all others carry no information about the difference.`;
}

const DIVERGENCE_SCALE: RangeScale = { end: 1, width: 160 };

/** From token ids: what the arm shares with the reference before its first different token. */
function divergence(context: ReportContext): DivergenceView | null {
  const { reference } = context;
  if (reference === null || !context.hasAllSamples) return null;
  const rows = context.arms
    .filter((arm) => arm !== reference && arm.result.model === reference.result.model)
    .flatMap((arm) => divergenceRow(context, arm, reference));
  if (rows.length === 0) return null;
  return {
    head: rangeHead(DIVERGENCE_SCALE, (tick) => `${Math.round(tick * 100)}${tick === 1 ? '\u202f%' : ''}`),
    rows,
  };
}

function divergenceRow(context: ReportContext, arm: ArmView, reference: ArmView): readonly DivergenceRow[] {
  const forks = context.index.items(arm.result.name).flatMap((item) => {
    const others = context.index.item(reference.result.name, itemKey(item))?.repeats ?? [];
    return item.repeats.flatMap((sample) => {
      const other = others.find((one) => one.repeat === sample.repeat);
      return other === undefined ? [] : [forkOf(sample, other)];
    });
  });
  const known = forks.filter((fork) => fork !== null);
  if (known.length === 0) return [];
  const apart = known.filter((fork) => !fork.identical);
  const places = sortedCopy(apart.map((fork) => fork.ofReference));
  const range = deciles(places);
  const shared = known.reduce((sum, fork) => sum + fork.ofArm, 0) / known.length;
  const identical = (known.length - apart.length) / known.length;
  return [
    {
      label: arm.label,
      identical: linked(
        roundShare(identical),
        identical === 0 ? null : { arm: arm.label.number, verdict: 'identical' },
      ),
      bar: apart.length === 0 ? null : rangeBar(DIVERGENCE_SCALE, arm.style, range),
      middle: apart.length === 0 ? '–' : roundShare(range.p50),
      shared: roundShare(shared),
    },
  ];
}

interface Fork {
  readonly identical: boolean;
  /** Shared tokens as a share of what each of the two delivered. */
  readonly ofReference: number;
  readonly ofArm: number;
}

function forkOf(sample: SampleRecord, reference: SampleRecord): Fork | null {
  const at = forkPosition(sample, reference);
  if (at === null) return null;
  if (at === 'never') return { identical: true, ofReference: 1, ofArm: 1 };
  return {
    identical: false,
    ofReference: Math.min(1, at / Math.max(1, deliveredTokens(reference))),
    ofArm: Math.min(1, at / Math.max(1, deliveredTokens(sample))),
  };
}
