import type { ArmResult, ArmThinking, BudgetCurve, MeasureEstimate } from '../../domain/index.js';
import { stackBar } from '../charts/cells.js';
import { budgetCurveChart } from '../charts/budget-curve.js';
import { firstCorrectPanel } from '../charts/first-correct.js';
import { roundDomain } from '../charts/scale.js';
import {
  accuracyEstimate,
  counted,
  decimal,
  integer,
  percent,
  ratio,
  roundShare,
  signed,
  type Estimate,
} from '../format.js';
import type { TrustedMarkup } from '../markup.js';
import { deliveredTokens } from '../paired-cells.js';
import type { ArmLabel, ArmView, ReportContext } from '../report-context.js';

export interface ThinkingView {
  readonly lead: string;
  readonly rows: readonly ThinkingRow[];
  readonly panels: readonly { readonly label: ArmLabel; readonly after: string; readonly chart: TrustedMarkup }[];
  readonly panelNote: string;
  readonly curves: readonly CurveView[];
  readonly note: string;
}

export interface ThinkingRow {
  readonly label: ArmLabel;
  readonly isReference: boolean;
  readonly bar: TrustedMarkup;
  readonly cells: readonly Estimate[];
}

export interface CurveView {
  readonly chart: TrustedMarkup;
  readonly facts: readonly { readonly name: string; readonly value: string }[];
}

/** Null where no sample of the run was measured. */
export function thinkingSection(context: ReportContext): ThinkingView | null {
  const measured = context.arms.flatMap((arm) => (arm.result.thinking ? [{ arm, thinking: arm.result.thinking }] : []));
  if (measured.length === 0) return null;
  const longest = Math.max(...measured.map(({ arm }) => arm.result.overall.tokens.delivered.mean));
  const panels = panelsOf(context);
  return {
    lead: lead(context),
    rows: measured.map(({ arm, thinking }) => ({
      label: arm.label,
      isReference: arm === context.reference,
      bar: spentBar(arm, thinking, longest),
      cells: [...cellsOf(thinking), ...scoresOf(arm.result)],
    })),
    panels,
    panelNote: `Share of samples, 0 to 100 % upwards, by delivered tokens. Coloured: the right result has been stated; grey: the trace has ended as well. The shaded area is spent after the answer is known; its mean per sample that states it is printed at the right. Tails beyond ${integer(panelEnd(context))} tokens are not drawn.`,
    curves: (context.input.result.budgetCurves ?? []).map((curve, index) => curveView(context, curve, index)),
    note: note(measured.map(({ thinking }) => thinking)),
  };
}

/** Before the first right result, after it, and of samples that never state it; on one scale of tokens for all arms. */
function spentBar(arm: ArmView, thinking: ArmThinking, longest: number): TrustedMarkup {
  const { mean } = arm.result.overall.tokens.delivered;
  const ever = thinking.everCorrect.value;
  const before =
    ever * (Number.isFinite(thinking.tokensToFirstCorrect.value) ? thinking.tokensToFirstCorrect.value : 0);
  const after =
    ever * (Number.isFinite(thinking.tokensAfterFirstCorrect.value) ? thinking.tokensAfterFirstCorrect.value : 0);
  const rest = Math.max(0, mean - before - after);
  const drawn = (tokens: number): number => tokens / Math.max(1, longest);
  return stackBar(
    [
      { className: 'w-to', share: drawn(before) },
      { className: 'w-after', share: drawn(after) },
      { className: 'w-never', share: drawn(rest) },
    ],
    132,
  );
}

function cellsOf(thinking: ArmThinking): readonly Estimate[] {
  return [
    amount(thinking.tokensToFirstCorrect),
    amount(thinking.tokensAfterFirstCorrect),
    share(thinking.outcomeEfficiency),
    share(thinking.processEfficiency),
    share(thinking.underthinking),
    amount(thinking.keywordReflections, 1),
    amount(thinking.rederivations, 1),
    share(thinking.answerConvergence),
    share(thinking.repetition),
    share(thinking.loops),
  ];
}

/** Scores of other works; dashes in results made before there were any. */
function scoresOf({ efficiency }: ArmResult): readonly Estimate[] {
  if (!efficiency)
    return [
      { value: '–', interval: '' },
      { value: '–', interval: '' },
    ];
  const { ockScore, accuracyWithin } = efficiency;
  const within = accuracyEstimate(accuracyWithin.value, accuracyWithin.interval);
  return [{ value: decimal(ockScore, 1), interval: '' }, bounded(within, accuracyWithin)];
}

function share({ value, interval }: MeasureEstimate): Estimate {
  return bounded(accuracyEstimate(value, interval), { value, interval });
}

function amount({ value, interval }: Pick<MeasureEstimate, 'value' | 'interval'>, decimals = 0): Estimate {
  const text = {
    value: decimal(value, decimals),
    interval: `${decimal(interval[0], decimals)}–${decimal(interval[1], decimals)}`,
  };
  return bounded(text, { value, interval });
}

function bounded(text: Estimate, { value, interval }: Pick<MeasureEstimate, 'value' | 'interval'>): Estimate {
  const isKnown = Number.isFinite(value) && interval.every((bound) => Number.isFinite(bound));
  return isKnown ? text : { value: Number.isFinite(value) ? text.value : '–', interval: '' };
}

