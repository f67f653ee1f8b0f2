import type { ArmResult, ItemEstimate, PassPoint } from '../../domain/index.js';
import { accuracyEstimate, decimal, integer, type Estimate } from '../format.js';
import type { ArmLabel, ReportContext } from '../report-context.js';

export interface RepeatsView {
  readonly rows: readonly RepeatsRow[];
}

interface RepeatsRow {
  readonly label: ArmLabel;
  /** `5 repeats`, or the mean number of paths of those that were asked for. */
  readonly samples: string;
  /** Empty where the number of samples depends on what they say. */
  readonly points: readonly { readonly k: string; readonly cells: readonly Estimate[] }[];
}

/** What several samples of an item would come to together; null where no arm has several. */
export function repeatsSection(context: ReportContext): RepeatsView | null {
  const rows = context.arms.flatMap(({ label, result }) => {
    const { passAtK, paths } = result;
    if (!passAtK && !paths) return [];
    return [{ label, samples: samplesOf(result), points: (passAtK?.points ?? []).map(pointOf) }];
  });
  return rows.length === 0 ? null : { rows };
}

function samplesOf({ passAtK, paths }: ArmResult): string {
  if (!paths) return `${integer(passAtK?.samples ?? 0)} repeats`;
  const { value, interval } = paths.run;
  const bounds = interval.every(Number.isFinite) ? ` (${interval.map((bound) => decimal(bound, 1)).join('–')})` : '';
  return `${decimal(value, 1)}${bounds} of ${integer(paths.asked)} paths`;
}

function pointOf({ k, pass, majority, general }: PassPoint): RepeatsView['rows'][number]['points'][number] {
  return { k: integer(k), cells: [pass, majority, ...general].map(estimate) };
}

function estimate({ value, interval }: ItemEstimate): Estimate {
  return accuracyEstimate(value, interval);
}
