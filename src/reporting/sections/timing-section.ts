import { decimal, integer } from '../format.js';
import type { ArmLabel, ReportContext } from '../report-context.js';

export interface TimingView {
  readonly rows: readonly {
    readonly label: ArmLabel;
    readonly items: string;
    readonly tokensPerSecond: string;
    readonly p50: string;
    readonly p90: string;
  }[];
}

/** Wall-clock figures, only from passes in which an arm ran alone. */
export function timingSection(context: ReportContext): TimingView | null {
  const rows = context.arms.flatMap(({ label, result: { timing } }) =>
    timing === null
      ? []
      : [
          {
            label,
            items: integer(timing.items),
            tokensPerSecond: integer(timing.tokensPerSecond),
            p50: decimal(timing.secondsPerItem.p50, 2),
            p90: decimal(timing.secondsPerItem.p90, 2),
          },
        ],
  );
  return rows.length === 0 ? null : { rows };
}
