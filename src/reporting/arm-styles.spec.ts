import type { ArmResult, TechniqueKind } from '../domain/index.js';
import { armStyles } from './arm-styles.js';
import { syntheticRun } from './testing/synthetic-run.js';

const model = syntheticRun({ items: 1 }).result.arms[0];

function arm(name: string, think: number): ArmResult {
  if (model === undefined) throw new TypeError('the synthetic run has arms');
  const tokens = { ...model.overall.tokens, think: { ...model.overall.tokens.think, mean: think } };
  return { ...model, name, overall: { ...model.overall, tokens } };
}

function classes(arms: readonly ArmResult[], kind: TechniqueKind): readonly (string | undefined)[] {
  const styles = armStyles(arms, Object.fromEntries(arms.map(({ name }) => [name, kind])));
  return arms.map(({ name }) => styles.get(name)?.className);
}

describe('armStyles', () => {
  it('gives the step nearest to ink to the arm of a kind that thinks most', () => {
    expect(classes([arm('b', 128), arm('a', 64), arm('c', 256)], 'budget')).toEqual([
      'k-budget-2',
      'k-budget-1',
      'k-budget-3',
    ]);
    expect(classes([arm('a', 64), arm('c', 256)], 'budget')).toEqual(['k-budget-1', 'k-budget-3']);
    expect(classes([arm('a', 64)], 'compression')).toEqual(['k-compress-2']);
  });

  it('keeps the ends and the middle of a sweep when a kind has more than three arms', () => {
    const sweep = [10, 20, 90, 60, 100].map((think) => arm(`budget-${think}`, think));
    expect(classes(sweep, 'budget')).toEqual(['k-budget-1', 'k-other', 'k-other', 'k-budget-2', 'k-budget-3']);
  });

  it('never shows more than ten arms in colour', () => {
    const kinds: TechniqueKind[] = ['baseline', 'suppression', 'budget', 'exit', 'compression'];
    const arms = kinds.flatMap((kind) => [1, 2, 3].map((think) => arm(`${kind}-${think}`, think)));
    const styles = armStyles(
      arms,
      Object.fromEntries(kinds.flatMap((kind) => [1, 2, 3].map((think) => [`${kind}-${think}`, kind]))),
    );
    expect([...styles.values()].filter((style) => style.labelled)).toHaveLength(10);
  });
});
