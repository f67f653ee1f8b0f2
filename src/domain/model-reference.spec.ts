import { adaptersOf, baseModelOf, mapModelPaths, modelReferenceSchema } from './model-reference.js';
import { checkSuiteInput } from './suite-input-check.js';

const ADAPTED = { base: 'reference', adapters: [{ path: 'a.gguf' }, { name: 'b', scale: -0.5 }] };

function problemsWith(model: unknown): string[] {
  const { problems } = checkSuiteInput({
    name: 'some',
    model,
    datasets: [{ name: 'arithmetic' }],
    arms: [{ name: 'baseline', technique: 'baseline' }],
  });
  return problems.map(({ path, message, hint }) => `${path.join('.')} ${message} ${hint}`);
}

describe('modelReferenceSchema', () => {
  it('fills in the scale', () => {
    const reference = modelReferenceSchema.parse(ADAPTED);
    expect(baseModelOf(reference)).toBe('reference');
    expect(adaptersOf(reference)).toEqual([
      { path: 'a.gguf', scale: 1 },
      { name: 'b', scale: -0.5 },
    ]);
  });

  it('has no adapters without a base', () => {
    expect(['reference', { path: 'm.gguf' }].map(adaptersOf)).toEqual([[], []]);
    expect(baseModelOf({ path: 'm.gguf' })).toEqual({ path: 'm.gguf' });
  });

  it('names the range of a scale, and how many adapters there may be', () => {
    expect(problemsWith({ base: 'reference', adapters: [{ name: 'a', scale: 11 }] })).toEqual([
      expect.stringMatching(/^model\.adapters\.0\.scale is 11, which is not allowed here\. Allowed: .*10/),
    ]);
    const many = Array.from({ length: 9 }, (_, index) => ({ name: `a${index}` }));
    for (const adapters of [[], many]) {
      expect(problemsWith({ base: 'reference', adapters })).toEqual([expect.stringContaining('model.adapters')]);
    }
    expect(problemsWith({ base: { endpoint: 'http://a', name: 'b' }, adapters: [{ name: 'a' }] })).not.toEqual([]);
  });
});

describe('mapModelPaths', () => {
  it('changes every path and nothing else', () => {
    const places: string[] = [];
    const change = (path: string, at: readonly (string | number)[]): string => {
      places.push(at.join('.'));
      return `/there/${path}`;
    };
    const reference = modelReferenceSchema.parse({ base: { path: 'm.gguf' }, adapters: ADAPTED.adapters });
    expect(mapModelPaths(reference, change)).toEqual({
      base: { path: '/there/m.gguf' },
      adapters: [
        { path: '/there/a.gguf', scale: 1 },
        { name: 'b', scale: -0.5 },
      ],
    });
    expect(mapModelPaths('reference', change)).toBe('reference');
    expect(places).toEqual(['base.path', 'adapters.0.path']);
  });
});
