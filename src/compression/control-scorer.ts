import { LaconicError, type ControlScorer } from '../domain/index.js';
import { controlImportance } from './controls.js';
import type { ChainScorer } from './scorer.js';

/** A control behind the interface of all scorers: reads no token, so it costs nothing. */
export function controlScorer(name: ControlScorer, seed: number): ChainScorer {
  return {
    name,
    forecast: async () => Promise.resolve({ tokens: 0, seconds: 0 }),
    score: async (chains, { signal, take }) => {
      for (const [index, chain] of chains.entries()) {
        if (signal.aborted) {
          throw new LaconicError('interrupted', 'The scoring was stopped.', { hint: 'Repeat the command.' });
        }
        take(index, controlImportance(name, chain, seed));
      }
      return Promise.resolve();
    },
  };
}
