import type { ArmResult, ComparisonResult, RunResult, RunStatus } from '../../domain/index.js';
import { counted, date, decimal, integer, listed, percent, savingEstimate } from '../format.js';
import { armNamed, marginWords, overallComparisons, verdictsAreOn } from './findings.js';

export interface Headline {
  readonly sentence: string;
  readonly standfirst: string;
  /** Short facts in one line: model, items, sampling, cap, margin, date. */
  readonly facts: readonly string[];
}

/**
 * The answer in a sentence: the arm of fewest total tokens among those that save tokens within the margin; else that
 * there is none, and which comes nearest. Without verdicts it only says what the page shows.
 */
export function headline(result: RunResult): Headline {
  const facts = factsOf(result);
  const reference = armNamed(result, result.run.against);
  if (reference === null || result.arms.length === 0) {
    return { sentence: `Run of ${result.run.suite}`, standfirst: statusSentence(result.run.status), facts };
  }
  if (!verdictsAreOn(result)) return { ...interim(result, reference), facts };
  const comparisons = overallComparisons(result);
  if (comparisons.length === 0) return { ...single(reference), facts };
  const cheapest = cheapestWithinMargin(result, comparisons);
  const told =
    cheapest === null ? noneWithinMargin(result, comparisons, reference) : found(result, cheapest, reference);
  return { sentence: told.sentence, standfirst: `${told.standfirst} ${tally(comparisons)}`.trim(), facts };
}

interface Told {
  readonly sentence: string;
  readonly standfirst: string;
}

function found(result: RunResult, arm: ArmResult, reference: ArmResult): Told {
  const amount = amountWords(1 - totalTokens(arm) / totalTokens(reference));
  const margin = marginWords(result.run.nonInferiorityMargin);
  const comparison = overallComparisons(result).find((one) => one.arm === arm.name);
  const stays =
    comparison?.verdict === 'better'
      ? `answers more correctly than ${reference.name}`
      : `stays within ${margin} of ${theReference(reference)}`;
  const warnings = (comparison?.warnings ?? []).map(({ text }) => ` Unequal budgets: ${text}.`);
  return {
    sentence: `${arm.name} does without ${amount} of the tokens and ${stays}`,
    standfirst: `${accuracyAndTokens(arm, reference)}${warnings.join('')}`,
  };
}

function noneWithinMargin(result: RunResult, comparisons: readonly ComparisonResult[], reference: ArmResult): Told {
  const sentence = `No arm saves tokens within the margin of ${marginWords(result.run.nonInferiorityMargin)}`;
  const saving = comparisons
    .filter((comparison) => comparison.tokenRatio < 1 && comparison.verdict !== 'not-comparable')
    .toSorted((a, b) => b.accuracyDeltaLowerBound - a.accuracyDeltaLowerBound);
  const nearest = saving[0];
  if (nearest === undefined) return { sentence, standfirst: single(reference).standfirst };
  const { value, interval } = savingEstimate(nearest.tokenRatio, nearest.tokenRatioInterval);
  const arm = armNamed(result, nearest.arm);
  const against = arm === null ? '' : ` ${accuracyAndTokens(arm, reference)}`;
  return {
    sentence,
    standfirst: `Nearest is ${nearest.arm}, which saves ${value} of the tokens (${interval}).${against}`,
  };
}

/** Saves tokens beyond doubt, and accuracy is within the margin or better. */
function cheapestWithinMargin(result: RunResult, comparisons: readonly ComparisonResult[]): ArmResult | null {
  const reference = armNamed(result, result.run.against);
  const candidates = comparisons
    .filter(({ verdict }) => verdict === 'within-margin' || verdict === 'better')
    .filter(({ tokenRatioInterval }) => tokenRatioInterval[1] < 1)
    .flatMap(({ arm }) => armNamed(result, arm) ?? [])
    .filter((arm) => reference !== null && totalTokens(arm) < totalTokens(reference));
  return candidates.toSorted((a, b) => totalTokens(a) - totalTokens(b))[0] ?? null;
}

