import { READ_TOGETHER, type ReadCall } from '../../inference/index.js';
import type { Chain } from '../chain.js';
import type { ChainScorer } from '../scorer.js';
import type { Importance } from '../select.js';
import { countIds, ReadingSpeed, type LogProbReader } from './log-prob-reader.js';
import { unitsOf, type ContributionUnit, type TokenRange } from './units.js';

/** Ids that are made up at a time; a chain of 300 tokens in 20 lines makes 6,000. */
const GROUP_IDS = 2 ** 21;

/**
 * What a unit of the chain does for the answer: ln p(answer | chain) − ln p(answer | chain without the unit), both behind
 * the prompt, what opens the chain and what closes it; summed over the answer's tokens, the end of the sample included.
 * Every token gets its unit's value; below 0 the answer is likelier without. One text is read for every unit.
 */
export function answerContributionScorer(reader: LogProbReader, unit: ContributionUnit): ChainScorer {
  const speed = new ReadingSpeed(reader);
  return {
    name: 'answer-contribution',
    forecast: async (chains, signal) => {
      const tokens = chains.reduce((sum, chain) => sum + idsToRead(chain, unit), 0);
      if (tokens === 0) return { tokens, seconds: 0 };
      const texts = chains.reduce((sum, chain) => sum + unitsOf(chain.tokens, unit).length + 1, 0);
      const perSecond = await speed.of(
        chains.map((chain) => textWithout(chain)),
        signal,
      );
      return { tokens, seconds: tokens / perSecond / reader.engines(texts) };
    },
    score: async (chains, { signal, take }) => {
      for (const group of groupsOf(chains, unit)) await scoreGroup(group, { signal, take }, reader);
    },
  };
}

/** A chain with the texts to read: whole, then without each unit, from the last unit to the first. */
interface ChainTexts {
  readonly chain: number;
  readonly tokens: number;
  readonly units: readonly TokenRange[];
  readonly calls: readonly ReadCall[];
}

function* groupsOf(chains: readonly Chain[], unit: ContributionUnit): Generator<readonly ChainTexts[]> {
  let group: ChainTexts[] = [];
  let ids = 0;
  for (const [index, chain] of chains.entries()) {
    const texts = textsOf(chain, index, unit);
    group.push(texts);
    ids += countIds(texts.calls);
    if (ids < GROUP_IDS) continue;
    yield group;
    [group, ids] = [[], 0];
  }
  if (group.length > 0) yield group;
}

/** From the last unit to the first, so that a text has in common with the one before it all that precedes its gap. */
function textsOf(chain: Chain, index: number, unit: ContributionUnit): ChainTexts {
  const units = unitsOf(chain.tokens, unit).toReversed();
  const calls = [textWithout(chain), ...units.map((left) => textWithout(chain, left))];
  return { chain: index, tokens: chain.tokens.length, units, calls };
}

function textWithout({ call: { task }, head, ids, tail, answerFrom }: Chain, gap?: TokenRange): ReadCall {
  const kept = gap ? [...ids.slice(0, gap.first), ...ids.slice(gap.end)] : ids;
  return { task, ids: [...head, ...kept, ...tail], from: head.length + kept.length + answerFrom };
}

async function scoreGroup(
  group: readonly ChainTexts[],
  { signal, take }: Parameters<ChainScorer['score']>[1],
  reader: LogProbReader,
): Promise<void> {
  const places = group.flatMap((texts) => texts.calls.map((_, text) => ({ texts, text })));
  const sums = new Map(group.map((texts) => [texts, { read: 0, of: texts.calls.map(() => 0) }]));
  const calls = group.flatMap((texts) => texts.calls);
  await reader.read(calls, {
    signal,
    take: (call, logProbs) => {
      const place = places[call];
      const sum = place && sums.get(place.texts);
      if (!sum) return;
      sum.of[place.text] = logProbs.reduce((total, logProb) => total + logProb, 0);
      sum.read += 1;
      if (sum.read === sum.of.length) take(place.texts.chain, spread(place.texts, sum.of));
    },
  });
}

/** `sums`: of the whole text, then of those without each unit. */
function spread({ tokens, units }: ChainTexts, [whole = 0, ...without]: readonly number[]): Importance {
  const importance = Array.from({ length: tokens }, () => 0);
  for (const [index, { first, end }] of units.entries()) importance.fill(whole - (without[index] ?? 0), first, end);
  return importance;
}

/** Of a text that begins like the one read before, only what differs is read, from the nearest group of ids on. */
function idsToRead({ tokens, head, tail }: Chain, unit: ContributionUnit): number {
  const whole = head.length + tokens.length + tail.length;
  return unitsOf(tokens, unit).reduce((sum, { first, end }) => {
    const known = Math.floor((head.length + first) / READ_TOGETHER) * READ_TOGETHER;
    return sum + whole - (end - first) - known;
  }, whole);
}
