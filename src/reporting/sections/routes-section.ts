import type { CascadeDifference, CascadeFrontier, CascadePoint, RouteFrontier } from '../../domain/index.js';
import { routeCurveChart, type RouteArm } from '../charts/route-curve.js';
import { decimal, differenceEstimate, integer, percent, ratioEstimate, roundShare } from '../format.js';
import type { TrustedMarkup } from '../markup.js';
import type { ArmLabel, ArmView, ReportContext } from '../report-context.js';

export interface RoutesView {
  readonly routes: readonly RouteView[];
  readonly note: string;
}

export interface RouteView {
  readonly label: ArmLabel;
  readonly lead: string;
  readonly chart: TrustedMarkup;
  readonly rows: readonly RouteRow[];
}

export interface RouteRow {
  readonly threshold: string;
  readonly share: string;
  readonly accuracy: string;
  readonly tokens: string;
  readonly difference: string;
  readonly ratio: string;
  /** The threshold that the arm was run with. */
  readonly isChosen: boolean;
}

/** Near these shares of items on the longer way a point is printed. */
const PRINTED_SHARES = [0.25, 0.5, 0.75] as const;

/** Null where no arm decides between two ways, or none of which both are in the run. */
export function routesSection(context: ReportContext): RoutesView | null {
  const { cascades = [], routeFrontiers = [] } = context.input.result;
  const routes = [
    ...cascades.flatMap((frontier, index) => cascadeView(context, frontier, `cascade-${index}`) ?? []),
    ...routeFrontiers.flatMap((frontier, index) => thinkingView(context, frontier, `route-${index}`) ?? []),
  ];
  if (routes.length === 0) return null;
  return {
    routes,
    note: 'Line: from the shorter way alone to the longer way every time, computed from the signals that the samples record and from the arms that always take one way. Ring: the threshold that was run, computed; the mark in it: the live run. Total tokens hold whatever the decision costs, first answers that were given up included. Intervals: 95 %, paired with the arm that always thinks. A threshold picked here is picked on the items that it is judged by; run it on others before relying on it.',
  };
}

interface Ways {
  readonly shorter: ArmView;
  readonly longer: ArmView;
  readonly own: ArmView;
}

/** Null where one of them is not among the results. */
function waysOf(context: ReportContext, shorter: string, longer: string, own: string): Ways | null {
  const named = (name: string): ArmView | undefined => context.arms.find((arm) => arm.result.name === name);
  const views = { shorter: named(shorter), longer: named(longer), own: named(own) };
  return views.shorter && views.longer && views.own ? (views as Ways) : null;
}

function drawnArms({ shorter, longer, own }: Ways): readonly RouteArm[] {
  return [shorter, longer, own].map(({ result, style }) => {
    const { accuracy, tokens } = result.overall;
    return { name: result.name, style, accuracy, totalTokens: tokens.total.mean };
  });
}

function cascadeView(context: ReportContext, frontier: CascadeFrontier, id: string): RouteView | null {
  const ways = waysOf(context, frontier.first, frontier.second, frontier.arm);
  if (!ways) return null;
  const { points, chosen } = frontier;
  const judged = points.filter(({ difference }) => difference !== undefined);
  return {
    label: ways.own.label,
    lead: cascadeLead(frontier, ways.own),
    chart: routeCurveChart({ id, points, named: judged, chosen, arms: drawnArms(ways) }),
    rows: [...judged, chosen]
      .toSorted((a, b) => a.share - b.share || Number(a === chosen) - Number(b === chosen))
      .map((point) => row(point, point === chosen)),
  };
}

function cascadeLead({ first, second, signal, chosen }: CascadeFrontier, { result }: ArmView): string {
  const { accuracy, tokens } = result.overall;
  const live = figures(accuracy, tokens.total.mean);
  const agrees = equal(accuracy, chosen.accuracy) && equal(tokens.total.mean, chosen.totalTokens);
  const verdict = agrees
    ? `Confirmed by a live run: ${live}.`
    : `The live run came to ${live}, the computation to ${figures(chosen.accuracy, chosen.totalTokens)}.`;
  return `${first} answers first; where its certainty (${signal}) is below the threshold, the item is handed on and thought about as ${second} does. ${verdict}`;
}

function thinkingView(context: ReportContext, frontier: RouteFrontier, id: string): RouteView | null {
  const { arm, shorter, longer, signal, longerWhen, points } = frontier;
  const ways = waysOf(context, shorter, longer, arm);
  if (!ways) return null;
  const nearest = PRINTED_SHARES.map(
    (share) => points.toSorted((a, b) => Math.abs(a.share - share) - Math.abs(b.share - share))[0],
  );
  const printed = points.filter((point) => nearest.includes(point));
  const { accuracy, tokens } = ways.own.result.overall;
  const when = longerWhen === 'above' ? 'above' : 'at most';
  return {
    label: ways.own.label,
    lead: `Where its ${signal} is ${when} the threshold, it thinks as ${longer} does, else it answers as ${shorter} does. The live run: ${figures(accuracy, tokens.total.mean)}.`,
    chart: routeCurveChart({ id, points, named: printed, chosen: null, arms: drawnArms(ways) }),
    rows: printed.map((point) => row(point, false)),
  };
}

function figures(accuracy: number, totalTokens: number): string {
  return `${percent(accuracy)} at ${integer(totalTokens)} tokens`;
}

/** But for what result.json's digits lose. */
function equal(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(1, b);
}

function row(
  point: Pick<CascadePoint, 'threshold' | 'share' | 'accuracy' | 'totalTokens' | 'difference'>,
  isChosen: boolean,
): RouteRow {
  return {
    threshold: point.threshold === null ? '–' : decimal(point.threshold, 3),
    share: roundShare(point.share),
    accuracy: percent(point.accuracy),
    tokens: integer(point.totalTokens),
    ...differenceWords(point.difference),
    isChosen,
  };
}

function differenceWords(difference: CascadeDifference | undefined): Pick<RouteRow, 'difference' | 'ratio'> {
  if (!difference) return { difference: '–', ratio: '–' };
  const accuracy = differenceEstimate(difference.accuracyDelta, difference.accuracyDeltaInterval);
  const ratio = ratioEstimate(difference.totalRatio, difference.totalRatioInterval);
  return { difference: `${accuracy.value} (${accuracy.interval})`, ratio: `${ratio.value} (${ratio.interval})` };
}
