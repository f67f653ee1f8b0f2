import { Xoshiro128 } from '../../statistics/index.js';

/** What a made-up reasoner would write about one item; reflections are lines of their own. */
export interface SyntheticTrace {
  readonly question: string;
  readonly reference: string;
  readonly lines: readonly SyntheticLine[];
  /** Answers: with all reflections, without them, and without thinking. */
  readonly answers: { readonly full: string; readonly unchecked: string; readonly direct: string };
}

export interface SyntheticLine {
  readonly text: string;
  readonly isReflection: boolean;
}

const OPENINGS: readonly [string, ...string[]] = [
  'Let me solve this carefully.',
  'Okay, let me work through this step by step.',
  'First, let me see what is given.',
];
const NAMES: readonly [string, ...string[]] = ['Mia', 'Ravi', 'Emma', 'Lucas', 'Wendy', 'Bruno'];
const GOODS: readonly [string, ...string[]] = ['cards', 'beads', 'muffins', 'tickets', 'magnets'];

export type SyntheticFamily = 'word-problems' | 'arithmetic' | 'clock-times' | 'countdown';

/** Deterministic in (family, index); the level grows the numbers, the steps and the chance of a slip. */
export function syntheticTrace(family: SyntheticFamily, index: number, level: number): SyntheticTrace {
  const random = new Xoshiro128(index * 7919 + family.length * 104_729 + family.charCodeAt(0));
  const pick = ([first, ...rest]: readonly [string, ...string[]]): string =>
    [first, ...rest][random.nextBelow(rest.length + 1)] ?? first;
  const number = (): number => 2 + random.nextBelow(12 * level ** 2);
  const steps = 2 + level + random.nextBelow(3);
  const lines: SyntheticLine[] = [{ text: pick(OPENINGS), isReflection: false }];
  const slips = random.nextUnit() < 0.03 * level ** 2;
  const slipAt = slips ? 1 + random.nextBelow(steps - 1) : -1;
  const finds = random.nextUnit() < (family === 'countdown' ? 0.95 : 0.45);
  let [value, wrong] = [number(), 0];
  const terms = [String(value)];
  for (let step = 0; step < steps; step += 1) {
    const factor = 1 + random.nextBelow(4 + level);
    const times = step % 2 === 0;
    const before = value + wrong;
    value = times ? value * (1 + (factor % 3)) : value + factor * 7;
    if (step === slipAt) wrong = 10 * (1 + random.nextBelow(9));
    terms.push(times ? `* ${1 + (factor % 3)}` : `+ ${factor * 7}`);
    lines.push({
      text: stepText(family, { before, change: terms.at(-1) ?? '', after: value + wrong, step }),
      isReflection: false,
    });
    const looksBack = random.nextUnit() < 0.25 + 0.1 * level;
    if (!looksBack) continue;
    const repairs = wrong !== 0 && finds;
    const check = repairs ? `That is not right, it is ${value}. So the result here is ${value}.` : 'The size fits.';
    lines.push({
      text: `Wait, let me check ${value + wrong}: ${before} ${terms.at(-1) ?? ''} again. ${check}`,
      isReflection: true,
    });
    if (repairs) wrong = 0;
  }
  const final = value + wrong;
  lines.push({ text: `So the answer is ${final}.`, isReflection: false });
  if (level > 2)
    lines.push({ text: `Hmm, the question asked for the total, and ${final} is the total.`, isReflection: true });
  const unchecked = slips ? value + 30 : value;
  return {
    question: questionText(family, { terms, name: pick(NAMES), goods: pick(GOODS) }),
    reference: String(value),
    lines,
    answers: {
      full: String(final),
      unchecked: String(unchecked),
      direct: String(random.nextUnit() < 0.15 * level ? value + 7 : value),
    },
  };
}

function stepText(
  family: SyntheticFamily,
  step: { before: number; change: string; after: number; step: number },
): string {
  const { before, change, after } = step;
  switch (family) {
    case 'word-problems':
      return `After step ${step.step + 1} there are ${before} ${change} = ${after} of them.`;
    case 'arithmetic':
      return `${before} ${change} = ${after}.`;
    case 'clock-times':
      return `Going on by ${change} minutes from ${before} gives ${after} minutes.`;
    case 'countdown':
      return `Let me try ${before} ${change} = ${after}, which is not the target yet.`;
  }
}

function questionText(
  family: SyntheticFamily,
  parts: { terms: readonly string[]; name: string; goods: string },
): string {
  const { terms, name, goods } = parts;
  switch (family) {
    case 'word-problems':
      return `${name} starts with ${terms[0] ?? ''} ${goods}. Then the number changes by ${terms.slice(1).join(', then ')}. How many ${goods} does ${name} have at the end?`;
    case 'arithmetic':
      return `Calculate ${terms.join(' ')} from left to right.`;
    case 'clock-times':
      return `A clock shows ${terms[0] ?? ''} minutes; apply ${terms.slice(1).join(', ')}. How many minutes are there now?`;
    case 'countdown':
      return `Combine ${terms.join(', ')} from left to right. What is the target?`;
  }
}
