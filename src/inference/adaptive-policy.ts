import { parseTechniqueParams, type Arm } from '../domain/index.js';
import { ANSWER_STOPS, thinkProbe, thinkThreshold } from '../domain/techniques/index.js';
import { noThinkingPieces } from '../models/index.js';
import type { ThinkingCard } from './forcing-policies.js';
import type { EngineAdaptive } from './native/addon.js';

export function adaptivePolicy(card: ThinkingCard, arm: Pick<Arm, 'params'>): EngineAdaptive {
  const params = parseTechniqueParams('adaptive-think', arm.params);
  const probe = thinkProbe(params);
  return {
    technique: 'adaptive',
    prefill: noThinkingPieces(card, params.prefill),
    probe: probe === '' ? [] : [{ text: probe, special: false }],
    probeTokens: params.probeTokens,
    stops: ANSWER_STOPS,
    signal: params.signal,
    threshold: thinkThreshold(params),
  };
}
