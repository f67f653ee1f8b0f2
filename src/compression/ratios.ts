import { LaconicError, sha256Hex } from '../domain/index.js';
import { chainKey, type Chain } from './chain.js';

/** Those of the published recipe. */
export const PUBLISHED_RATIOS = [0.5, 0.6, 0.7, 0.8, 0.9, 1] as const;

export type RatiosPerChain = 'one' | 'all';

/** Ratios that a chain is compressed at: all of them, or one drawn uniformly from seed and chain alone. */
export function ratiosOf(
  chain: Pick<Chain, 'dataset' | 'item' | 'repeat'>,
  ratios: readonly number[],
  { perChain, seed }: { readonly perChain: RatiosPerChain; readonly seed: number },
): readonly number[] {
  if (perChain === 'all') return ratios;
  const drawn = ratios[Math.floor(drawOf(`${seed}/ratio/${chainKey(chain)}`) * ratios.length)];
  return drawn === undefined ? [] : [drawn];
}

/** Uniform in [0, 1), from the text alone. */
export function drawOf(text: string): number {
  return Number.parseInt(sha256Hex(text).slice(0, 12), 16) / 2 ** 48;
}

/** Throws `usage` unless there are ratios above 0, at most 1, all different. */
export function requireRatios(ratios: readonly number[]): void {
  const wrong = ratios.find((ratio) => !(ratio > 0 && ratio <= 1));
  if (wrong === undefined && ratios.length > 0 && new Set(ratios).size === ratios.length) return;
  throw new LaconicError('usage', `The ratios ${ratios.join(', ')} cannot be used.`, {
    hint: 'Name shares to keep above 0, at most 1, each once, e.g. 0.5,0.7,1.0.',
    where: '--ratios',
  });
}
