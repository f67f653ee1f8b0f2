import { LaconicError } from '../../domain/index.js';
import type { Chain } from '../chain.js';
import type { ChainScorer } from '../scorer.js';
import type { Importance } from '../select.js';
import { spreadOverTokens, windowsOf, type Piece } from './pieces.js';
import type { TokenClassifier } from './token-classifier.js';

/** Of XLM-RoBERTa and of multilingual BERT, which the published classifiers are. */
const POSITIONS = 512;

/** What the classifier reads of a chain, window by window. */
interface ClassifierText {
  readonly windows: readonly (readonly Piece[])[];
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/**
 * LLMLingua-2 (arXiv 2403.12968), TokenSkip's importance: P(keep) of a token classifier that read the chain alone, no
 * more than `positions` of its tokens at a time. Differences from the published code: a token of the evaluated model gets
 * the largest P(keep) of the classifier's tokens that it shares text with, where the code averages over words and drops
 * whole words.
 */
export function llmlingua2Scorer(classifier: TokenClassifier, positions = POSITIONS): ChainScorer {
  let perSecond: number | null = null;
  const textOf = async (chain: Chain): Promise<ClassifierText> => {
    const text = chain.tokens.join('');
    const { before, pieces, after } = await classifier.pieces(text);
    return { windows: windowsOf(text, pieces, positions - before.length - after.length), before, after };
  };
  return {
    name: 'llmlingua2',
    forecast: async (chains, signal) => {
      let tokens = 0;
      for (const chain of chains) {
        requireNotStopped(signal);
        tokens += countIds(await textOf(chain));
      }
      const [first] = chains;
      if (!first || tokens === 0) return { tokens, seconds: 0 };
      perSecond ??= await timed(classifier, await textOf(first));
      return { tokens, seconds: tokens / perSecond };
    },
    score: async (chains, { signal, take }) => {
      for (const [index, chain] of chains.entries()) {
        requireNotStopped(signal);
        take(index, await importanceOf(chain, await textOf(chain), classifier));
      }
    },
  };
}

async function importanceOf(chain: Chain, text: ClassifierText, classifier: TokenClassifier): Promise<Importance> {
  const values: number[] = [];
  for (const window of text.windows) values.push(...(await keepOf(window, text, classifier)));
  return spreadOverTokens(chain.tokens, text.windows.flat(), values);
}

/** P(keep) of the window's pieces, those around it apart. */
async function keepOf(
  window: readonly Piece[],
  { before, after }: ClassifierText,
  classifier: TokenClassifier,
): Promise<readonly number[]> {
  const keep = await classifier.keep([...before, ...window.map(({ id }) => id), ...after]);
  return keep.slice(before.length, before.length + window.length);
}

/** Ids per second, the first reading apart, which warms caches. */
async function timed(classifier: TokenClassifier, text: ClassifierText): Promise<number> {
  const read = async (): Promise<void> => {
    for (const window of text.windows) await keepOf(window, text, classifier);
  };
  await read();
  const start = performance.now();
  await read();
  return countIds(text) / ((performance.now() - start) / 1000);
}

function countIds({ windows, before, after }: ClassifierText): number {
  return windows.reduce((sum, window) => sum + before.length + window.length + after.length, 0);
}

function requireNotStopped(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw new LaconicError('interrupted', 'The scoring was stopped.', { hint: 'Repeat the command.' });
}
