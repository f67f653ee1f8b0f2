import type { Arm } from '../domain/index.js';
import { parseTechniqueParams, type TechniqueName } from '../domain/techniques/index.js';
import { exitPolicy, probeRoom } from './exit-policies.js';
import { REFERENCE_CARD } from '../models/testing/reference-card.js';

const VOCABULARY = ['a', 'Wait', ' Wait', 'Waiting', 'wait', 'Hmm'];

function arm(technique: TechniqueName, params: Record<string, unknown> = {}): Arm {
  return {
    name: 'arm',
    technique,
    params: parseTechniqueParams(technique, params),
    model: 'reference',
    sampling: { temperature: 0, topK: 0, topP: 1, minP: 0, maxTokens: 1000, seed: 1, repeats: 1 },
    prompt: { system: null, prefix: null, suffix: null },
  };
}

describe('exitPolicy', () => {
  it('finds triggers as whole tokens, blanks before them apart', () => {
    expect(exitPolicy(arm('deer'), REFERENCE_CARD, VOCABULARY)).toMatchObject({ technique: 'deer', triggers: [1, 2] });
    const both = exitPolicy(arm('deer', { triggers: ['Wait', 'Hmm'] }), REFERENCE_CARD, VOCABULARY);
    expect(both).toMatchObject({ triggers: [1, 2, 5], thinkLimit: 0, stopNeeded: false });
  });

  it('refuses triggers that the vocabulary does not hold', () => {
    expect(() => exitPolicy(arm('deer', { triggers: ['However'] }), REFERENCE_CARD, VOCABULARY)).toThrow(/However/);
  });

  it('ends probes at the closing delimiter when the variant is Qwen3', () => {
    const policy = exitPolicy(arm('deer', { variant: 'qwen3', thinkShare: 0.8 }), REFERENCE_CARD, VOCABULARY);
    expect(policy).toMatchObject({ stops: ['</think>'], stopNeeded: true, thinkLimit: 800 });
  });

  it('writes the answer into the closing text of dynasor, behind the closing delimiter', () => {
    const policy = exitPolicy(arm('dynasor'), REFERENCE_CARD, VOCABULARY);
    expect(policy?.closing.map(({ text, special }) => [text, special])).toEqual([
      ['\n\n...', false],
      ['</think>', true],
      ['\n Oh, I have got the answer to the whole problem\n**Final Answer:**\n\\[\n \\boxed{{answer}}\n\\]', false],
    ]);
    expect(policy).toMatchObject({ technique: 'consensus', window: 3, chunkTokens: 64, probeTemperature: 0.6 });
  });

  it.each(['convergence', 'eat'] as const)('closes the thinking for a probe of %s', (technique) => {
    const policy = exitPolicy(arm(technique), REFERENCE_CARD, VOCABULARY);
    expect(policy?.probe.slice(0, 2)).toEqual([
      { text: '\n', special: false },
      { text: '</think>', special: true },
    ]);
  });

  it.each([
    [{}, 'probability', 0.95],
    [{ measure: 'entropy' }, 'entropy', 0.1],
    [{ measure: 'entropy', threshold: 0 }, 'entropy', 0],
  ])('leaves by confidence at the threshold of its measure: %j', (params, measure, threshold) => {
    const policy = exitPolicy(arm('confidence', params), REFERENCE_CARD, VOCABULARY);
    expect(policy).toMatchObject({ technique: 'confidence', chunkTokens: 64, measure, threshold });
  });

  it('is null for what is no early exit', () => {
    expect(exitPolicy(arm('baseline'), REFERENCE_CARD, VOCABULARY)).toBeNull();
  });
});

describe('probeRoom', () => {
  it('holds text and tokens of a probe, and nothing where there is none', () => {
    expect(probeRoom(arm('deer', { probeTokens: 100 }))).toBeGreaterThanOrEqual(100 + 20);
    expect(probeRoom(arm('eat'))).toBeGreaterThan(0);
    expect(probeRoom(arm('baseline'))).toBe(0);
    const prefill = 'x'.repeat(500);
    expect(probeRoom(arm('adaptive-think', { prefill, probeTokens: 30 }))).toBeGreaterThan(530 + 30);
  });
});
