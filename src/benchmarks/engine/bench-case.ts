import type { Bar, BenchRow } from '../bench-document.js';
import { interleaved } from '../interleave.js';
import { atLeast, pairedRatio } from '../paired-ratio.js';
import { secondsOf, type BenchPrompt, type Contestant } from './contestant.js';

export interface BenchCase {
  readonly name: 'decode' | 'prefill';
  readonly model: string;
  /** One per sequence, of equal length. */
  readonly prompts: readonly BenchPrompt[];
  /** What the ratio to node-llama-cpp is meant to reach. */
  readonly nodeBar: number | null;
  readonly threads: number;
  readonly rounds: number;
}

/** A measurement takes about so long on this machine: long enough for the clock, short enough to be interleaved. */
const SECONDS = 0.7;
const FEWEST_TOKENS = 4;
/** Short of a stream's 256 cells. */
const MOST_TOKENS = 240;
const TRIAL_TOKENS = 8;

/** Tokens per second of everybody on one case, as rows of ratios. */
export async function measureCase(
  laconic: Contestant,
  peers: readonly Contestant[],
  each: BenchCase,
): Promise<BenchRow[]> {
  const able = [laconic, ...peers].filter(({ maxSequences }) => maxSequences >= each.prompts.length);
  for (const contestant of able) await contestant.prepare(each.prompts.length, cellsOf(each));
  const tokens = each.name === 'decode' ? await decodeTokens(able, each) : 1;
  const work = tokens * each.prompts.length + (each.name === 'prefill' ? (each.prompts[0]?.ids.length ?? 0) - 1 : 0);
  // Once unmeasured, so that memory is mapped and warm for everybody.
  for (const contestant of able) await once(contestant, each, tokens);
  const values = await interleaved(able, each.rounds, async (contestant) => {
    return work / (await secondsOf(async () => once(contestant, each, tokens)));
  });
  const ours = values.get(laconic) ?? [];
  return able
    .filter((contestant) => contestant !== laconic)
    .map((peer) => ({
      case: each.name,
      model: each.model,
      sequences: each.prompts.length,
      threads: each.threads,
      unit: 'tok/s',
      peer: peer.name,
      ...pairedRatio(ours, values.get(peer) ?? []),
      bar: barFor(peer, each),
    }));
}

function barFor(peer: Contestant, { name, nodeBar }: BenchCase): Bar | null {
  if (name === 'prefill') return null;
  if (peer.name === 'llama.cpp') return atLeast(1);
  if (peer.name === 'node-llama-cpp') return nodeBar === null ? null : atLeast(nodeBar);
  return peer.name === 'transformers' ? atLeast(3) : null;
}

function cellsOf({ prompts, name }: BenchCase): number {
  return name === 'decode' ? 256 : Math.ceil(((prompts[0]?.ids.length ?? 0) + 2) / 256) * 256;
}

/** From the fastest on a short trial: whoever is slower takes longer over the same work. */
async function decodeTokens(able: readonly Contestant[], each: BenchCase): Promise<number> {
  const seconds: number[] = [];
  for (const contestant of able) {
    await once(contestant, each, TRIAL_TOKENS);
    seconds.push(await secondsOf(async () => once(contestant, each, TRIAL_TOKENS)));
  }
  const perToken = Math.min(...seconds) / TRIAL_TOKENS;
  return Math.max(FEWEST_TOKENS, Math.min(MOST_TOKENS, Math.round(SECONDS / perToken)));
}

async function once(contestant: Contestant, { name, prompts }: BenchCase, tokens: number): Promise<number | void> {
  const [first] = prompts;
  if (name === 'decode') return contestant.decode(prompts, tokens);
  if (first) return contestant.prefill(first);
}
