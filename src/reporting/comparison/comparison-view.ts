import type { ArmComparison, ComparisonDocument, NamedDifference, Pairing } from '../../comparisons/index.js';
import { tokenChange, type TokenChange } from '../charts/token-change.js';
import { counted, dateTime, differenceEstimate, integer, pValue, savingEstimate } from '../format.js';
import { emphasised, marginWords, verdictBadge } from '../sections/findings.js';
import type { RichText } from '../sections/rich-text.js';
import { comparedLabel, kindClassOf } from './compared-label.js';
import { comparisonHeadline } from './comparison-headline.js';
import { groupTables } from './group-table.js';
import { itemTables } from './item-table.js';

/** What the template of the comparison page prints. */
export function comparisonView(document: ComparisonDocument): Readonly<Record<string, unknown>> {
  const { compared, runs, nonInferiorityMargin: margin } = document;
  return {
    headline: comparisonHeadline(document),
    crumb: runs.map(({ id, suite }) => ({ id, suite })),
    facts: [...runs.map(runFact), `margin ${marginWords(margin)}`],
    hasSeveral: compared.length > 1,
    compared: compared.map((one, index) => armView(one, index, margin)),
    armsLeftOut: document.armsLeftOut.map(({ run, arm }) => `${run}:${arm}`),
  };
}

function runFact({ id, suite, status, finishedAt, items }: ComparisonDocument['runs'][number]): string {
  const when = finishedAt === null ? '' : `, ${dateTime(finishedAt)}`;
  return `${suite} ${id}: ${status}, ${counted(items, 'item')}${when}`;
}

function armView(one: ArmComparison, index: number, margin: number): Readonly<Record<string, unknown>> {
  const { overall } = one;
  const id = `c${index}`;
  const warnings = (overall.warnings ?? []).filter(({ kind }) => kind !== 'caps');
  return {
    id,
    arm: comparedLabel(one.arm),
    against: comparedLabel(one.against),
    badge: verdictBadge(overall.verdict),
    finding: sentence(overall.finding),
    warnings: warnings.map(({ text }) => text),
    stats: stats(one, margin),
    fair: one.incomparable === null,
    unfair: one.incomparable ?? '',
    paired: pairedWords(one),
    differences: one.differences.map(differenceRow),
    left: leftLists(one.pairing, one),
    groups: groupTables(one, margin),
    change: changeView(one, id),
    items: itemTables(one),
  };
}

function sentence(finding: string | null): RichText {
  return emphasised(finding ?? 'verdicts are off');
}

interface Stat {
  readonly name: string;
  readonly value: string;
  readonly detail: string;
}

function stats({ overall }: ArmComparison, margin: number): readonly Stat[] {
  const accuracy = differenceEstimate(overall.accuracyDelta, overall.accuracyDeltaInterval);
  const saved = savingEstimate(overall.thinkRatio, overall.thinkRatioInterval);
  const delivered = savingEstimate(overall.tokenRatio, overall.tokenRatioInterval);
  const { lost, won } = overall.flips;
  return [
    {
      name: 'Accuracy',
      value: `${accuracy.value}\u00a0pts`,
      detail: `${accuracy.interval}, ${counted(overall.pairs, 'pair')}`,
    },
    tokensStat('Thinking tokens saved', overall.thinkRatio, saved),
    tokensStat('Delivered tokens saved', overall.tokenRatio, delivered),
    {
      name: 'Flips',
      value: `${integer(lost)} lost, ${integer(won)} won`,
      detail:
        overall.mcnemarP === null
          ? 'clustered or repeated: no exact test'
          : `exact McNemar ${pValue(overall.mcnemarP)}`,
    },
    {
      name: 'Could be seen',
      value: `${integer(Math.ceil(overall.minimumDetectableEffect * 100))}\u00a0pts`,
      detail: `smallest difference, margin ${marginWords(margin)}`,
    },
  ];
}

function tokensStat(name: string, ratio: number, saved: { readonly value: string; readonly interval: string }): Stat {
  if (!Number.isFinite(ratio)) return { name, value: '–', detail: 'none to compare' };
  return { name, value: saved.value, detail: `${saved.interval} of the reference` };
}

function pairedWords({ pairing, overall, differences }: ArmComparison): string {
  const { onlyArm, onlyAgainst, neither } = pairing;
  const all = overall.pairs + onlyArm.count + onlyAgainst.count + neither.count;
  const differing = differences.length === 0 ? 'The two sides differ in nothing that is recorded.' : '';
  return `${integer(overall.pairs)} of ${counted(all, 'item')} pair up. ${differing}`.trim();
}

interface DifferenceRow {
  readonly name: string;
  readonly against: string;
  readonly arm: string;
}

function differenceRow({ name, arm, against }: NamedDifference): DifferenceRow {
  return { name, against, arm };
}

interface LeftList {
  readonly words: string;
  readonly names: string;
}

/** What could not be paired, with names. */
function leftLists(pairing: Pairing, { arm, against }: ArmComparison): readonly LeftList[] {
  const lists = [
    [`only ${arm.label} has samples of`, pairing.onlyArm],
    [`only ${against.label} has samples of`, pairing.onlyAgainst],
    ['neither has samples of', pairing.neither],
  ] as const;
  const { arm: own, against: other } = pairing.unpairedSamples;
  const repeats = `repeats without a counterpart: ${integer(own)} of ${arm.label}, ${integer(other)} of ${against.label}`;
  return [
    ...lists.flatMap(([words, { count, items }]) => {
      if (count === 0) return [];
      const names = items.map(({ dataset, item }) => `${dataset}/${item}`).join(', ');
      const more = count > items.length ? `, and ${integer(count - items.length)} more` : '';
      return [{ words: `${words} ${counted(count, 'item')}`, names: names + more }];
    }),
    ...(own + other > 0 ? [{ words: repeats, names: '' }] : []),
  ];
}

interface ChangeView {
  readonly chart: TokenChange['chart'];
  readonly words: string;
}

/** Only with every item at hand. */
function changeView({ items, pairing, arm }: ArmComparison, id: string): ChangeView | null {
  if (items.length !== pairing.pairs) return null;
  const changes = items.map((item) => item.arm.deliveredTokens - item.against.deliveredTokens);
  const change = tokenChange(changes, `${id}-tokens`, kindClassOf(arm.technique));
  if (!change) return null;
  const { chart, shorter, longer, equal, beyond } = change;
  const left = beyond > 0 ? ` ${counted(beyond, 'item')} beyond the drawn range.` : '';
  return {
    chart,
    words: `${integer(shorter)} items got shorter, ${integer(longer)} longer, ${integer(equal)} stayed equal.${left}`,
  };
}
