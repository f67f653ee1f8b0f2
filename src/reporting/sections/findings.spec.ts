import { syntheticRun } from '../testing/synthetic-run.js';
import { emphasised, verdictGroups } from './findings.js';

describe('verdictGroups', () => {
  it('orders by verdict, most saving first, and within worse by the smallest loss', () => {
    const groups = verdictGroups(syntheticRun({ items: 25 }).result);
    const words = groups.map((group) => group.badge?.word);
    expect(words).toEqual(
      ['better', 'within margin', 'not decisive', 'worse', 'not comparable'].filter((word) => words.includes(word)),
    );
    const { result } = syntheticRun({ items: 25 });
    const worse = groups.find((group) => group.badge?.word === 'worse')?.arms.map((one) => one.arm) ?? [];
    const deltas = worse.map(
      (arm) => result.comparisons.find((one) => one.arm === arm && one.dataset === 'overall')?.accuracyDelta ?? 0,
    );
    expect(deltas).toEqual(deltas.toSorted((a, b) => b - a));
  });

  it('gives figures without a badge when verdicts are off', () => {
    const groups = verdictGroups(syntheticRun({ items: 5, status: 'partial' }).result);
    expect(groups).toHaveLength(1);
    expect(groups[0]?.badge).toBeNull();
    expect(groups[0]?.caption).toBe('Verdicts are off: the run is partial');
    expect(groups[0]?.arms[0]?.sentence.map((piece) => piece.text).join('')).toMatch(
      /^Saves .* of thinking tokens .*accuracy /,
    );
  });

  it('has no group when there is nothing to compare', () => {
    const { result } = syntheticRun({ items: 2 });
    expect(verdictGroups({ ...result, comparisons: [] })).toEqual([]);
  });
});

describe('emphasised', () => {
  it('prints the telling figures bold and makes a sentence of the finding', () => {
    const pieces = emphasised(
      'saves 50\u202f% of thinking tokens (48–51\u202f%); accuracy is at most 1.3 points worse (95\u202f%), within your margin of 2',
    );
    expect(pieces.filter((piece) => piece.strong).map((piece) => piece.text)).toEqual(['50\u202f%', '1.3 points']);
    expect(pieces.map((piece) => piece.text).join('')).toBe(
      'Saves 50\u202f% of thinking tokens (48–51\u202f%); accuracy is at most 1.3 points worse (95\u202f%), within your margin of 2.',
    );
  });

  it('keeps a finding without figures as it is', () => {
    expect(emphasised('not comparable: token caps differ')).toEqual([
      { text: 'Not comparable: token caps differ.', strong: false },
    ]);
  });
});
