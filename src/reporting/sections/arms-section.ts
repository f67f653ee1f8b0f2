import type { Aggregate, ArmResult, ComparisonResult, TokenColumn } from '../../domain/index.js';
import { intervalBar, intervalHead, stackBar, type IntervalScale } from '../charts/cells.js';
import { frontierGeometry, WIDE } from '../charts/frontier-geometry.js';
import {
  accuracyEstimate,
  differenceEstimate,
  integer,
  ratioEstimate,
  roundShare,
  shareFigure,
  type Estimate,
} from '../format.js';
import type { TrustedMarkup } from '../markup.js';
import { linked, type ArmLabel, type ArmView, type LinkedFigure, type ReportContext } from '../report-context.js';
import { armCaption } from './arm-words.js';
import { overallComparisons, verdictBadge, verdictsAreOn, type Badge } from './findings.js';
import { frontierArms } from './frontier-section.js';

export interface ArmsView {
  readonly scaleHead: TrustedMarkup;
  readonly rows: readonly ArmRow[];
  readonly note: string;
  /** Whether the column of verdicts is shown. */
  readonly judged: boolean;
  /** Whether the column is shown that says how often an arm takes the longer of two ways. */
  readonly routes: boolean;
}

export interface ArmRow {
  readonly label: ArmLabel;
  readonly caption: string;
  readonly isReference: boolean;
  readonly accuracy: LinkedFigure;
  readonly accuracyInterval: string;
  readonly bar: TrustedMarkup;
  readonly difference: Estimate | null;
  readonly badge: Badge | null;
  readonly tokens: readonly FigureCell[];
  readonly ratio: Estimate | null;
  readonly censored: FigureCell;
  readonly noAnswer: FigureCell;
  readonly routing: Estimate | null;
  readonly stopBar: TrustedMarkup;
  readonly stops: readonly LinkedFigure[];
}

export interface FigureCell extends LinkedFigure {
  /** An exact zero, printed in grey. */
  readonly isZero: boolean;
}

export function armsSection(context: ReportContext): ArmsView {
  const geometry = frontierGeometry(frontierArms(context), WIDE);
  const scale: IntervalScale = {
    floor: geometry.floor,
    ceiling: geometry.ceiling,
    reference: context.reference?.result.overall.accuracy ?? -1,
  };
  const comparisons = new Map(overallComparisons(context.input.result).map((one) => [one.arm, one]));
  return {
    scaleHead: intervalHead(scale),
    rows: context.arms.map((arm) => armRow(context, arm, scale, comparisons.get(arm.result.name) ?? null)),
    note: armsNote(context),
    judged: verdictsAreOn(context.input.result) && comparisons.size > 0,
    routes: context.arms.some(({ result }) => result.routing),
  };
}

function armRow(
  context: ReportContext,
  arm: ArmView,
  scale: IntervalScale,
  comparison: ComparisonResult | null,
): ArmRow {
  const { overall } = arm.result;
  const { number } = arm.label;
  const accuracy = accuracyEstimate(overall.accuracy, overall.accuracyInterval);
  return {
    label: arm.label,
    caption: armCaption(arm.result, context.input.result),
    isReference: arm === context.reference,
    accuracy: linked(accuracy.value, { arm: number }),
    accuracyInterval: accuracy.interval,
    bar: intervalBar(scale, arm.style, overall.accuracy, overall.accuracyInterval),
    difference: comparison && differenceEstimate(comparison.accuracyDelta, comparison.accuracyDeltaInterval),
    badge: comparison && verdictsAreOn(context.input.result) ? verdictBadge(comparison.verdict) : null,
    tokens: (['think', 'answer', 'injected', 'probe', 'delivered', 'total'] as const).map((column) =>
      tokenCell(overall, column),
    ),
    ratio: comparison && ratioEstimate(comparison.tokenRatio, comparison.tokenRatioInterval),
    censored: shareCell(overall.censoredShare, number, 'censored'),
    noAnswer: shareCell(overall.noAnswerShare, number, 'no-answer'),
    routing: routingEstimate(arm.result),
    ...stops(overall, number),
  };
}

function routingEstimate({ routing }: ArmResult): Estimate | null {
  if (!routing) return null;
  const { value, interval } = accuracyEstimate(routing.share, routing.interval);
  return { value, interval: `${routing.of}, ${interval}` };
}

function tokenCell(overall: Aggregate, column: TokenColumn): FigureCell {
  const { mean } = overall.tokens[column];
  const text = mean > 0 && mean < 0.5 ? '<1' : integer(mean);
  return { ...linked(text, null), isZero: mean === 0 };
}

function shareCell(share: number, arm: number, verdict: string): FigureCell {
  return { ...linked(shareFigure(share), share === 0 ? null : { arm, verdict }), isZero: share === 0 };
}

const STOP_WORDS: Readonly<Record<string, string>> = {
  natural: 'own end',
  budget: 'budget',
  exit: 'early exit',
  cap: 'cap',
  none: 'no thinking',
};
const STOP_ORDER = ['natural', 'exit', 'budget', 'cap', 'none'] as const;

function stops(overall: Aggregate, arm: number): Pick<ArmRow, 'stopBar' | 'stops'> {
  const samples = Math.max(1, overall.samples);
  const shares = STOP_ORDER.map((stop) => ({ stop, share: (overall.thinkStops[stop] ?? 0) / samples }));
  const present = shares.filter(({ share }) => share > 0);
  return {
    stopBar: stackBar(present.map(({ stop, share }) => ({ className: `s-${stop}`, share }))),
    stops: present
      .toSorted((a, b) => b.share - a.share)
      .map(({ stop, share }) => linked(`${roundShare(share)} ${STOP_WORDS[stop] ?? stop}`, { arm, stop })),
  };
}

function armsNote(context: ReportContext): string {
  const columns = 'Delivered = think + answer; injected tokens are already inside them; total adds probes.';
  return [intervalWords(context), columns, ...replayWords(context)].join(' ');
}

/** What a replay costs stands in its row; what it took to have something to replay stands here. */
function replayWords(context: ReportContext): readonly string[] {
  return context.arms.flatMap(({ result: { name, replay } }) =>
    replay === undefined
      ? []
      : [
          `${name} is a replay: its tokens are what the rule would have spent online; the thinking of ${replay.of} that it went through took ${integer(replay.preparationTokens)} tokens an item to prepare.`,
        ],
  );
}

function intervalWords(context: ReportContext): string {
  const methods = new Set(context.arms.map((arm) => arm.result.overall.accuracyIntervalMethod));
  const comparisons = overallComparisons(context.input.result);
  const accuracy = methods.has('t') ? 't on item means' : 'Wilson';
  const difference = comparisons.some(({ method }) => method === 'clustered-t')
    ? 'paired, by cluster'
    : 'paired, Tango';
  return `Small figures: 95 % intervals (accuracy: ${accuracy}; difference: ${difference}; ratio of mean delivered tokens: paired bootstrap).`;
}
