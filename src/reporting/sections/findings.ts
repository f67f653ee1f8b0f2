import type { ArmResult, ComparisonResult, ComparisonVerdict, RunResult } from '../../domain/index.js';
import { differenceEstimate, pointsFigure, savingEstimate } from '../format.js';
import { plain, type RichText } from './rich-text.js';

/** Badge words are fixed; glyph and word together, never colour alone. */
export interface Badge {
  readonly className: 'v-ok' | 'v-better' | 'v-open' | 'v-worse' | 'v-nc';
  readonly glyph: string;
  readonly word: string;
}

export interface ArmFinding {
  readonly arm: string;
  readonly sentence: RichText;
  /** Differences of budget that the result hangs on. */
  readonly warnings: readonly string[];
}

export interface VerdictGroup {
  /** Null where verdicts are off. */
  readonly badge: Badge | null;
  readonly caption: string;
  readonly arms: readonly ArmFinding[];
}

const ORDER: readonly ComparisonVerdict[] = ['better', 'within-margin', 'not-decisive', 'worse', 'not-comparable'];
/** Comparisons over all data sets with the arm that the suite names. */
export function overallComparisons(result: RunResult): readonly ComparisonResult[] {
  return result.comparisons.filter(
    (comparison) => comparison.dataset === 'overall' && comparison.against === result.run.against,
  );
}

/** Verdicts hold for completed runs only; a partial run has figures but no findings. */
export function verdictsAreOn(result: RunResult): boolean {
  return result.run.status === 'completed' && overallComparisons(result).every((one) => one.finding !== null);
}

export function verdictGroups(result: RunResult): readonly VerdictGroup[] {
  const sorted = overallComparisons(result).toSorted((a, b) => a.thinkRatio - b.thinkRatio);
  if (!verdictsAreOn(result)) {
    if (sorted.length === 0) return [];
    return [{ badge: null, caption: verdictsOffReason(result), arms: sorted.map((one) => armFinding(one)) }];
  }
  return ORDER.flatMap((verdict) => {
    const ofVerdict = sorted.filter((comparison) => comparison.verdict === verdict);
    const ordered = verdict === 'worse' ? ofVerdict.toSorted((a, b) => b.accuracyDelta - a.accuracyDelta) : ofVerdict;
    if (ordered.length === 0) return [];
    return [
      {
        badge: verdictBadge(verdict),
        caption: verdictCaption(verdict, result.run.nonInferiorityMargin),
        arms: ordered.map((comparison) => armFinding(comparison)),
      },
    ];
  });
}

export function verdictBadge(verdict: ComparisonVerdict): Badge {
  switch (verdict) {
    case 'better':
      return { className: 'v-better', glyph: '▲', word: 'better' };
    case 'within-margin':
      return { className: 'v-ok', glyph: '✓', word: 'within margin' };
    case 'not-decisive':
      return { className: 'v-open', glyph: '?', word: 'not decisive' };
    case 'worse':
      return { className: 'v-worse', glyph: '▼', word: 'worse' };
    case 'not-comparable':
      return { className: 'v-nc', glyph: '⊘', word: 'not comparable' };
  }
}

function verdictCaption(verdict: ComparisonVerdict, margin: number): string {
  switch (verdict) {
    case 'better':
      return 'More right answers than the baseline';
    case 'within-margin':
      return `Accuracy within your margin of ${marginWords(margin)}`;
    case 'not-decisive':
      return 'The data fit a harmless and a harmful difference';
    case 'worse':
      return 'Fewer right answers than the baseline';
    case 'not-comparable':
      return 'Differs in more than the technique';
  }
}

function verdictsOffReason(result: RunResult): string {
  return result.run.status === 'completed'
    ? 'Verdicts are off for this run'
    : `Verdicts are off: the run is ${result.run.status}`;
}

function armFinding(comparison: ComparisonResult): ArmFinding {
  return {
    arm: comparison.arm,
    sentence: emphasised(comparison.finding ?? interimFinding(comparison)),
    // Where nothing is judged, the sentence itself names the difference of caps.
    warnings: (comparison.warnings ?? []).filter(({ kind }) => kind !== 'caps').map(({ text }) => text),
  };
}

/** Saving and accuracy with their intervals and nothing else, for runs without findings. */
function interimFinding(comparison: ComparisonResult): string {
  const { thinkRatio, thinkRatioInterval } = comparison;
  const saving = savingEstimate(thinkRatio, thinkRatioInterval);
  const accuracy = differenceEstimate(comparison.accuracyDelta, comparison.accuracyDeltaInterval);
  const tokens = Number.isFinite(thinkRatio) ? `saves ${saving.value} of thinking tokens (${saving.interval}); ` : '';
  return `${tokens}accuracy ${accuracy.value}\u00a0pts (${accuracy.interval})`;
}

/** The figures that the reader decides by: the saving, and what accuracy does. */
const TELLING = /^(?:saves|spends) ([\d.,<>]+\u202f%)|at most ([\d.,]+ points?)|accuracy ([+\u2212]?[\d.,]+\u00a0pts)/g;

/** A finding as a sentence of its own, its telling figures bold. */
export function emphasised(told: string): RichText {
  const pieces: { text: string; strong: boolean }[] = [];
  let from = 0;
  for (const match of told.matchAll(TELLING)) {
    const figure = match[1] ?? match[2] ?? match[3] ?? '';
    const at = match.index + match[0].length - figure.length;
    pieces.push(plain(told.slice(from, at)), { text: figure, strong: true });
    from = at + figure.length;
  }
  pieces.push(plain(`${told.slice(from)}.`));
  const [first, ...rest] = pieces;
  if (first === undefined) return [];
  return [plain(first.text.charAt(0).toUpperCase() + first.text.slice(1)), ...rest];
}

export function marginWords(margin: number): string {
  const figure = pointsFigure(margin);
  return `${figure} ${figure === '1' ? 'point' : 'points'}`;
}

export function armNamed(result: RunResult, name: string): ArmResult | null {
  return result.arms.find((arm) => arm.name === name) ?? null;
}