function panelsOf(context: ReportContext): ThinkingView['panels'] {
  if (!context.hasAllSamples) return [];
  const all = context.arms.map((arm) => ({ arm, places: placesOf(context, arm) }));
  const end = panelEnd(context);
  return all
    .filter(({ places }) => places.known.length > 0)
    .map(({ arm, places }) => ({
      label: arm.label,
      after: signed(arm.result.thinking?.tokensAfterFirstCorrect.value ?? Number.NaN, 0),
      chart: firstCorrectPanel({ id: `known-${arm.label.number}`, name: arm.result.name, ...places }, end),
    }));
}

/** 90 % of the traces of the longest arm end before it. */
function panelEnd(context: ReportContext): number {
  const ends = context.arms.flatMap(({ result }) => result.overall.tokens.delivered.p90);
  return roundDomain([0, Math.max(8, ...ends.filter((end) => Number.isFinite(end)))], 4)[1];
}

function ascending(values: readonly number[]): number[] {
  return values.toSorted((a, b) => a - b);
}

function placesOf(context: ReportContext, arm: ArmView) {
  const samples = context.index.items(arm.result.name).flatMap(({ repeats }) => repeats);
  const found = samples.filter(({ measures }) => measures?.firstCorrect);
  return {
    known: ascending(found.map(({ measures }) => measures?.firstCorrect?.tokens ?? 0)),
    finished: ascending(found.map((sample) => deliveredTokens(sample))),
    samples: Math.max(1, samples.length),
  };
}

function curveView(context: ReportContext, curve: BudgetCurve, index: number): CurveView {
  const { reference } = context;
  const isSameModel = reference?.result.model === curve.model;
  const area = accuracyEstimate(curve.area.value, curve.area.interval);
  const best = accuracyEstimate(curve.performance.accuracy, curve.performance.interval);
  const slope = curve.scaling.interval.map((bound) => signed(bound * 1e4, 1));
  return {
    chart: budgetCurveChart({
      id: `budgets-${index}`,
      curve,
      reference: isSameModel ? { name: reference.result.name, accuracy: reference.result.overall.accuracy } : null,
    }),
    facts: [
      {
        name: 'Area',
        value: `${area.value}\u202f% (${area.interval}): mean accuracy over budgets from ${integer(curve.area.from)} to ${integer(curve.area.to)}, linear axis`,
      },
      {
        name: 'Scaling',
        value: `${signed(curve.scaling.perToken * 1e4, 1)}\u00a0pts per 100 tokens (${slope.join(' to ')}): mean slope over all pairs of budgets`,
      },
      {
        name: 'Performance',
        value: `${best.value}\u202f% (${best.interval}), by ${curve.performance.arm}; the largest of several figures is biased upwards`,
      },
      {
        name: 'Control',
        value: `${roundShare(curve.control.samples)} of samples and ${roundShare(curve.control.budgets)} of budgets keep within the budget`,
      },
      { name: 'Items', value: integer(curve.items) },
    ],
  };
}

/** What the reference spends after it knows, and how many wrong answers had been right on the way. */
function lead({ reference }: ReportContext): string {
  const thinking = reference?.result.thinking;
  if (!reference || !thinking || !Number.isFinite(thinking.tokensAfterFirstCorrect.value)) {
    return 'Where in its traces an arm first states the right result, and what it does afterwards.';
  }
  const { tokensAfterFirstCorrect: after, tokensToFirstCorrect: to, underthinking } = thinking;
  const spent = after.value / (after.value + to.value);
  const lost =
    underthinking.samples > 0 && underthinking.value > 0
      ? ` Of the tokens of its ${counted(underthinking.samples, 'wrong answer')}, ${percent(underthinking.value, 0)} come after a right result that it left again.`
      : '';
  return `Once ${reference.result.name} has stated the right result, it goes on for ${integer(after.value)} tokens, ${percent(spent, 0)} of what it writes.${lost}`;
}

function note(thinking: readonly ArmThinking[]): string {
  const placed = thinking.every(({ positionedShare }) => positionedShare === 1);
  const positions = placed
    ? 'Token positions are those of the engine’s tokens.'
    : `Some token positions are in proportion to characters (exact: ${thinking.map(({ positionedShare }) => ratio(positionedShare)).join(', ')}).`;
  return `${positions} A result is stated by a box or by a sentence that concludes (so, therefore, the answer …); outcome efficiency counts samples that never state the right one as 0. Process efficiency: share of tokens in solutions that are new; a solution ends where a result is stated, and is new when at most half of its computations occur in earlier ones. Underthinking: share of tokens after a right result, over wrong answers. By word: sentences with wait, hmm, let me check …; re-derived: sentences that compute again what was computed before. Converged: sentence after which the stated result stays, without probes. Repetition: share of thinking tokens in runs of 16 and more that stand before. Loops: samples with a block three times in a row. OckScore: accuracy in points less 10 ln(tokens / 10,000 + 1), prompt included. AUC: mean accuracy where only thinking of at most t tokens counts, over t up to 1,000. 95 % intervals on item means.`;
}
