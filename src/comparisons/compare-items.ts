import type { ArmColumns, Pairs, PairSide } from '../results/index.js';
import {
  DIFFERING,
  ITEM_OUTCOMES,
  type ItemComparison,
  type ItemOutcome,
  type ItemSample,
  type ItemSide,
} from './comparison-document.js';
import type { PairedSide } from './pairing.js';
import type { ArmPair, RunArm } from './sides.js';

/** Every paired item, worst regression first; samples without what they answered. */
export function compareItems(
  pairs: Pairs,
  { arm, against }: ArmPair,
  sides: { arm: PairedSide; against: PairedSide },
): ItemComparison[] {
  const outcomes = outcomesOf(pairs);
  const repeats = tellingRepeats(pairs, outcomes, { arm: sides.arm.columns, against: sides.against.columns });
  const items = outcomes.map((outcome, pair): ItemComparison => {
    const entry = sides.arm.columns.items.at(pairs.items[pair] ?? 0);
    const repeat = repeats.get(pairs.items[pair] ?? 0);
    return {
      outcome,
      dataset: entry.dataset,
      level: entry.level,
      arm: itemSide(pairs.arm, pair, sampleOf(arm, sides.arm, { identity: entry.id, repeat, side: 'arm' })),
      against: itemSide(
        pairs.against,
        pair,
        sampleOf(against, sides.against, { identity: entry.id, repeat, side: 'against' }),
      ),
      text: null,
    };
  });
  return sortedByRegression(items);
}

export function outcomeCounts(items: readonly ItemComparison[]): Record<ItemOutcome, number> {
  const counts = Object.fromEntries(ITEM_OUTCOMES.map((outcome) => [outcome, 0])) as Record<ItemOutcome, number>;
  for (const { outcome } of items) counts[outcome] += 1;
  return counts;
}

/** The majority rule of `flips`; equal majorities are told apart by their shares. */
function outcomesOf(pairs: Pairs): ItemOutcome[] {
  return Array.from(pairs.items, (_item, pair) => {
    const [own, other] = [pairs.arm.correct[pair] ?? 0, pairs.against.correct[pair] ?? 0];
    if (own > 0.5 !== other > 0.5) return own > 0.5 ? 'won' : 'lost';
    if (own !== other) return own < other ? 'less-often' : 'more-often';
    return own > 0.5 ? 'both-right' : 'both-wrong';
  });
}

/** Of each item that differs, the first common repeat that differs in the same direction, by index of the item. */
function tellingRepeats(
  pairs: Pairs,
  outcomes: readonly ItemOutcome[],
  columns: { readonly arm: ArmColumns; readonly against: ArmColumns },
): Map<number, TellingRepeat> {
  const wanted = new Map<number, boolean>();
  outcomes.forEach((outcome, pair) => {
    if (DIFFERING.has(outcome)) wanted.set(pairs.items[pair] ?? 0, outcome === 'won' || outcome === 'more-often');
  });
  const [own, others] = [gradesOf(columns.arm, wanted), gradesOf(columns.against, wanted)];
  const found = new Map<number, TellingRepeat>();
  for (const [item, armIsRight] of wanted) {
    const theirs = others.get(item);
    const repeats = [...(own.get(item) ?? [])].filter(
      ([repeat, right]) => right === armIsRight && theirs?.get(repeat) === !armIsRight,
    );
    const first = repeats.map(([repeat]) => repeat).toSorted((a, b) => a - b)[0];
    if (first !== undefined) found.set(item, { repeat: first, armIsRight });
  }
  return found;
}

interface TellingRepeat {
  readonly repeat: number;
  readonly armIsRight: boolean;
}

function gradesOf(columns: ArmColumns, wanted: ReadonlyMap<number, unknown>): Map<number, Map<number, boolean>> {
  const [items, repeats, correct] = [columns.column('item'), columns.column('repeat'), columns.flag('correct')];
  const grades = new Map<number, Map<number, boolean>>();
  items.forEach((item, row) => {
    if (!wanted.has(item)) return;
    const ofItem = grades.get(item) ?? new Map<number, boolean>();
    grades.set(item, ofItem.set(repeats[row] ?? 0, correct[row] === 1));
  });
  return grades;
}

interface SamplePlaceOfItem {
  readonly identity: string;
  readonly repeat: TellingRepeat | undefined;
  readonly side: 'arm' | 'against';
}

function sampleOf(
  { stored, arm }: RunArm,
  { items }: PairedSide,
  { identity, repeat: telling, side }: SamplePlaceOfItem,
): { item: string; sample: ItemSample | null } {
  const item = items.byIdentity.get(identity);
  const id = item?.id ?? identity;
  if (!item || !telling) return { item: id, sample: null };
  const correct = telling.armIsRight === (side === 'arm');
  const { dataset } = item;
  const { repeat } = telling;
  return {
    item: id,
    sample: { run: stored.view.id, arm: arm.name, dataset, item: id, repeat, correct, extracted: null },
  };
}

function itemSide(side: PairSide, pair: number, named: Pick<ItemSide, 'item' | 'sample'>): ItemSide {
  return {
    ...named,
    accuracy: side.correct[pair] ?? Number.NaN,
    thinkTokens: side.think[pair] ?? Number.NaN,
    deliveredTokens: side.delivered[pair] ?? Number.NaN,
  };
}

/** By outcome, then by loss of accuracy; equal ones keep the order of the items. */
function sortedByRegression(items: readonly ItemComparison[]): ItemComparison[] {
  const rank = new Map(ITEM_OUTCOMES.map((outcome, place) => [outcome, place]));
  const place = ({ outcome }: ItemComparison): number => rank.get(outcome) ?? 0;
  return items.toSorted((a, b) => place(a) - place(b) || accuracyChange(a) - accuracyChange(b));
}

function accuracyChange({ arm, against }: ItemComparison): number {
  return arm.accuracy - against.accuracy;
}
