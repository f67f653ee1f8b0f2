import { parseTechniqueParams, type Arm, type ModelCard } from '../domain/index.js';
import { announcementInterval, BUDGET_CLOSINGS, S1_ANSWER } from '../domain/techniques/index.js';
import { closingPieces } from '../models/index.js';
import type { EnginePolicy } from './native/addon.js';

export type ThinkingCard = ModelCard & { readonly think: NonNullable<ModelCard['think']> };

type Params = Pick<Arm, 'params'>;

export function budgetPolicy(card: ThinkingCard, arm: Params): EnginePolicy {
  const { tokens, closing, style } = parseTechniqueParams('budget', arm.params);
  switch (style) {
    case 's1':
      return { ...upperLimit(card), tokens, waits: 0, wait: [] };
    case 'qwen3':
      return { technique: 'budget', tokens, closing: closingPieces(card, BUDGET_CLOSINGS.qwen3) };
    case 'llama.cpp':
      return { technique: 'budget', tokens, closing: closingPieces(card, card.think.close) };
    case undefined:
      return { technique: 'budget', tokens, closing: closingPieces(card, closing) };
  }
}

export function s1Policy(card: ThinkingCard, arm: Params): EnginePolicy {
  const { tokens, waits, wait } = parseTechniqueParams('s1', arm.params);
  return { ...upperLimit(card), tokens: tokens ?? null, waits, wait: [{ text: wait, special: false }] };
}

export function softBudgetPolicy(card: ThinkingCard, arm: Params): EnginePolicy {
  const params = parseTechniqueParams('soft-budget', arm.params);
  return {
    technique: 'soft-budget',
    deadline: params.deadline,
    interval: announcementInterval(params),
    message: [{ text: params.message, special: false }],
    closing: params.atDeadline === 'close' ? closingPieces(card) : [],
  };
}

function upperLimit(
  card: ThinkingCard,
): Pick<Extract<EnginePolicy, { technique: 's1' }>, 'technique' | 'closing' | 'end'> {
  const { close, afterClose } = card.think;
  return { technique: 's1', closing: closingPieces(card, `${close}${afterClose}${S1_ANSWER}`), end: close };
}
