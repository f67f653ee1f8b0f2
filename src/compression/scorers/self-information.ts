import type { ReadCall } from '../../inference/index.js';
import type { Chain } from '../chain.js';
import type { ChainScorer } from '../scorer.js';
import { countIds, ReadingSpeed, type LogProbReader } from './log-prob-reader.js';

/**
 * Self-information, after Selective-Context (arXiv 2310.06201): the importance of token i is −ln p(token i | all before
 * it), in nats. Differences: the model is the one that is evaluated, and what stands before a token includes its prompt,
 * so that words of the question carry little; tokens are not put together to phrases.
 */
export function selfInformationScorer(reader: LogProbReader): ChainScorer {
  const speed = new ReadingSpeed(reader);
  return {
    name: 'self-information',
    forecast: async (chains, signal) => {
      const calls = chains.map(callOf);
      const tokens = countIds(calls);
      if (tokens === 0) return { tokens, seconds: 0 };
      return { tokens, seconds: tokens / (await speed.of(calls, signal)) / reader.engines(calls.length) };
    },
    score: async (chains, { signal, take }) =>
      reader.read(chains.map(callOf), {
        signal,
        take: (chain, logProbs) =>
          take(
            chain,
            Array.from(logProbs, (logProb) => -logProb),
          ),
      }),
  };
}

function callOf({ call: { task }, head, ids }: Chain): ReadCall {
  return { task, ids: [...head, ...ids], from: head.length };
}
