import { LaconicError } from '../../errors.js';
import { parseTechniqueParams, techniqueDefinition } from '../index.js';

function refused(name: string, params: unknown): LaconicError {
  try {
    parseTechniqueParams(name as 'deer', params);
  } catch (error) {
    if (error instanceof LaconicError) return error;
    throw error;
  }
  throw new TypeError('nothing was thrown');
}

describe('early exits of the reasoning', () => {
  it('take the published values when nothing is set', () => {
    expect(parseTechniqueParams('deer', {})).toMatchObject({ threshold: 0.95, confidence: 'avg1', maxProbes: 10 });
    expect(parseTechniqueParams('dynasor', {})).toMatchObject({ window: 3, chunk: 64, probeTokens: 20 });
    expect(parseTechniqueParams('convergence', {})).toMatchObject({ k: 10, probeTokens: 100 });
    expect(parseTechniqueParams('eat', {})).toMatchObject({ alpha: 0.2, minProbes: 25, delimiter: '\n\n' });
  });

  it.each([
    ['confidence', { threshold: -1 }, 'threshold', '0 … 100'],
    ['confidence', { measure: 'gap' }, 'measure', 'probability | entropy'],
    ['confidence', { probeTokens: 1 }, 'probeTokens', '2 … 500'],
    ['deer', { threshold: 3 }, 'threshold', '0 … 2'],
    ['deer', { confidence: 'mean' }, 'confidence', 'avg1 | avg2 | min'],
    ['deer', { thinkShare: 0 }, 'thinkShare', '0.01 … 1'],
    ['dynasor', { window: 0 }, 'window', '1 … 1,000'],
    ['dynasor', { chunk: 1.5 }, 'chunk', '1 … 100,000'],
    ['convergence', { k: 0 }, 'k', '1 … 1,000'],
    ['eat', { alpha: 0 }, 'alpha', '0.001 … 1'],
    ['eat', { delta: -1 }, 'delta', '0 … 100'],
  ])('%s names the range when %j is out of it', (name, params, key, range) => {
    const error = refused(name, params);
    expect(error).toMatchObject({ code: 'suite-invalid', where: `params.${key}` });
    expect(error.hint).toContain(range);
  });

  it.each(['deer', 'dynasor', 'convergence', 'eat', 'confidence'])(
    '%s charges its probes and leaves events',
    (name) => {
      const { entry, traits } = techniqueDefinition(name);
      expect(entry).toMatchObject({ kind: 'exit', mode: 'online', faithfulTo: 'variant' });
      expect(entry.ledgerColumns).toContain('probe');
      expect(entry.events).toEqual(['probe', 'exit', 'forced']);
      expect(traits.needsDelimiters({ ...parseTechniqueParams(name as 'deer', {}) })).toBe(true);
    },
  );
});
