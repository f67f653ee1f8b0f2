import {
  type Generation,
  type Item,
  MEASURE_RULES,
  type PositionRule,
  tokenTotals,
  type TraceMeasures,
} from '../../domain/index.js';
import { keywordReflections, rederivations } from './reflections.js';
import { findLoop, repeatedTokens } from './repetition.js';
import { type Sentence, splitSentences } from './sentences.js';
import { type Solution, solutionsOf } from './solutions.js';
import { isSameResult, statedResults, type StatedResult } from './stated-results.js';

/** Per token: characters (code units) of the part's text that are complete behind it; ascending. */
export interface TextPositions {
  readonly rule: PositionRule;
  readonly thinking: ArrayLike<number>;
  readonly answer: ArrayLike<number>;
}

type Measured = Pick<Generation, 'thinking' | 'answer' | 'thinkIds' | 'ledger'>;

/** For samples whose tokens cannot be laid along their texts. */
export const NO_POSITIONS: TextPositions = { rule: 'proportional', thinking: [], answer: [] };

interface Part {
  readonly name: 'thinking' | 'answer';
  readonly sentences: readonly Sentence[];
  readonly results: readonly StatedResult[];
  /** Characters of the text, token ends in it, and the delivered token that it begins with. */
  readonly length: number;
  readonly ends: ArrayLike<number>;
  readonly first: number;
  readonly tokens: number;
}

/**
 * Measures one sample. Reflections, solutions and convergence are read from the thinking, from the answer where there is
 * no thinking (a visible solution); the first correct result is looked for in both, in this order.
 */
export function measureTrace(
  generation: Measured,
  item: Pick<Item, 'answer' | 'check'>,
  positions: TextPositions = NO_POSITIONS,
): TraceMeasures {
  const { think, delivered } = tokenTotals(generation.ledger);
  const thinking = partOf('thinking', generation.thinking, item, { ends: positions.thinking, first: 0, tokens: think });
  const answer = partOf('answer', generation.answer, item, {
    ends: positions.answer,
    first: think,
    tokens: delivered - think,
  });
  const main = thinking.sentences.length > 0 ? thinking : answer;
  const solutions = solutionsOf(
    main.sentences,
    main.results.map(({ sentence }) => sentence),
  );
  return {
    rules: MEASURE_RULES,
    positions: positions.rule,
    firstCorrect: firstCorrect(thinking) ?? firstCorrect(answer),
    sentences: main.sentences.length,
    convergedAt: convergence(main, item),
    solutions: solutions.length,
    solutionTokens: solutions.length === 0 ? 0 : main.tokens,
    distinctTokens: distinctTokens(main, solutions),
    keywordReflections: keywordReflections(main.sentences),
    rederivations: rederivations(main.sentences),
    repeatedTokens: repeatedTokens(generation.thinkIds),
    loop: findLoop(generation.thinkIds),
  };
}

function partOf(
  name: Part['name'],
  text: string,
  item: Pick<Item, 'answer' | 'check'>,
  place: Pick<Part, 'ends' | 'first' | 'tokens'>,
): Part {
  const sentences = splitSentences(text);
  return { name, sentences, results: statedResults(sentences, item), length: text.length, ...place };
}

function firstCorrect(part: Part): TraceMeasures['firstCorrect'] {
  const found = part.results.find(({ isCorrect }) => isCorrect);
  const sentence = found && part.sentences[found.sentence];
  if (!sentence) return null;
  return { tokens: part.first + tokensThrough(part, sentence.end), part: part.name, character: sentence.end };
}

/** Sentence number (from 1) of the earliest statement of the last run of equal results. */
function convergence({ results }: Part, item: Pick<Item, 'answer' | 'check'>): number | null {
  const last = results.at(-1);
  if (!last) return null;
  const differing = results.findLastIndex(({ value }) => !isSameResult(value, last.value, item));
  return (results[differing + 1]?.sentence ?? last.sentence) + 1;
}

/** The first solution begins with the part's first token, the last ends with its last: solutions cover the part. */
function distinctTokens(part: Part, solutions: readonly Solution[]): number {
  let sum = 0;
  for (const [index, { from, to, isNew }] of solutions.entries()) {
    if (!isNew) continue;
    const start = from === 0 ? 0 : tokensThrough(part, part.sentences[from - 1]?.end ?? 0);
    const isLast = index === solutions.length - 1;
    sum += (isLast ? part.tokens : tokensThrough(part, part.sentences[to - 1]?.end ?? 0)) - start;
  }
  return sum;
}

/** Tokens of the part until `character` is complete; proportional where token ends are not at hand. */
function tokensThrough({ ends, length, tokens }: Part, character: number): number {
  if (ends.length === 0) return length === 0 ? 0 : Math.round((tokens * character) / length);
  let [low, high] = [0, ends.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] ?? 0) >= character) high = middle;
    else low = middle + 1;
  }
  return Math.min(tokens, low + 1);
}
