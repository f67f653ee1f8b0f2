import {
  clusteredStandardError,
  exactMcNemar,
  holmAdjusted,
  meanInterval,
  newcombeInterval,
  normalCdf,
  normalQuantile,
  pairCount,
  pairedInterval,
  pairedStandardError,
  quantile,
  ratioOfMeans,
  studentCdf,
  studentQuantile,
  tangoInterval,
  wilcoxonSignedRank,
  wilsonInterval,
} from '../../src/statistics/index.js';
import { incompleteBeta, logGamma } from '../../src/statistics/special-functions.js';
import fixtures from './fixtures/statistics.json' with { type: 'json' };

const { distributions } = fixtures;

/** Absolute near 0, relative elsewhere. */
function error(actual: number, expected: number): number {
  return actual === expected ? 0 : Math.abs(actual - expected) / Math.max(1, Math.abs(expected));
}

/** For tails, where an absolute tolerance would accept anything. */
function relativeError(actual: number, expected: number): number {
  return actual === expected ? 0 : Math.abs(actual / expected - 1);
}

function intervalError([low, high]: readonly [number, number], expected: readonly number[]): number {
  return Math.max(error(low, expected[0] ?? Number.NaN), error(high, expected[1] ?? Number.NaN));
}

/** The worst error over a table of the fixtures. */
function worst(table: number[][], errorOf: (row: [number, number, number, number]) => number): number {
  const errors = table.map(([a = 0, b = 0, c = 0, d = 0]) => errorOf([a, b, c, d]));
  expect(errors.length).toBeGreaterThan(5);
  return Math.max(...errors);
}

describe(`statistics against SciPy ${fixtures.versions.scipy} and statsmodels ${fixtures.versions.statsmodels}`, () => {
  it('agrees on the normal distribution into the far tails', () => {
    expect(worst(distributions.normalQuantile, ([p, z]) => error(normalQuantile(p), z))).toBeLessThan(1e-12);
    expect(worst(distributions.normalCdf, ([z, p]) => relativeError(normalCdf(z), p))).toBeLessThan(1e-12);
  });

  it("agrees on Student's t from 1 to 100,000 degrees of freedom", () => {
    expect(worst(distributions.studentQuantile, ([p, df, t]) => error(studentQuantile(p, df), t))).toBeLessThan(1e-11);
    expect(worst(distributions.studentCdf, ([t, df, p]) => relativeError(studentCdf(t, df), p))).toBeLessThan(1e-10);
  });

  it('agrees on the functions underneath', () => {
    expect(worst(distributions.logGamma, ([x, y]) => error(logGamma(x), y))).toBeLessThan(1e-14);
    expect(
      worst(distributions.incompleteBeta, ([x, a, b, y]) => relativeError(incompleteBeta(x, a, b), y)),
    ).toBeLessThan(1e-10);
  });

  it.each(fixtures.wilson)('agrees on Wilson for $successes of $trials', ({ successes, trials, interval }) => {
    expect(intervalError(wilsonInterval(successes, trials), interval)).toBeLessThan(1e-13);
  });

  it.each(fixtures.paired)('agrees on Tango for $won won and $lost lost beside $bothRight and $bothWrong', (row) => {
    const counts = { won: row.won, lost: row.lost, pairs: pairCount(row) };
    expect(intervalError(tangoInterval(counts), row.tango95)).toBeLessThan(1e-10);
    expect(intervalError(tangoInterval(counts, 0.9), row.tango90)).toBeLessThan(1e-10);
  });

  it.each(fixtures.paired)('agrees on Newcombe for $won won and $lost lost beside $bothRight and $bothWrong', (row) => {
    expect(intervalError(newcombeInterval(row), row.newcombe95)).toBeLessThan(1e-10);
  });

  it('agrees on the exact McNemar test', () => {
    const rows = [...fixtures.paired.map((row) => ({ ...row, p: row.mcnemar })), ...fixtures.mcnemar];
    const table = rows.map(({ won, lost, p }) => [won, lost, p]);
    expect(worst(table, ([won, lost, p]) => relativeError(exactMcNemar(won, lost), p))).toBeLessThan(1e-9);
  });

  it('agrees on quantiles of type 7', () => {
    const { values, probabilities, quantiles } = fixtures.quantiles;
    const table = probabilities.map((p, index) => [p, quantiles[index] ?? Number.NaN]);
    expect(worst(table, ([p, value]) => error(quantile(values, p), value))).toBeLessThan(1e-12);
  });

  it('agrees on standard errors and t intervals, with clusters and without', () => {
    const { differences, clusters, ...expected } = fixtures.clustered;
    expect(pairedStandardError(differences).value).toBeCloseTo(expected.standardError, 12);
    expect(clusteredStandardError(differences, clusters).value).toBeCloseTo(expected.clusteredStandardError, 12);
    expect(intervalError(meanInterval(differences), expected.meanInterval)).toBeLessThan(1e-11);
    const interval = pairedInterval({ differences, clusters, majorities: { won: 0, lost: 0 } });
    expect(intervalError(interval, expected.clusteredInterval)).toBeLessThan(1e-11);
  });

  it('agrees on the BCa interval of a ratio of means up to the noise of drawing', () => {
    const { numerator, denominator, ratio, interval } = fixtures.bootstrap;
    const estimate = ratioOfMeans(numerator, denominator, { seed: 1, resamples: 200_000 });
    expect(estimate.ratio).toBeCloseTo(ratio, 14);
    expect(intervalError(estimate.interval, interval)).toBeLessThan(5e-4);
  });

  it.each(fixtures.wilcoxon)("agrees on Wilcoxon's signed ranks of $differences", ({ differences, p }) => {
    expect(error(wilcoxonSignedRank(differences).p, p)).toBeLessThan(1e-12);
  });

  it.each(fixtures.holm)("agrees on Holm's correction of $p", ({ p, adjusted }) => {
    holmAdjusted(p).forEach((value, index) => expect(value).toBeCloseTo(adjusted[index] ?? Number.NaN, 14));
  });
});
