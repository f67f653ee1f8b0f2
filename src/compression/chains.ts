import {
  RATIO_TOKEN,
  type Arm,
  type Item,
  type ModelCard,
  type SampleRecord,
  type ThinkDelimiters,
} from '../domain/index.js';
import { promptText } from '../inference/index.js';
import type { Chain } from './chain.js';
import { chainRange } from './cut.js';
import { unusableSample, type LeftOutReason } from './left-out.js';

/** Where chains are cut from. */
export interface ChainSource {
  readonly arm: Arm;
  readonly card: ModelCard & { readonly think: ThinkDelimiters };
  /** Text per token id; control tokens empty. */
  readonly vocabulary: readonly string[];
  /** Longer chains are left out. */
  readonly maxTokens: number;
  /** The sample's item; throws where it may not be trained on. */
  readonly itemOf: (sample: SampleRecord) => Item;
}

const BROKEN = '\uFFFD';

/** The chain of a sample of the arm, or why it has none that could be used. */
export function chainOf(sample: SampleRecord, source: ChainSource): Chain | LeftOutReason {
  const { arm, card, vocabulary, maxTokens } = source;
  const item = source.itemOf(sample);
  const unusable = unusableSample(sample);
  if (unusable) return unusable;
  const task = { arm, items: [item], repeat: sample.repeat };
  if (promptText(task, card) !== sample.prompt) return 'prompt-not-known';
  if (sample.question.includes(RATIO_TOKEN)) return 'control-in-question';
  const { thinkIds, answerIds } = sample;
  const texts = thinkIds.map((id) => vocabulary[id] ?? '');
  const { first, end } = chainRange(texts, card.think);
  const tokens = texts.slice(first, end);
  if (tokens.length === 0) return 'no-chain';
  if (tokens.some((text) => text === '' || text.includes(BROKEN))) return 'no-plain-text';
  if (tokens.length > maxTokens) return 'too-long';
  return {
    dataset: sample.dataset,
    item: sample.item,
    repeat: sample.repeat,
    level: sample.level,
    question: sample.question,
    call: { task, ids: [...thinkIds, ...answerIds] },
    ids: thinkIds.slice(first, end),
    tokens,
    head: thinkIds.slice(0, first),
    tail: [...thinkIds.slice(end), ...answerIds],
    opening: openingText(texts.slice(0, first).join(''), card.think),
    closing: closingText(texts.slice(end).join(''), card.think),
    answer: sample.answer,
    answerFrom: thinkIds.length - end,
  };
}

/** With the delimiter, which does not show where it is a control token. */
function openingText(shown: string, { open, openedByPrompt }: ThinkDelimiters): string {
  if (shown.includes(open)) return shown;
  return `${open}${openedByPrompt && shown === '' ? '\n' : shown}`;
}

function closingText(shown: string, { close }: ThinkDelimiters): string {
  return shown.includes(close) ? shown : `${shown}${close}`;
}

/** Chains of the arm's samples in groups of at most `size`, so that a run of any length is held in pieces. */
export async function* chainBlocks(
  samples: AsyncIterable<SampleRecord>,
  source: ChainSource,
  { size, leaveOut }: { readonly size: number; readonly leaveOut: (reason: LeftOutReason) => void },
): AsyncGenerator<readonly Chain[]> {
  let block: Chain[] = [];
  for await (const sample of samples) {
    if (sample.arm !== source.arm.name) continue;
    const chain = chainOf(sample, source);
    if (typeof chain === 'string') leaveOut(chain);
    else block.push(chain);
    if (block.length < size) continue;
    yield block;
    block = [];
  }
  if (block.length > 0) yield block;
}
