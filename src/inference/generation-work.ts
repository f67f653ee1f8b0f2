import {
  LaconicError,
  parseTechniqueParams,
  sha256Hex,
  techniqueDefinition,
  type Arm,
  type Item,
  type ModelCard,
  type PromptPiece,
} from '../domain/index.js';
import {
  bannedIds,
  nowaitCondition,
  suppressionProvenance,
  type SuppressionProvenance,
} from '../domain/techniques/index.js';
import { chatFormat, noThinkingPieces, renderPrompt } from '../models/index.js';
import { adaptivePolicy } from './adaptive-policy.js';
import { budgetPolicy, s1Policy, softBudgetPolicy, type ThinkingCard } from './forcing-policies.js';
import { taskPrompt } from './task-prompt.js';
import { truncation } from './truncation.js';
import { exitPolicy, probeRoom } from './exit-policies.js';
import type { EngineOptions, EnginePolicy, EngineRequest } from './native/addon.js';

/** One call to make. */
export interface GenerationTask {
  readonly arm: Arm;
  /** The questions asked in it, all of one data set; more than one for batch prompting only. */
  readonly items: readonly Item[];
  readonly repeat: number;
  /** Which of several paths of one sample, 0 … 127; default 0. */
  readonly lane?: number;
  /** Token ids of a thinking to go through again. */
  readonly trace?: readonly number[];
  /** The generation is to say how certain the model was. */
  readonly certainty?: boolean;
}

export interface BuiltRequests {
  readonly requests: readonly EngineRequest[];
  /** Whole prompt text per request, as the model sees it. */
  readonly prompts: readonly string[];
  readonly suppression: Readonly<Record<string, SuppressionProvenance>>;
}

/** Cells of a stream are rounded up so that shards of one run open the same engine. */
const CONTEXT_STEP = 512;

/**
 * Turns tasks into engine requests; request id = index of the task.
 * Pure: the vocabulary is the engine's, text per token id.
 */
export function buildRequests(
  tasks: readonly GenerationTask[],
  card: ModelCard,
  vocabulary: readonly string[],
): BuiltRequests {
  const policies = new Map<string, EnginePolicy>();
  const suppression: Record<string, SuppressionProvenance> = {};
  const requests: EngineRequest[] = [];
  const prompts: string[] = [];
  for (const [id, task] of tasks.entries()) {
    const { arm, repeat, trace } = task;
    let policy = truncation(task, card, vocabulary) ?? policies.get(arm.name);
    if (!policy) {
      policy = buildPolicy(arm, card, vocabulary);
      policies.set(arm.name, policy);
      if (policy.technique === 'nowait') {
        const { bannedIds: ids, penalty, confidence, window } = policy;
        suppression[arm.name] = suppressionProvenance(String(arm.params['vocabulary']), ids, {
          ...(penalty !== undefined && { penalty }),
          ...(confidence !== undefined && { confidence, window }),
        });
      }
    }
    const prompt = promptPieces(task, card);
    const { temperature, topK, topP, minP, maxTokens, seed } = arm.sampling;
    requests.push({
      id,
      prompt,
      policy,
      sampling: { temperature, topK, topP, minP, maxTokens, seed },
      itemKey: itemKey(task.items),
      repeat,
      ...(task.lane !== undefined && { lane: task.lane }),
      ...(trace && { trace }),
      ...(task.certainty && { certainty: true }),
    });
    prompts.push(prompt.map((piece) => piece.text).join(''));
  }
  return { requests, prompts, suppression };
}

/** Bytes bound tokens from above: no tokenizer needs more tokens than bytes. One step where there are no tasks. */
export function contextTokensFor(tasks: readonly GenerationTask[], card: ModelCard): number {
  let longest = 0;
  for (const task of tasks) {
    const bytes = promptPieces(task, card).reduce((sum, piece) => sum + Buffer.byteLength(piece.text), 0);
    longest = Math.max(longest, bytes + task.arm.sampling.maxTokens + probeRoom(task.arm));
  }
  return Math.min(card.contextTokens, Math.max(1, Math.ceil(longest / CONTEXT_STEP)) * CONTEXT_STEP);
}

