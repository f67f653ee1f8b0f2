import type { CascadeDifference, CascadeFrontier, CascadePoint } from '../../domain/index.js';
import { cascadeCurveChart, type CascadeArm } from '../charts/cascade-curve.js';
import { decimal, differenceEstimate, integer, percent, ratioEstimate, roundShare } from '../format.js';
import type { TrustedMarkup } from '../markup.js';
import type { ArmLabel, ArmView, ReportContext } from '../report-context.js';

export interface CascadesView {
  readonly cascades: readonly CascadeView[];
  readonly note: string;
}

export interface CascadeView {
  readonly label: ArmLabel;
  readonly lead: string;
  readonly chart: TrustedMarkup;
  readonly rows: readonly CascadeRow[];
}

export interface CascadeRow {
  readonly threshold: string;
  readonly share: string;
  readonly accuracy: string;
  readonly tokens: string;
  readonly difference: string;
  readonly ratio: string;
  /** The threshold that the arm was run with. */
  readonly isChosen: boolean;
}

/** Null where no cascade's thresholds can be computed. */
export function cascadesSection(context: ReportContext): CascadesView | null {
  const cascades = (context.input.result.cascades ?? []).flatMap((frontier, index) => {
    const arms = [frontier.first, frontier.second, frontier.arm].map((name) => armNamed(context, name));
    const own = arms.at(-1);
    if (!own || arms.some((arm) => arm === null)) return [];
    return [cascadeView(frontier, { own, arms: arms.filter((arm) => arm !== null), id: `cascade-${index}` })];
  });
  if (cascades.length === 0) return null;
  return {
    cascades,
    note: 'Line: from the first answers alone to every item handed on, computed from the certainties that the samples record and from the two arms that a cascade is made of. Ring: the threshold that was run, computed; the mark in it: the live run. Total tokens hold the first answers that were given up. Intervals: 95 %, paired with the arm that always thinks. A threshold picked here is picked on the items that it is judged by; run it on others before relying on it.',
  };
}

function armNamed(context: ReportContext, name: string): ArmView | null {
  return context.arms.find((arm) => arm.result.name === name) ?? null;
}

interface CascadeParts {
  readonly own: ArmView;
  readonly arms: readonly ArmView[];
  readonly id: string;
}

function cascadeView(frontier: CascadeFrontier, { own, arms, id }: CascadeParts): CascadeView {
  return {
    label: own.label,
    lead: lead(frontier, own),
    chart: cascadeCurveChart({ id, frontier, arms: arms.map(cascadeArm) }),
    rows: [...frontier.points.filter(({ difference }) => difference !== undefined), frontier.chosen]
      .toSorted((a, b) => (a.threshold ?? Infinity) - (b.threshold ?? Infinity))
      .map((point) => row(point, point === frontier.chosen)),
  };
}

function cascadeArm({ result, style }: ArmView): CascadeArm {
  const { accuracy, tokens } = result.overall;
  return { name: result.name, style, accuracy, totalTokens: tokens.total.mean };
}

function lead({ first, second, signal, chosen }: CascadeFrontier, { result }: ArmView): string {
  const { accuracy, tokens } = result.overall;
  const live = `${percent(accuracy)} at ${integer(tokens.total.mean)} tokens`;
  const computed = `${percent(chosen.accuracy)} at ${integer(chosen.totalTokens)} tokens`;
  const agrees = equal(accuracy, chosen.accuracy) && equal(tokens.total.mean, chosen.totalTokens);
  const verdict = agrees
    ? `Confirmed by a live run: ${live}.`
    : `The live run came to ${live}, the computation to ${computed}.`;
  return `${first} answers first; where its certainty (${signal}) is below the threshold, the item is handed on and thought about as ${second} does. ${verdict}`;
}

/** But for what result.json's digits lose. */
function equal(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(1, b);
}

function row(point: CascadePoint, isChosen: boolean): CascadeRow {
  return {
    threshold: point.threshold === null ? 'above all' : decimal(point.threshold, 3),
    share: roundShare(point.share),
    accuracy: percent(point.accuracy),
    tokens: integer(point.totalTokens),
    ...differenceWords(point.difference),
    isChosen,
  };
}

function differenceWords(difference: CascadeDifference | undefined): Pick<CascadeRow, 'difference' | 'ratio'> {
  if (!difference) return { difference: '–', ratio: '–' };
  const accuracy = differenceEstimate(difference.accuracyDelta, difference.accuracyDeltaInterval);
  const ratio = ratioEstimate(difference.totalRatio, difference.totalRatioInterval);
  return { difference: `${accuracy.value} (${accuracy.interval})`, ratio: `${ratio.value} (${ratio.interval})` };
}
