import { LaconicError, type Arm, type ModelCard, type PromptPiece } from '../domain/index.js';
import {
  ANSWER_STOPS,
  DYNASOR_CLOSING,
  parseTechniqueParams,
  sureEnough,
  techniqueDefinition,
  type ConfidenceParams,
  type ConvergenceParams,
  type DeerParams,
  type DynasorParams,
  type EatParams,
} from '../domain/techniques/index.js';
import { closingPieces } from '../models/index.js';
import type { EngineExit } from './native/addon.js';

/** The engine's policy of an arm that leaves the thinking early; null where its technique is none of these. */
export function exitPolicy(arm: Arm, card: ModelCard, vocabulary: readonly string[]): EngineExit | null {
  switch (arm.technique) {
    case 'deer':
      return deer(arm, parseTechniqueParams('deer', arm.params), { card, vocabulary });
    case 'dynasor':
      return dynasor(parseTechniqueParams('dynasor', arm.params), card);
    case 'convergence':
      return convergence(parseTechniqueParams('convergence', arm.params), card);
    case 'eat':
      return eat(parseTechniqueParams('eat', arm.params), card);
    case 'confidence':
      return confidence(parseTechniqueParams('confidence', arm.params), card);
    default:
      return null;
  }
}

/** Delimiters before a probe's text, and the text itself where the parameters leave it to the technique. */
const DELIMITER_ROOM = 96;

/** KV cells that an arm's probes may need behind its sample; bytes bound tokens from above. */
export function probeRoom(arm: Arm): number {
  if (!techniqueDefinition(arm.technique).entry.ledgerColumns.includes('probe')) return 0;
  const { prompt, prefill, probeTokens } = arm.params;
  const texts = [prompt, prefill].map((text) => (typeof text === 'string' ? Buffer.byteLength(text) : 0));
  return texts.reduce((sum, bytes) => sum + bytes, DELIMITER_ROOM) + Number(probeTokens ?? 0);
}

interface Model {
  readonly card: ModelCard;
  readonly vocabulary: readonly string[];
}

function deer(arm: Arm, params: DeerParams, { card, vocabulary }: Model): EngineExit {
  const qwen3 = params.variant === 'qwen3';
  return {
    technique: 'deer',
    triggers: triggerIds(arm, params.triggers, vocabulary),
    probe: [{ text: params.prompt, special: false }],
    probeTokens: params.probeTokens,
    probeTemperature: params.probe === 'sampled' ? 1 : 0,
    stops: qwen3 && card.think ? [card.think.close] : ANSWER_STOPS,
    stopNeeded: qwen3,
    threshold: params.threshold,
    confidence: params.confidence,
    maxProbes: params.maxProbes,
    thinkLimit: params.thinkShare < 1 ? Math.floor(params.thinkShare * arm.sampling.maxTokens) : 0,
    closing: closingPieces(card),
  };
}

function dynasor(params: DynasorParams, card: ModelCard): EngineExit {
  const greedy = params.probe === 'greedy';
  return {
    technique: 'consensus',
    chunkTokens: params.chunk,
    probe: [{ text: params.prompt, special: false }],
    probeTokens: params.probeTokens,
    probeTemperature: greedy ? 0 : 0.6,
    probeTopP: greedy ? 1 : 0.95,
    stops: [],
    window: params.window,
    doubts: params.doubts.map((word) => word.toLowerCase()),
    normalForm: true,
    closing: closingPieces(card, DYNASOR_CLOSING.join(card.think?.close ?? '')),
    closingAnswers: true,
  };
}

function convergence(params: ConvergenceParams, card: ModelCard): EngineExit {
  return {
    technique: 'consensus',
    chunkTokens: 0,
    probe: behindClosing(card, params.prompt),
    probeTokens: params.probeTokens,
    probeTemperature: 0,
    probeTopP: 1,
    stops: ['\n'],
    window: params.k,
    doubts: [],
    normalForm: false,
    closing: closingPieces(card),
    closingAnswers: false,
  };
}

function eat(params: EatParams, card: ModelCard): EngineExit {
  return {
    technique: 'eat',
    delimiter: params.delimiter,
    probe: behindClosing(card, params.prompt),
    alpha: params.alpha,
    threshold: params.delta,
    minProbes: params.minProbes,
    closing: closingPieces(card),
  };
}

function confidence(params: ConfidenceParams, card: ModelCard): EngineExit {
  return {
    technique: 'confidence',
    chunkTokens: params.chunk,
    probe: [{ text: params.prompt, special: false }],
    probeTokens: params.probeTokens,
    stops: ANSWER_STOPS,
    measure: params.measure,
    threshold: sureEnough(params),
    closing: closingPieces(card),
  };
}

function behindClosing(card: ModelCard, text: string): readonly PromptPiece[] {
  return closingPieces(card, `\n${card.think?.close ?? ''}${text}`);
}

/** Tokens that are one of the words, blanks before it apart. */
function triggerIds(arm: Arm, words: readonly string[], vocabulary: readonly string[]): number[] {
  const ids = vocabulary.flatMap((text, id) => (words.includes(text.trimStart()) ? [id] : []));
  if (ids.length > 0) return ids;
  throw new LaconicError(
    'technique-refused',
    `Arm ${arm.name}: the model has no token for any of the words ${words.join(', ')}.`,
    { hint: 'Name trigger words that its vocabulary holds as single tokens.', where: `arm ${arm.name}` },
  );
}
