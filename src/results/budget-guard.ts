import type { BudgetWarning, ComparisonResult, ComparisonVerdict } from '../domain/index.js';
import { mean } from '../statistics/index.js';
import { accuracyDifference } from './accuracy-difference.js';
import { aggregate } from './aggregate.js';
import { cutItems, type MeasuredArm, unfairDifference } from './fairness.js';
import { counted, decimal, differenceFigures, percent, points } from './number-format.js';
import { pairItems, pairsWithin } from './pairing.js';
import { verdictOf } from './verdict.js';

export interface GuardedComparison {
  readonly own: MeasuredArm;
  readonly other: MeasuredArm;
  /** Over all data sets. */
  readonly comparison: ComparisonResult;
  readonly margin: number;
}

/** A gain in accuracy for this much more of all tokens is no gain at equal budget. */
const MORE_TOKENS = 1.05;

type Rule = (compared: GuardedComparison) => string | null;

/**
 * The equal-budget guard: differences of caps, retries, tokens or prompts that the result hangs on, each with the figure
 * that shows it. A difference that decides nothing is no warning.
 */
const RULES: readonly (readonly [BudgetWarning['kind'], Rule])[] = [
  ['caps', ({ own, other }) => unfairDifference(own, other)],
  ['truncation-repair', truncationRepair],
  ['total-tokens', totalTokens],
  ['prompt-tokens', promptTokens],
  ['retries', retries],
  ['several-differences', severalDifferences],
];

export function budgetWarnings(compared: GuardedComparison): BudgetWarning[] {
  if (compared.comparison.pairs === 0) return [];
  return RULES.flatMap(([kind, rule]) => {
    const text = rule(compared);
    return text === null ? [] : [{ kind, text }];
  });
}

/** An early exit repairs what a cap truncates; without the items that a cap cut, does the verdict stand? */
function truncationRepair({ own, other, comparison, margin }: GuardedComparison): string | null {
  if (comparison.verdict === 'not-comparable') return null;
  const [cutOwn, cutOther] = [cutItems(own.columns), cutItems(other.columns)];
  const cut = new Set([...cutOwn, ...cutOther]);
  if (cut.size === 0) return null;
  const pairs = pairsWithin(pairItems(own.columns, other.columns), own.columns, (item) => !cut.has(item));
  const where = [cutPhrase(cutOther.size, comparison.against), cutPhrase(cutOwn.size, comparison.arm)];
  const told = `the token cap cut ${where.filter((phrase) => phrase !== '').join(' and ')}`;
  if (pairs.count === 0) return `${told}: no item is left that neither arm had cut`;
  const { delta, interval, lowerBound } = accuracyDifference(pairs);
  const verdict = verdictOf({ interval, lowerBound, margin });
  const isTurned = comparison.accuracyDelta * delta < 0 || (comparison.accuracyDelta !== 0 && delta === 0);
  if (verdict === comparison.verdict && !isTurned) return null;
  const figures = differenceFigures(delta, interval);
  const verdictPart = verdict === comparison.verdict ? '' : ` and the verdict ${WORDS[verdict]}`;
  return `${told}; over the ${counted(pairs.count, 'item')} that neither had cut, accuracy is ${points(figures.value)} (${figures.interval})${verdictPart}`;
}

const WORDS: Readonly<Record<ComparisonVerdict, string>> = {
  better: 'better',
  'within-margin': 'within margin',
  'not-decisive': 'not decisive',
  worse: 'worse',
  'not-comparable': 'not comparable',
};

function cutPhrase(items: number, arm: string): string {
  return items === 0 ? '' : `${counted(items, 'item')} of ${arm}`;
}

/** Saves what is delivered and spends more in all, or answers better for more of all tokens. */
function totalTokens({ own, other, comparison }: GuardedComparison): string | null {
  const { tokenRatio, verdict, against } = comparison;
  const total = ratioOf([own, other], ['total']);
  if (tokenRatio < 1 && total >= 1) {
    return `it saves ${share(1 - tokenRatio)} of the delivered tokens, but with probes and rejected drafts it spends ${share(total - 1)} more in all`;
  }
  if (verdict === 'better' && total > MORE_TOKENS) {
    return `it spends ${decimal(total, 2)} times the tokens of ${against} in all; ${against} with as many (more repeats and a vote) is the comparison at equal budget`;
  }
  return null;
}

/** Prompt tokens are no part of delivered or total; a long prompt can cost what the answers save. */
function promptTokens({ own, other }: GuardedComparison): string | null {
  const total = ratioOf([own, other], ['total']);
  const withPrompt = ratioOf([own, other], ['total', 'prompt']);
  if (!(total < 1 && withPrompt >= 1)) return null;
  const longer = mean(own.columns.column('prompt')) - mean(other.columns.column('prompt'));
  return `its prompt is ${decimal(longer, 0)} tokens longer: prompt included, it spends ${share(withPrompt - 1)} more instead of ${share(1 - total)} less`;
}

/** Unequal repeats: the common ones are paired, and the sign must not hang on which these are. */
function retries({ own, other, comparison }: GuardedComparison): string | null {
  const repeats = [own.arm.sampling.repeats, other.arm.sampling.repeats] as const;
  if (repeats[0] === repeats[1]) return null;
  const all = aggregate(own.columns).accuracy - aggregate(other.columns).accuracy;
  if (Math.sign(all) === Math.sign(comparison.accuracyDelta)) return null;
  return `repeats differ (${repeats[0]} and ${repeats[1]}): over all of them accuracy is ${signedPoints(all)}, over the common ones ${signedPoints(comparison.accuracyDelta)}`;
}

/** With several things changed at once, a difference cannot be put down to the technique. */
function severalDifferences({ own: { arm }, other: { arm: other }, comparison }: GuardedComparison): string | null {
  if (arm.technique === other.technique) return null;
  const differing = [
    ['model', arm.model, other.model],
    ['prompt', arm.prompt, other.prompt],
    ['sampling', samplingOf(arm), samplingOf(other)],
  ] as const;
  const names = differing.filter(([, a, b]) => JSON.stringify(a) !== JSON.stringify(b)).map(([name]) => name);
  if (names.length === 0) return null;
  return `besides the technique its ${names.join(' and ')} ${names.length === 1 ? 'differs' : 'differ'} from ${comparison.against}; what is due to which cannot be told`;
}

function samplingOf({ sampling }: MeasuredArm['arm']): unknown {
  const { temperature, topP, topK, minP, seed } = sampling;
  return { temperature, topP, topK, minP, seed };
}

function ratioOf([own, other]: readonly [MeasuredArm, MeasuredArm], columns: readonly ('total' | 'prompt')[]): number {
  const spent = ({ columns: from }: MeasuredArm): number =>
    columns.reduce((sum, name) => sum + mean(from.column(name)), 0);
  return spent(own) / spent(other);
}

function share(value: number): string {
  return percent(decimal(value * 100, 0));
}

function signedPoints(value: number): string {
  return points(differenceFigures(value, [value, value]).value);
}