export function engineOptionsFor(
  card: ModelCard,
  settings: Pick<EngineOptions, 'modelPath' | 'streams' | 'contextTokens' | 'threads' | 'sharing' | 'recordSteps'>,
): EngineOptions {
  const { think } = card;
  return {
    ...settings,
    think: think && { open: think.open, close: think.close, openedByPrompt: think.openedByPrompt },
    stopStrings: card.stopStrings,
    addBos: chatFormat(card.chatFormat).addBos,
  };
}

/** The whole prompt of a call. */
export function promptPieces(task: GenerationTask, card: ModelCard): PromptPiece[] {
  const { prompt, question, control } = taskPrompt(task);
  return renderPrompt(chatFormat(card.chatFormat), prompt, question, control);
}

/** The same as the model sees it. */
export function promptText(task: GenerationTask, card: ModelCard): string {
  return promptPieces(task, card)
    .map(({ text }) => text)
    .join('');
}

/** Random numbers belong to the questions of a call, whatever else a run holds. */
function itemKey(items: readonly Item[]): string {
  const hashes = items.map((item) => item.contentHash);
  return (hashes.length === 1 ? (hashes[0] ?? '') : sha256Hex(hashes.join('\n'))).slice(0, 16);
}

function buildPolicy(arm: Arm, card: ModelCard, vocabulary: readonly string[]): EnginePolicy {
  const { technique, params } = arm;
  // What acts through the prompt alone decodes as the baseline does.
  if (techniqueDefinition(technique).acts === 'in-prompt') return { technique: 'baseline' };
  const exit = exitPolicy(arm, card, vocabulary);
  if (exit) return exit;
  switch (technique) {
    case 'baseline':
      return { technique };
    // What is cut at a share of maxTokens has that cap in its sampling.
    case 'truncate':
      return { technique: 'baseline' };
    case 'cascade':
      // Where it takes an answer over, the engine is not asked.
      return { technique: 'baseline' };
    // What an overclocked arm differs in is its engine.
    case 'overclock':
      return { technique: 'baseline' };
    case 'nowait':
      return {
        technique,
        bannedIds: bannedIds(vocabulary, params).ids,
        scope: params['scope'] === 'all' ? 'all' : 'thinking',
        ...(typeof params['penalty'] === 'number' && { penalty: params['penalty'] }),
        ...nowaitCondition(parseTechniqueParams('nowait', params)),
      };
    case 'budget':
      return budgetPolicy(thinkingCard(card, arm), arm);
    case 's1':
      return s1Policy(thinkingCard(card, arm), arm);
    case 'soft-budget':
      return softBudgetPolicy(thinkingCard(card, arm), arm);
    case 'self-consistency':
    case 'best-of-n':
      return params['thinking'] === 'none'
        ? { technique: 'nothinking', prefill: noThinkingPieces(thinkingCard(card, arm)) }
        : { technique: 'baseline' };
    case 'nothinking':
      return { technique, prefill: noThinkingPieces(thinkingCard(card, arm), optionalText(params['prefill'])) };
    case 'adaptive-think':
      return adaptivePolicy(thinkingCard(card, arm), arm);
    default:
      throw new LaconicError('technique-refused', `The engine has no policy for ${technique}.`, {
        hint: 'This is a defect: a technique of the catalogue must act in the prompt or have a policy.',
        where: `arm ${arm.name}`,
      });
  }
}

function thinkingCard(card: ModelCard, arm: Arm): ThinkingCard {
  if (card.think) return { ...card, think: card.think };
  throw new LaconicError(
    'technique-refused',
    `Arm ${arm.name}: ${arm.technique} needs a model that marks its thinking.`,
    {
      hint: `The card of ${card.alias} names no thinking delimiters; use another model or only techniques that need none.`,
    },
  );
}

function optionalText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
