import type { ComparisonResult, RunResult } from '../../domain/index.js';
import { syntheticRun } from '../testing/synthetic-run.js';
import { amountWords, headline } from './headline.js';

const { result } = syntheticRun({ items: 4 });

/** The synthetic run with other figures: [arm, verdict, total tokens], baseline at 200. */
function told(...arms: readonly (readonly [string, ComparisonResult['verdict'], number])[]): RunResult {
  const [baseline] = result.arms;
  const [model] = result.comparisons;
  if (baseline === undefined || model === undefined) throw new TypeError('the synthetic run has arms');
  const withTotal = (name: string, total: number) => ({
    ...baseline,
    name,
    overall: {
      ...baseline.overall,
      accuracy: 0.947,
      tokens: { ...baseline.overall.tokens, total: { ...baseline.overall.tokens.total, mean: total } },
    },
  });
  return {
    ...result,
    arms: [withTotal('baseline', 200), ...arms.map(([name, , total]) => withTotal(name, total))],
    comparisons: arms.map(([arm, verdict, total]) => ({
      ...model,
      arm,
      verdict,
      dataset: 'overall',
      tokenRatio: total / 200,
      tokenRatioInterval: [total / 200 - 0.01, total / 200 + 0.01],
      accuracyDeltaLowerBound: verdict === 'worse' ? -0.3 : -0.025,
    })),
  };
}

describe('headline', () => {
  it('names the cheapest arm within the margin, what it saves and the margin', () => {
    const { sentence, standfirst } = headline(
      told(['a', 'within-margin', 150], ['b', 'within-margin', 100], ['c', 'worse', 20]),
    );
    expect(sentence).toBe('b does without half of the tokens and stays within 2 points of the baseline');
    expect(standfirst).toBe(
      'It answers 94.7\u202f% correctly with 100 tokens per item; the baseline 94.7\u202f% with 200. 1 of 3 arms is measurably worse.',
    );
  });

  it('says that no arm saves tokens within the margin and names the nearest', () => {
    const { sentence, standfirst } = headline(told(['a', 'worse', 60], ['b', 'not-decisive', 124]));
    expect(sentence).toBe('No arm saves tokens within the margin of 2 points');
    expect(standfirst).toContain('Nearest is b, which saves 38\u202f% of the tokens (37–39\u202f%).');
    expect(standfirst).toContain('1 of 2 arms is measurably worse and 1 is not decisive.');
  });

  it('takes no arm as saving when its interval does not exclude that it spends more', () => {
    expect(headline(told(['a', 'within-margin', 199])).sentence).toBe(
      'No arm saves tokens within the margin of 2 points',
    );
  });

  it('says better instead of within the margin when the cheapest arm is better', () => {
    expect(headline(told(['a', 'better', 100])).sentence).toBe(
      'a does without half of the tokens and answers more correctly than baseline',
    );
  });

  it.each(['partial', 'running', 'cancelled', 'failed'] as const)('draws no verdict when the run is %s', (status) => {
    const run = { ...told(['a', 'within-margin', 100]), run: { ...result.run, status } };
    const { sentence, standfirst } = headline(run);
    expect(sentence).toBe(`demo: the run is ${status}`);
    expect(standfirst).toContain('verdicts are off');
  });

  it('tells the baseline alone when there is nothing to compare', () => {
    expect(headline(told()).sentence).toBe('baseline answers 94.7\u202f% correctly with 200 tokens per item');
  });

  it('lists model, items, sampling, cap, margin and date', () => {
    expect(headline(result).facts).toEqual([
      'reference, Q8_0',
      '16 items, 4 data sets',
      'greedy, 1 repeat, seed 1',
      'cap 420 tokens',
      'margin 2\u00a0pts',
      'completed, 23\u00a0Nov\u00a02026',
    ]);
  });

  it('uses a plain fraction where one is near and a percentage elsewhere', () => {
    expect([0.5, 0.34, 0.66, 0.74, 0.38].map(amountWords)).toEqual([
      'half',
      'a third',
      'two thirds',
      'three quarters',
      '38\u202f%',
    ]);
  });
});
