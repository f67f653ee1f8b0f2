import { parseTechniqueParams } from '../domain/index.js';
import { REFERENCE_CARD } from '../models/testing/reference-card.js';
import { adaptivePolicy } from './adaptive-policy.js';

function policyOf(params: Record<string, unknown>) {
  const { think } = REFERENCE_CARD;
  if (!think) throw new TypeError('the reference model marks its thinking');
  return adaptivePolicy({ ...REFERENCE_CARD, think }, { params: parseTechniqueParams('adaptive-think', params) });
}

describe('adaptivePolicy', () => {
  it('injects what nothinking injects, and probes behind it', () => {
    expect(policyOf({})).toMatchObject({
      technique: 'adaptive',
      signal: 'confidence',
      threshold: 0.9,
      probe: [{ text: '\\boxed', special: false }],
    });
    const texts = policyOf({ prefill: 'Done.' }).prefill.map(({ text }) => text);
    expect(texts.join('')).toContain('Done.');
    expect(texts).toContain('</think>');
  });

  it('takes the threshold and the probe of its signal unless told otherwise', () => {
    expect(policyOf({ signal: 'entropy' })).toMatchObject({ threshold: 0.5, probe: [{ text: '\\boxed{' }] });
    expect(policyOf({ signal: 'entropy', threshold: 0, prompt: '' })).toMatchObject({ threshold: 0, probe: [] });
  });
});
