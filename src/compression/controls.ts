import { sha256Hex, type ControlScorer } from '../domain/index.js';
import { chainKey, type Chain } from './chain.js';
import type { Importance } from './select.js';

/** Each control ranks a chain once, so what a small ratio keeps a larger one keeps, too. */
export function controlImportance(scorer: ControlScorer, chain: Chain, seed: number): Importance {
  switch (scorer) {
    case 'random':
      return draws(chain, seed);
    case 'keep-numbers':
      return keepNumbers(chain, seed);
    case 'truncate':
      return chain.tokens.map((_, index) => -index);
  }
}

/** Tokens with a digit or an operator before all others, among themselves at random. */
function keepNumbers(chain: Chain, seed: number): Importance {
  return draws(chain, seed).map((draw, index) => draw + (isNumeric(chain.tokens[index] ?? '') ? 1 : 0));
}

function isNumeric(token: string): boolean {
  return /\d|^\s*[-+*/=<>^%×÷()]+\s*$/.test(token);
}

/** Uniform in [0, 1), from seed, chain and place alone. */
function draws(chain: Chain, seed: number): number[] {
  const key = chainKey(chain);
  return chain.tokens.map(
    (_, index) => Number.parseInt(sha256Hex(`${seed}/${key}/${index}`).slice(0, 8), 16) / 2 ** 32,
  );
}
