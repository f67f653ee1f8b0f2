import { DIFFERING, type ArmComparison, type ItemComparison, type ItemOutcome } from '../../comparisons/index.js';
import { counted, integer } from '../format.js';
import type { Badge } from '../sections/findings.js';

/** Items without a difference that the page lists; all of them are counted. */
const MOST_ALIKE = 500;

export interface ItemTables {
  readonly differing: readonly ItemRow[];
  readonly alike: readonly ItemRow[];
  readonly alikeWords: string;
  readonly outcomes: readonly { readonly value: ItemOutcome; readonly words: string }[];
  readonly datasets: readonly { readonly value: number; readonly name: string }[];
  readonly note: string;
}

export interface ItemRow {
  readonly outcome: ItemOutcome;
  readonly badge: Badge;
  readonly dataset: number;
  readonly item: string;
  readonly place: string;
  /** Of the two samples, for whoever wants to read them. */
  readonly samples: string;
  readonly question: string;
  readonly reference: string;
  readonly before: string;
  readonly after: string;
  readonly tokens: string;
}

export function itemTables({ items, outcomes }: ArmComparison): ItemTables {
  const datasets = [...new Set(items.map(({ dataset }) => dataset))].toSorted();
  const row = (item: ItemComparison): ItemRow => itemRow(item, datasets.indexOf(item.dataset));
  const differing = items.filter(({ outcome }) => DIFFERING.has(outcome)).map(row);
  const alike = items.filter(({ outcome }) => !DIFFERING.has(outcome));
  const present = [...new Set(items.map(({ outcome }) => outcome))].filter((outcome) => DIFFERING.has(outcome));
  const alikeCount = outcomes['both-right'] + outcomes['both-wrong'];
  return {
    differing,
    alike: alike.slice(0, MOST_ALIKE).map(row),
    alikeWords: `${counted(alikeCount, 'item')} with the same outcome: ${integer(outcomes['both-right'])} right and ${integer(outcomes['both-wrong'])} wrong under both`,
    outcomes: present.map((value) => ({ value, words: outcomeBadge(value).word })),
    datasets: datasets.map((name, value) => ({ value, name })),
    note: `Losses first. ${alike.length > MOST_ALIKE ? `Of the items with the same outcome ${integer(MOST_ALIKE)} are listed. ` : ''}Answers are those of the first repeat that shows the difference; tokens are means over the repeats that both sides have.`,
  };
}

function itemRow({ outcome, dataset, level, arm, against, text }: ItemComparison, index: number): ItemRow {
  const names = arm.item === against.item ? arm.item : `${against.item} → ${arm.item}`;
  const samples = [against.sample, arm.sample].flatMap((sample) =>
    sample ? [`${sample.run}/${sample.arm}/${sample.dataset}/${sample.item}/${sample.repeat}`] : [],
  );
  return {
    outcome,
    badge: outcomeBadge(outcome),
    dataset: index,
    item: names,
    place: [dataset, ...(level === null ? [] : [`level ${level}`]), ...repeatOf(arm)].join(', '),
    samples: samples.join(' → '),
    question: text?.question ?? '',
    reference: text?.reference ?? '',
    before: answer(against.sample),
    after: answer(arm.sample),
    tokens: `${integer(against.deliveredTokens)} → ${integer(arm.deliveredTokens)}`,
  };
}

/** Which of several repeats is shown; 0-based, as it is stored. */
function repeatOf({ sample, accuracy }: ItemComparison['arm']): readonly string[] {
  const hasSeveral = sample && (sample.repeat > 0 || !Number.isInteger(accuracy));
  return hasSeveral ? [`repeat ${sample.repeat}`] : [];
}

function answer(sample: ItemComparison['arm']['sample']): string {
  if (!sample) return '';
  return `${sample.correct ? '✓' : '✕'} ${sample.extracted ?? 'no answer'}`;
}

function outcomeBadge(outcome: ItemOutcome): Badge {
  switch (outcome) {
    case 'lost':
      return { className: 'v-worse', glyph: '▼', word: 'lost' };
    case 'won':
      return { className: 'v-better', glyph: '▲', word: 'won' };
    case 'less-often':
      return { className: 'v-open', glyph: '↓', word: 'less often' };
    case 'more-often':
      return { className: 'v-open', glyph: '↑', word: 'more often' };
    case 'both-right':
      return { className: 'v-ok', glyph: '✓', word: 'both right' };
    case 'both-wrong':
      return { className: 'v-nc', glyph: '✕', word: 'both wrong' };
  }
}
