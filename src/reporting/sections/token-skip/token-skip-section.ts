import {
  TOKENSKIP_TABLE_SOURCE,
  type CompressionCurve,
  type LengthTarget,
  type ScorerComparison,
  type TokenSkipResult,
} from '../../../domain/index.js';
import {
  decimal,
  differenceEstimate,
  listed,
  percent,
  pValue,
  ratio,
  ratioEstimate,
  type Estimate,
} from '../../format.js';
import { mean } from '../../../statistics/index.js';
import type { TrustedMarkup } from '../../markup.js';
import type { ReportContext } from '../../report-context.js';
import { accuracyChart, askedChart } from './charts.js';
import { seriesName, seriesOf, type CurveSeries } from './series.js';
import { levelRows, paperRows, type LevelRow, type PaperRow } from './tables.js';

export interface TokenSkipView {
  readonly lead: string;
  readonly asked: TrustedMarkup | null;
  readonly accuracy: TrustedMarkup;
  readonly adherence: readonly { readonly name: string; readonly value: string }[];
  readonly rows: readonly PaperRow[];
  /** Head over the published columns. */
  readonly published: string;
  readonly levels: readonly number[];
  readonly levelRows: readonly LevelRow[];
  readonly scorers: readonly ScorerView[];
  readonly targets: readonly string[];
  readonly note: string;
}

export interface ScorerView {
  readonly sentence: string;
  readonly name: string;
  readonly cells: readonly (Estimate | null)[];
}

/** Null where no arm shortens by a ratio, or none of them has an unmodified arm beside it. */
export function tokenSkipSection(context: ReportContext): TokenSkipView | null {
  const { tokenSkip } = context.input.result;
  if (!tokenSkip || tokenSkip.curves.length === 0) return null;
  const { curves, scorers } = tokenSkip;
  const series = seriesOf(curves);
  const targets = [...new Set(scorers.flatMap((one) => one.targets.map(targetName)))].toSorted();
  return {
    lead: lead(curves),
    asked: askedChart(series),
    accuracy: accuracyChart(series, context),
    adherence: series.flatMap(adherenceOf),
    rows: paperRows(context, curves),
    published: `Published: ${TOKENSKIP_TABLE_SOURCE.model}, ${TOKENSKIP_TABLE_SOURCE.paper}, ${TOKENSKIP_TABLE_SOURCE.table}`,
    levels: context.levels.length > 1 ? context.levels : [],
    levelRows: levelRows(context, curves),
    scorers: scorers.map((one) => scorerView(one, targets)),
    targets,
    note: note(tokenSkip),
  };
}

/** Of the first curve that asks by a ratio: how near it comes, and how far down. */
function lead(curves: readonly CompressionCurve[]): string {
  const curve = curves.find(({ technique }) => technique === 'tokenskip');
  const point = curve?.points.find(({ ratio: asked }) => asked === 0.5) ?? curve?.points.at(-1);
  if (!curve || !point || point.ratio === null)
    return 'Thinking that is cut to a share of its length, beside what is asked for in words.';
  const actual = ratioEstimate(point.actRatio, point.actRatioInterval);
  return `Asked by ${seriesName(curve, curves)} to keep ${ratio(point.ratio)} of its thinking, ${curve.model} keeps ${actual.value} (${actual.interval}) and answers ${percent(point.accuracy)} right. ${collapseSentence(curve)}`;
}

/** Of a series that asks by ratios; its curves together, where there are several seeds. */
function adherenceOf({ name, curves }: CurveSeries): { readonly name: string; readonly value: string }[] {
  const errors = curves.flatMap(({ adherenceError }) => adherenceError ?? []);
  if (errors.length === 0) return [];
  const spread = errors.length === 1 ? '' : ` (seeds ${ratio(Math.min(...errors))}–${ratio(Math.max(...errors))})`;
  const sentences = [...new Set(curves.map(collapseSentence))].filter((sentence) => sentence !== '');
  return [
    { name, value: `${ratio(mean(errors))} off on average${spread}. ${sentences.join(' Another seed: ')}`.trim() },
  ];
}

function collapseSentence({ collapse, points }: CompressionCurve): string {
  const least = points.findLast(({ ratio: asked }) => asked !== null)?.ratio ?? null;
  if (collapse === null) {
    return points.length < 2 || least === null
      ? ''
      : `It stays within 0.15 of the ratio down to ${ratio(least)}, the least that was asked for.`;
  }
  const { below, at, why } = collapse;
  if (below === null) return `It follows no ratio: at ${ratio(at)} the actual one is more than 0.15 away.`;
  const missed =
    why === 'off-target'
      ? `at ${ratio(at)} the actual ratio is more than 0.15 away`
      : 'no smaller ratio is shorter beyond the interval';
  return `It collapses below ${ratio(below)}: ${missed}.`;
}

function targetName({ actRatio }: LengthTarget): string {
  return decimal(actRatio, 1);
}

function scorerView({ scorer, control, sentence, targets }: ScorerComparison, heads: readonly string[]): ScorerView {
  return {
    sentence,
    name: `${scorer} − ${control}`,
    cells: heads.map((head) => {
      const found = targets.find((target) => targetName(target) === head);
      if (!found) return null;
      const { value, interval } = differenceEstimate(found.difference, found.interval);
      return { value, interval: `${interval}; ${pValue(found.holmP)}` };
    }),
  };
}

function note({ curves, unmatched }: TokenSkipResult): string {
  const counted = curves.every((curve) => curve.counted === 'think')
    ? 'thinking tokens, delimiters included'
    : `thinking tokens, delimiters included (${listed(
        curves.filter((curve) => curve.counted === 'delivered').map((curve) => seriesName(curve, curves)),
      )}: all delivered tokens, since the model marks no thinking)`;
  const left =
    unmatched.length === 0
      ? ''
      : ` ${listed(unmatched)}: no baseline of the same model, prompt, sampling and limit, so no actual ratio.`;
  return `Actual ratio: mean ${counted}, over those of the unmodified arm with the same model, prompt and limit on the same items; 95 % bootstrap intervals over items. A sample that maxTokens cuts is short without being compressed, so a good ratio with many cut samples is none. It collapses below the largest ratio under which the next one is more than 0.15 off, or under which none is shorter beyond the paired 95 % interval. As published, adherence collapses below 0.5 (TokenSkip, Figure 6; other models and items). Published latencies are means on one RTX 3090; ours are medians of isolated runs, and the two cannot be compared. What keeps the first part of a thinking knows its whole length beforehand: a control, not a method.${left}`;
}