function tally(comparisons: readonly ComparisonResult[]): string {
  const count = (verdict: ComparisonResult['verdict']): number =>
    comparisons.filter((comparison) => comparison.verdict === verdict).length;
  const arms = (many: number): string => `${integer(many)} of ${counted(comparisons.length, 'arm')}`;
  const [worse, open] = [count('worse'), count('not-decisive')];
  const parts = [
    worse === 0
      ? []
      : [
          `${worse === comparisons.length && worse > 1 ? `All ${arms(worse).replace(/^.* of /, '')}` : arms(worse)} ${is(worse)} measurably worse`,
        ],
    open === 0 ? [] : [`${worse === 0 ? arms(open) : integer(open)} ${is(open)} not decisive`],
  ].flat();
  return parts.length === 0 ? '' : `${listed(parts)}.`;
}

function is(many: number): string {
  return many === 1 ? 'is' : 'are';
}

function interim(result: RunResult, reference: ArmResult): Told {
  const { status, suite } = result.run;
  return {
    sentence: `${suite}: ${status === 'completed' ? 'figures without verdicts' : `the run is ${status}`}`,
    standfirst: `${statusSentence(status)} ${single(reference).standfirst}`,
  };
}

function single(reference: ArmResult): Told {
  const { accuracy } = reference.overall;
  const told = `${reference.name} answers ${percent(accuracy)} correctly with ${integer(totalTokens(reference))} tokens per item`;
  return { sentence: told, standfirst: `${told}.` };
}

function statusSentence(status: RunStatus): string {
  switch (status) {
    case 'completed':
      return 'The figures below carry no verdicts.';
    case 'partial':
      return 'Some items could not be answered; the figures come from what all arms finished, and verdicts are off.';
    case 'cancelled':
      return 'The run was cancelled; what was finished before is shown, and verdicts are off.';
    case 'failed':
      return 'The run failed; what was finished before is shown, and verdicts are off.';
    case 'queued':
    case 'running':
      return 'The run is not finished; the figures are interim, and verdicts are off.';
  }
}

function accuracyAndTokens(arm: ArmResult, reference: ArmResult): string {
  return `It answers ${percent(arm.overall.accuracy)} correctly with ${integer(totalTokens(arm))} tokens per item; ${theReference(reference)} ${percent(reference.overall.accuracy)} with ${integer(totalTokens(reference))}.`;
}

/** `the baseline`, or the arm's name where it is called something else. */
function theReference(reference: ArmResult): string {
  return reference.name === 'baseline' ? 'the baseline' : reference.name;
}

const FRACTIONS: readonly (readonly [number, string])[] = [
  [1 / 4, 'a quarter'],
  [1 / 3, 'a third'],
  [1 / 2, 'half'],
  [2 / 3, 'two thirds'],
  [3 / 4, 'three quarters'],
];
const FRACTION_TOLERANCE = 0.015;

/** `half`, `a third` …, or `38 %` where no plain fraction is near. */
export function amountWords(share: number): string {
  const near = FRACTIONS.find(([fraction]) => Math.abs(share - fraction) <= FRACTION_TOLERANCE);
  return near?.[1] ?? percent(share, 0);
}

function totalTokens(arm: ArmResult): number {
  return arm.overall.tokens.total.mean;
}

function factsOf(result: RunResult): readonly string[] {
  const { run, arms } = result;
  const reference = armNamed(result, run.against) ?? arms[0];
  const models = run.provenance.models.map((model) => `${model.alias}, ${model.quantization}`);
  const { datasets } = run.provenance;
  const items = datasets.reduce((sum, dataset) => sum + dataset.items, 0);
  const margin = `margin ${decimal(run.nonInferiorityMargin * 100, 1).replace(/\.0$/, '')}\u00a0pts`;
  return [
    listed(models),
    `${counted(items, 'item')}, ${counted(datasets.length, 'data set')}`,
    ...(reference === undefined
      ? []
      : [samplingWords(reference), `cap ${integer(reference.sampling.maxTokens)} tokens`]),
    margin,
    `${run.status}, ${date(run.finishedAt ?? run.startedAt)}`,
  ].filter((fact) => fact !== '');
}

export function samplingWords(arm: ArmResult): string {
  const { temperature, repeats, seed } = arm.sampling;
  const how = temperature === 0 ? 'greedy' : `temperature ${decimal(temperature, 2).replace(/0$/, '')}`;
  return `${how}, ${counted(repeats, 'repeat')}, seed ${seed}`;
}
