import { mean, sortedCopy } from '../../statistics/index.js';
import { rangeBar, rangeHead, type RangeScale } from '../charts/cells.js';
import { ecdfDomain, ecdfPanel, FEWEST_ITEMS } from '../charts/ecdf.js';
import { roundDomain } from '../charts/scale.js';
import { integer, signed } from '../format.js';
import type { TrustedMarkup } from '../markup.js';
import { itemMean, thinkTokens } from '../paired-cells.js';
import { deciles } from '../quantiles.js';
import { linked, type ArmLabel, type ArmView, type LinkedFigure, type ReportContext } from '../report-context.js';
import type { ItemSamples } from '../sample-index.js';

export interface DistributionsView {
  readonly panels: readonly { readonly label: ArmLabel; readonly saving: string; readonly chart: TrustedMarkup }[];
  readonly note: string;
  readonly levels: LevelRangesView | null;
}

export interface LevelRangesView {
  readonly heads: readonly { readonly name: string; readonly scale: TrustedMarkup }[];
  readonly rows: readonly { readonly label: ArmLabel; readonly cells: readonly RangeCell[] }[];
}

export interface RangeCell {
  /** Null where too few items have this level. */
  readonly bar: TrustedMarkup | null;
  readonly median: LinkedFigure;
}

/** Needs all samples; null where they are not at hand or too few. */
export function distributionsSection(context: ReportContext): DistributionsView | null {
  const { reference } = context;
  if (!context.hasAllSamples || reference === null) return null;
  const referenceTokens = thinking(context.index.items(reference.result.name));
  if (referenceTokens.length < FEWEST_ITEMS) return null;
  const end = ecdfDomain(Array.from(referenceTokens));
  return {
    panels: context.arms
      .filter((arm) => arm !== reference && context.index.items(arm.result.name).length >= FEWEST_ITEMS)
      .map((arm) => panel(context, arm, { reference, referenceTokens, end })),
    note: `Each panel: share of items, 0 to 100 % upwards, that needed at most so many thinking tokens. Grey: ${reference.result.name}. The shaded area between the curves is the difference of the means, printed at the right. Tails beyond ${integer(end)} tokens are not drawn.`,
    levels: levelRanges(context),
  };
}

interface PanelReference {
  readonly reference: ArmView;
  readonly referenceTokens: Float64Array;
  readonly end: number;
}

function panel(context: ReportContext, arm: ArmView, { reference, referenceTokens, end }: PanelReference) {
  const tokens = thinking(context.index.items(arm.result.name));
  const chart = ecdfPanel(
    {
      id: `ecdf-${arm.label.number}`,
      name: arm.result.name,
      className: arm.style.className,
      arm: Array.from(tokens),
      reference: Array.from(referenceTokens),
      referenceName: reference.result.name,
    },
    end,
  );
  return { label: arm.label, saving: signed(mean(tokens) - mean(referenceTokens), 0), chart };
}

function thinking(items: readonly ItemSamples[]): Float64Array {
  return sortedCopy(items.map((item) => itemMean(item, thinkTokens)));
}

const FEWEST_FOR_RANGE = 8;

/** Median and 10th to 90th percentile by level; one scale per level, because levels differ manifold. */
function levelRanges(context: ReportContext): LevelRangesView | null {
  if (context.levels.length < 2) return null;
  const columns = context.levels.map((level) => {
    const byArm = context.arms.map((arm) => thinking(itemsOfLevel(context, arm, level)));
    const ends = byArm.filter((tokens) => tokens.length >= FEWEST_FOR_RANGE).map((tokens) => deciles(tokens).p90);
    const scale: RangeScale = { end: roundDomain([0, Math.max(1, ...ends)], 3)[1], width: 132 };
    return { level, byArm, scale };
  });
  if (columns.every(({ byArm }) => byArm.every((tokens) => tokens.length < FEWEST_FOR_RANGE))) return null;
  return {
    heads: columns.map(({ level, scale }) => ({ name: `level ${level}`, scale: rangeHead(scale, integer) })),
    rows: context.arms.map((arm, number) => ({
      label: arm.label,
      cells: columns.map(({ level, byArm, scale }) =>
        rangeCell(arm, level, byArm[number] ?? new Float64Array(), scale),
      ),
    })),
  };
}

function rangeCell(arm: ArmView, level: number, tokens: Float64Array, scale: RangeScale): RangeCell {
  if (tokens.length === 0) return { bar: null, median: linked('–', null) };
  const range = deciles(tokens);
  return {
    bar: tokens.length < FEWEST_FOR_RANGE ? null : rangeBar(scale, arm.style, range),
    median: linked(integer(range.p50), { arm: arm.label.number, level }),
  };
}

function itemsOfLevel(context: ReportContext, arm: ArmView, level: number): readonly ItemSamples[] {
  return context.index.items(arm.result.name).filter((item) => item.level === level);
}
