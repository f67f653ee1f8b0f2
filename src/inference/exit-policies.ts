import { LaconicError, type Arm, type ModelCard } from '../domain/index.js';
import { DEER_STOPS, EXIT_TECHNIQUES, parseTechniqueParams, type DeerParams } from '../domain/techniques/index.js';
import { closingPieces } from '../models/index.js';
import type { EngineExit } from './native/addon.js';

/** The engine's policy of an arm that leaves the thinking early; null where its technique is none of these. */
export function exitPolicy(arm: Arm, card: ModelCard, vocabulary: readonly string[]): EngineExit | null {
  switch (arm.technique) {
    case 'deer':
      return deer(arm, parseTechniqueParams('deer', arm.params), { card, vocabulary });
    default:
      return null;
  }
}

/** KV cells that an arm's probes may need behind its sample; bytes bound tokens from above. */
export function probeRoom(arm: Arm): number {
  if (!EXIT_TECHNIQUES.some(({ entry }) => entry.name === arm.technique)) return 0;
  const { prompt, probeTokens } = arm.params;
  return (typeof prompt === 'string' ? Buffer.byteLength(prompt) : 0) + Number(probeTokens ?? 0);
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
    stops: qwen3 && card.think ? [card.think.close] : DEER_STOPS,
    stopNeeded: qwen3,
    threshold: params.threshold,
    confidence: params.confidence,
    maxProbes: params.maxProbes,
    thinkLimit: params.thinkShare < 1 ? Math.floor(params.thinkShare * arm.sampling.maxTokens) : 0,
    closing: closingPieces(card),
  };
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
