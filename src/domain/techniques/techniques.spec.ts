import { LaconicError } from '../errors.js';
import {
  announcementInterval,
  nowaitCondition,
  parseTechniqueParams,
  techniqueDefinition,
  techniqueEntry,
  TECHNIQUES,
} from './index.js';

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
      's1',
      'soft-budget',
      'deer',
      'dynasor',
      'convergence',
      'eat',
      'confidence',
      'adaptive-think',
      'overclock',
      'tokenskip',
      'truncate',
      'be-concise',
      'only-numbers',
      'abbre-words',
      'lc-prompt',
      'chain-of-draft',
      'token-budget',
      'step-by-step',
      'few-shot',
      'batch-prompting',
      'self-consistency',
      'best-of-n',
      'cascade',
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
      ['penalty', 'number', null],
      ['confidence', 'number', null],
      ['window', 'integer', null],
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
    expect(error.hint).toContain('tokens, closing, style');
    expect(thrownBy(() => parseTechniqueParams('baseline', { x: 1 })).hint).toContain('no parameters');
  });

  it('refuses a closing text beside a published one', () => {
    expect(parseTechniqueParams('budget', { tokens: 4, style: 'qwen3' })).toEqual({ tokens: 4, style: 'qwen3' });
    const error = thrownBy(() => parseTechniqueParams('budget', { tokens: 4, closing: 'x', style: 's1' }));
    expect(error.where).toBe('params.style');
    expect(error.hint).toContain('s1 | qwen3 | llama.cpp');
  });

  it('names the range of s1 when a value is out of it', () => {
    expect(parseTechniqueParams('s1', {})).toEqual({ waits: 1, wait: 'Wait' });
    expect(thrownBy(() => parseTechniqueParams('s1', { waits: 101 })).hint).toContain('0 … 100');
  });

  it('takes a finite penalty in place of a ban, and names its range', () => {
    expect(parseTechniqueParams('nowait', { penalty: 2.5 })).toMatchObject({ penalty: 2.5 });
    for (const penalty of [0, -1, 101]) {
      expect(thrownBy(() => parseTechniqueParams('nowait', { penalty })).hint).toContain('0.1 … 100');
    }
  });

  it('names the range of overclock when a value is out of it, and takes no path for a vector', () => {
    expect(parseTechniqueParams('overclock', {})).toMatchObject({ vector: 'reference', layers: 'all' });
    expect(thrownBy(() => parseTechniqueParams('overclock', { strength: 10.5 })).hint).toContain('-10 … 10');
    expect(thrownBy(() => parseTechniqueParams('overclock', { layers: 'first' })).hint).toContain('all | upper | last');
    expect(thrownBy(() => parseTechniqueParams('overclock', { vector: '../secret' })).where).toBe('params.vector');
  });

  it('steers nothing at strength 0', () => {
    const { traits } = techniqueDefinition('overclock');
    expect(traits.steering({ strength: 0 })).toBeNull();
    expect(traits.steering({ strength: -1 })).toEqual({ vector: 'reference', strength: -1, layers: 'all' });
  });

  it('averages the certainty of nowait over 32 tokens unless told otherwise', () => {
    expect(nowaitCondition(parseTechniqueParams('nowait', {}))).toBeUndefined();
    expect(nowaitCondition(parseTechniqueParams('nowait', { confidence: 0.9 }))).toEqual({
      confidence: 0.9,
      window: 32,
    });
    expect(nowaitCondition({ confidence: 0.9, window: 4 })).toEqual({ confidence: 0.9, window: 4 });
  });

  it.each([
    [{ deadline: 64 }, 32],
    [{ deadline: 9000 }, 250],
    [{ deadline: 1 }, 1],
    [{ deadline: 64, interval: 10 }, 10],
  ])('announces a soft budget as often as the paper does unless told otherwise: %j', (params, interval) => {
    expect(announcementInterval(parseTechniqueParams('soft-budget', params))).toBe(interval);
  });

  it.each([
    [{ vocabulary: 'ids' }, 'ids'],
    [{ vocabulary: 'whole-word', ids: [1] }, 'ids'],
    [{ vocabulary: 'ids', ids: [1], keywords: ['wait'] }, 'keywords'],
    [{ vocabulary: 'ids', ids: [] }, 'ids'],
    [{ window: 8 }, 'window'],
    [{ confidence: 1.5 }, 'confidence'],
  ])('refuses nowait parameters that contradict each other: %j', (params, key) => {
    expect(thrownBy(() => parseTechniqueParams('nowait', params)).where).toBe(`params.${key}`);
  });
});
