import { type ArmTable, formatTable, numberFormat, plainText } from '../results/index.js';
import type { ArmComparison, ComparisonDocument, GroupComparison, ItemComparison } from './comparison-document.js';
import { DIFFERING } from './comparison-document.js';

const { counted, decimal, differenceFigures, ratioFigures, signed } = numberFormat;

/** Items that a terminal shows of each pair of arms. */
const MOST_SHOWN = 20;

/** The document as text for a terminal. */
export function comparisonText(document: ComparisonDocument): string {
  const left = document.armsLeftOut.map(({ run, arm }) => `  ${plainText(`${run}:${arm}`)}\n`);
  const note = left.length === 0 ? '' : `\narms without a counterpart:\n${left.join('')}`;
  return document.compared.map(armText).join('\n') + note;
}

function armText(one: ArmComparison): string {
  const blocks = [
    `${one.arm.label} against ${one.against.label}\n`,
    ...differenceLines(one),
    ...pairingLines(one),
    '\n',
    formatTable(groupTable(one)),
    '\n',
    ...findingLines(one),
    ...itemLines(one),
  ];
  return blocks.join('');
}

function differenceLines({ differences }: ArmComparison): string[] {
  if (differences.length === 0) return ['  differ in nothing that is recorded\n'];
  return differences.map(({ name, arm, against }) =>
    against === '' ? `  ${plainText(`${name}: ${arm}`)}\n` : `  ${plainText(`${name}: ${against} → ${arm}`)}\n`,
  );
}

function pairingLines({ arm, against, pairing }: ArmComparison): string[] {
  const lists = [
    [`only ${arm.label} has`, pairing.onlyArm],
    [`only ${against.label} has`, pairing.onlyAgainst],
    ['neither has', pairing.neither],
  ] as const;
  const { arm: own, against: other } = pairing.unpairedSamples;
  return [
    ...lists.flatMap(([who, { count, items }]) => {
      if (count === 0) return [];
      const names = items.slice(0, MOST_SHOWN).map(({ dataset, item }) => `${dataset}/${item}`);
      const more = count > names.length ? `, and ${decimal(count - names.length, 0)} more` : '';
      return [`  ${plainText(`${who} samples of ${counted(count, 'item')}: ${names.join(', ')}${more}`)}\n`];
    }),
    ...(own + other > 0
      ? [`  repeats without a counterpart: ${own} of ${arm.label}, ${other} of ${against.label}\n`]
      : []),
  ];
}

function groupTable({ overall, byDataset, byLevel, byLength }: ArmComparison): ArmTable {
  const head = [
    '',
    'pairs',
    'reference %',
    'arm %',
    'difference, pts (95 %)',
    'lost',
    'won',
    'think ratio (95 %)',
    'verdict',
  ];
  const groups = [overall, ...byDataset, ...byLevel, ...byLength];
  return [head.map((title) => title.replace(' %', '\u202f%')), ...groups.map(groupRow)];
}

function groupRow(group: GroupComparison): string[] {
  const accuracy = differenceFigures(group.accuracyDelta, group.accuracyDeltaInterval);
  const think = ratioFigures(group.thinkRatio, group.thinkRatioInterval);
  return [
    group.group,
    decimal(group.pairs, 0),
    decimal(group.means.against.accuracy * 100, 1),
    decimal(group.means.arm.accuracy * 100, 1),
    `${accuracy.value} (${accuracy.interval})`,
    decimal(group.flips.lost, 0),
    decimal(group.flips.won, 0),
    Number.isFinite(group.thinkRatio) ? `${think.value} (${think.interval})` : numberFormat.MISSING,
    group.verdict.replaceAll('-', ' '),
  ];
}

function findingLines({ overall }: ArmComparison): string[] {
  const warnings = (overall.warnings ?? []).filter(
    ({ kind }) => kind !== 'caps' || overall.verdict !== 'not-comparable',
  );
  return [
    `${plainText(overall.finding ?? '')}\n`,
    ...warnings.map(({ text }) => `unequal budgets: ${plainText(text)}\n`),
  ];
}

function itemLines({ items, outcomes }: ArmComparison): string[] {
  const differing = items.filter(({ outcome }) => DIFFERING.has(outcome));
  if (differing.length === 0) return ['no item is answered differently\n'];
  const head = ['outcome', 'data set', 'item', 'reference', 'before', 'after', 'tokens'];
  const table = formatTable([head, ...differing.slice(0, MOST_SHOWN).map(itemRow)]);
  const total = [...DIFFERING].reduce((sum, outcome) => sum + outcomes[outcome], 0);
  const more = total - Math.min(differing.length, MOST_SHOWN);
  return ['\n', table, more > 0 ? `and ${counted(more, 'item')} more (--json, --out)\n` : ''];
}

function itemRow({ outcome, dataset, arm, against, text }: ItemComparison): string[] {
  const delta = arm.deliveredTokens - against.deliveredTokens;
  return [
    outcome.replace('-', ' '),
    dataset,
    arm.item === against.item ? arm.item : `${against.item} → ${arm.item}`,
    cell(text?.reference),
    cell(against.sample?.extracted),
    cell(arm.sample?.extracted),
    `${decimal(against.deliveredTokens, 0)} → ${decimal(arm.deliveredTokens, 0)} (${signed(delta, 0)})`,
  ];
}

/** Answers can be long; a terminal row is not. */
function cell(text: string | null | undefined): string {
  if (text === null || text === undefined) return numberFormat.MISSING;
  const characters = Array.from(plainText(text));
  return characters.length <= 24 ? characters.join('') : `${characters.slice(0, 23).join('')}…`;
}

/** Figures that do not exist (a ratio to 0) are NaN in memory and null here. */
export function comparisonJson(document: ComparisonDocument): string {
  return `${JSON.stringify(document, null, 1)}\n`;
}
