import { LaconicError } from '../errors.js';
import { parseTechniqueParams, techniqueEntry, TECHNIQUES } from './index.js';

function thrownBy(action: () => unknown): LaconicError {
  try {
    action();
  } catch (error) {
    if (error instanceof LaconicError) return error;
    throw error;
  }
  throw new TypeError('nothing was thrown');
}

describe('TECHNIQUES', () => {
  it('names a source, a summary and its parameters for every technique', () => {
    expect(TECHNIQUES.map((entry) => entry.name)).toEqual([
      'baseline',
      'nowait',
      'budget',
      'nothinking',
      'deer',
      'dynasor',
      'convergence',
      'eat',
      'be-concise',
      'only-numbers',
      'abbre-words',
      'lc-prompt',
      'chain-of-draft',
      'token-budget',
      'step-by-step',
      'few-shot',
      'batch-prompting',
    ]);
    for (const entry of TECHNIQUES) {
      expect(entry.summary).not.toBe('');
      expect(entry.source).not.toBe('');
      for (const parameter of entry.parameters) expect(parameter.description).not.toBe('');
      expect(entry.differences.length > 0).toBe(entry.faithfulTo === 'variant');
    }
  });

  it('reads parameter tables off the schemas', () => {
    expect(techniqueEntry('budget').parameters[0]).toMatchObject({
      name: 'tokens',
      type: 'integer',
      range: '0 … 1,000,000',
    });
    expect(techniqueEntry('nowait').parameters.map((p) => [p.name, p.type, p.default])).toEqual([
      ['vocabulary', 'choice', 'whole-word'],
      ['scope', 'choice', 'thinking'],
      ['keywords', 'string-list', null],
      ['ids', 'integer-list', null],
    ]);
  });
});

describe('techniqueEntry', () => {
  it('offers the nearest name when the technique is unknown', () => {
    const error = thrownBy(() => techniqueEntry('budgte'));
    expect(error.code).toBe('unknown-technique');
    expect(error.hint).toContain('Did you mean budget?');
  });
});

describe('parseTechniqueParams', () => {
  it('fills in defaults when parameters are left out', () => {
    expect(parseTechniqueParams('nowait', undefined)).toEqual({ vocabulary: 'whole-word', scope: 'thinking' });
    expect(parseTechniqueParams('baseline', {})).toEqual({});
  });

  it('names the parameter and its range when a value is out of range', () => {
    const error = thrownBy(() => parseTechniqueParams('budget', { tokens: -1 }));
    expect(error).toMatchObject({ code: 'suite-invalid', where: 'params.tokens' });
    expect(error.hint).toContain('0 … 1,000,000');
  });

  it('lists the parameters when one is unknown', () => {
    const error = thrownBy(() => parseTechniqueParams('budget', { tokens: 4, token: 4 }));
    expect(error.message).toContain('token');
    expect(error.hint).toContain('tokens, closing');
    expect(thrownBy(() => parseTechniqueParams('baseline', { x: 1 })).hint).toContain('no parameters');
  });

  it.each([
    [{ vocabulary: 'ids' }, 'ids'],
    [{ vocabulary: 'whole-word', ids: [1] }, 'ids'],
    [{ vocabulary: 'ids', ids: [1], keywords: ['wait'] }, 'keywords'],
    [{ vocabulary: 'ids', ids: [] }, 'ids'],
  ])('refuses nowait parameters that contradict each other: %j', (params, key) => {
    expect(thrownBy(() => parseTechniqueParams('nowait', params)).where).toBe(`params.${key}`);
  });
});
