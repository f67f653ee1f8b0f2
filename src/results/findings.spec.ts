import { type FindingInput, findingOf } from './findings.js';
import { marginFigure, roundedCount, roundedUp } from './number-format.js';
import { verdictOf } from './verdict.js';

const SAVES_HALF: FindingInput = {
  verdict: 'within-margin',
  pairs: 600,
  margin: 0.02,
  accuracyDelta: -0.003,
  accuracyDeltaInterval: [-0.015, 0.007],
  lowerBound: -0.0115,
  think: { ratio: 0.5, interval: [0.48, 0.52] },
  delivered: { ratio: 0.53, interval: [0.51, 0.55] },
  totalRatio: 0.53,
  incomparable: null,
};

/** Typographic spaces are part of the form; here they are shown as _ so that a test can be read. */
function finding(changes: Partial<FindingInput> = {}): string {
  return findingOf({ ...SAVES_HALF, ...changes }).replaceAll(/[\u202f\u00a0]/g, '_');
}

describe('verdictOf', () => {
  it.each([
    ['better', [0.003, 0.05], 0.008],
    ['within-margin', [-0.015, 0.007], -0.0115],
    ['within-margin', [-0.018, -0.001], -0.017],
    ['within-margin', [-0.03, 0.02], -0.02],
    ['not-decisive', [-0.03, 0.01], -0.025],
    ['worse', [-0.079, -0.026], -0.075],
  ] as const)(
    'is %s for the interval %p with the one-sided bound %p and a margin of 2 points',
    (verdict, interval, lowerBound) => {
      expect(verdictOf({ interval, lowerBound, margin: 0.02 })).toBe(verdict);
    },
  );

  it('is not decisive, never within the margin, when nothing flipped among too few items', () => {
    expect(verdictOf({ interval: [-0.11, 0.11], lowerBound: -0.08, margin: 0.02 })).toBe('not-decisive');
  });
});

describe('findingOf', () => {
  it('says what is saved and how bad it can be when within the margin', () => {
    expect(finding()).toBe(
      'saves 50_% of thinking tokens (48–52_%); accuracy is at most 1.2 points worse (95_%), within your margin of 2',
    );
  });

  it('says what is not excluded and how many items would settle it when not decisive', () => {
    const text = finding({
      verdict: 'not-decisive',
      accuracyDelta: -0.005,
      accuracyDeltaInterval: [-0.03, 0.02],
      lowerBound: -0.026,
      think: { ratio: 0.7, interval: [0.69, 0.72] },
      totalRatio: 0.7,
    });
    expect(text).toBe(
      'saves 30_% of thinking tokens (28–31_%); accuracy −0.5_pts (−3.0 to +2.0), ' +
        'a loss beyond your margin is not excluded; about 2,700 items would settle it',
    );
  });

  it('gives no number of items when the difference sits on the margin', () => {
    const text = finding({ verdict: 'not-decisive', accuracyDelta: -0.02, accuracyDeltaInterval: [-0.04, 0.001] });
    expect(text).toMatch(/; not even 100,000 items would settle it$/);
  });

  it('names both savings when worse and thinking and total lie more than 5 points apart', () => {
    const text = finding({
      verdict: 'worse',
      accuracyDelta: -0.052,
      accuracyDeltaInterval: [-0.079, -0.026],
      think: { ratio: 0.61, interval: [0.59, 0.64] },
      totalRatio: 0.68,
    });
    expect(text).toBe('saves 39_% of thinking tokens (36–41_%), 32_% of all tokens; accuracy −5.2_pts (−7.9 to −2.6)');
  });

  it('takes the same form when better', () => {
    const text = finding({ verdict: 'better', accuracyDelta: 0.021, accuracyDeltaInterval: [0.003, 0.039] });
    expect(text).toBe('saves 50_% of thinking tokens (48–52_%); accuracy +2.1_pts (+0.3 to +3.9)');
  });

  it('names the difference and judges nothing when not comparable', () => {
    const text = finding({ verdict: 'not-comparable', incomparable: 'token caps differ (512 and 1,024)' });
    expect(text).toBe('not comparable: token caps differ (512 and 1,024)');
  });

  it('says "spends more" when the arm thinks longer', () => {
    const text = finding({ think: { ratio: 1.12, interval: [1.09, 1.15] }, totalRatio: 1.1 });
    expect(text).toMatch(/^spends 12_% more thinking tokens \(9–15_%\); accuracy/);
  });

  it('signs the bounds when the interval of the saving holds 0', () => {
    const text = finding({ think: { ratio: 0.99, interval: [0.96, 1.02] }, totalRatio: 0.99 });
    expect(text).toMatch(/^saves 1_% of thinking tokens \(−2 to \+4_%\); /);
  });

  it('turns the verb when thinking shrinks and the total grows', () => {
    const text = finding({ think: { ratio: 0.9, interval: [0.85, 0.95] }, totalRatio: 1.2 });
    expect(text).toMatch(/^saves 10_% of thinking tokens \(5–15_%\), spends 20_% more of all tokens; /);
  });

  it('adds a decimal when both bounds round to one figure', () => {
    const text = finding({ think: { ratio: 0.0118, interval: [0.0108, 0.0122] }, totalRatio: 0.24 });
    expect(text).toMatch(/^saves 98\.8_% of thinking tokens \(98\.8–98\.9_%\), 76_% of all tokens; /);
  });

  it('speaks of delivered tokens when neither arm thinks', () => {
    const text = finding({ think: { ratio: Number.NaN, interval: [Number.NaN, Number.NaN] } });
    expect(text).toMatch(/^saves 47_% of delivered tokens \(45–49_%\); /);
  });

  it('claims no saving when the tokens are the same', () => {
    const same = { ratio: 1, interval: [1, 1] } as const;
    expect(finding({ think: same, delivered: same, totalRatio: 1 })).toMatch(/^spends as many thinking tokens; /);
  });

  it('never says what a measurement cannot', () => {
    for (const verdict of ['within-margin', 'not-decisive', 'worse', 'better', 'not-comparable'] as const) {
      expect(finding({ verdict })).not.toMatch(/no loss|significant|proves|NaN|Infinity|undefined/);
    }
  });
});

describe('number format', () => {
  it('rounds bounds up so that "at most" stays true', () => {
    expect(roundedUp(1.21, 1)).toBe('1.3');
    expect(roundedUp(1.2, 1)).toBe('1.2');
    expect(roundedUp(0, 1)).toBe('0.0');
  });

  it('writes margins without idle zeros and counts with two digits', () => {
    expect([0.02, 0.015, 0.0025, 0, 0.1].map(marginFigure)).toEqual(['2', '1.5', '0.25', '0', '10']);
    expect([7, 96, 1893, 18_001].map(roundedCount)).toEqual(['7', '96', '1,900', '19,000']);
  });
});
