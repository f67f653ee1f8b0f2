import * as fc from 'fast-check';
import type { ArmStyle } from '../arm-styles.js';
import { markupText } from '../markup.js';
import { frontierChart } from './frontier.js';
import { nonDominated, numberedArms, type FrontierArm } from './frontier-arms.js';
import { frontierGeometry, NARROW, WIDE } from './frontier-geometry.js';

const STYLE: ArmStyle = { className: 'k-suppress', kind: 'suppression', labelled: true };

function arm(name: string, accuracy: number, tokens: number, more: Partial<FrontierArm> = {}): FrontierArm {
  return {
    name,
    style: STYLE,
    isReference: name === 'baseline',
    accuracy,
    accuracyInterval: [Math.max(0, accuracy - 0.03), Math.min(1, accuracy + 0.03)],
    delivered: tokens,
    deliveredInterval: [tokens * 0.95, tokens * 1.05],
    total: tokens,
    ...more,
  };
}

const anyArms = fc
  .array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 5000, noNaN: true })), {
    minLength: 1,
    maxLength: 10,
  })
  .map((all) =>
    all.map(([accuracy, tokens], index) => arm(index === 0 ? 'baseline' : `arm-${index}`, accuracy, tokens)),
  );

describe('frontierGeometry', () => {
  it('shows a window of at most 25 points below the best and puts the rest into the strip', () => {
    const geometry = frontierGeometry([arm('baseline', 0.95, 267), arm('low', 0.36, 79), arm('mid', 0.71, 100)], WIDE);
    expect(geometry.below.map((one) => one.name)).toEqual(['low']);
    expect(geometry.floor).toBeGreaterThanOrEqual(0.649);
    expect(geometry.plotBottom).toBeLessThan(WIDE.bottom);
  });

  it('needs no strip when all arms fit into the window', () => {
    expect(frontierGeometry([arm('baseline', 0.95, 267), arm('near', 0.93, 200)], WIDE).plotBottom).toBe(WIDE.bottom);
  });

  it.each([WIDE, NARROW])('keeps every mark inside the plot and at most six ticks for any arms', (size) => {
    fc.assert(
      fc.property(anyArms, (arms) => {
        const geometry = frontierGeometry(arms, size);
        const inside = geometry.inWindow.every(
          (one) =>
            geometry.y(one.accuracy) >= size.top - 0.01 && geometry.y(one.accuracy) <= geometry.plotBottom + 0.01,
        );
        const fits = arms.every(
          (one) => geometry.x(one.total) >= size.left && geometry.x(one.total) <= size.right + 0.01,
        );
        expect([inside, fits]).toEqual([true, true]);
        expect(geometry.yTicks.length).toBeLessThanOrEqual(6);
        expect(geometry.xTicks[0]).toBe(0);
      }),
    );
  });
});

describe('nonDominated', () => {
  it('drops an arm when another one is both cheaper and better', () => {
    const arms = [arm('baseline', 0.95, 267), arm('good', 0.94, 140), arm('bad', 0.9, 200), arm('cheap', 0.5, 60)];
    expect(nonDominated(arms).map((one) => one.name)).toEqual(['cheap', 'good', 'baseline']);
  });

  it('counts probes as cost', () => {
    const arms = [arm('probing', 0.9, 100, { total: 180 }), arm('plain', 0.9, 150)];
    expect(nonDominated(arms).map((one) => one.name)).toEqual(['plain']);
  });
});

describe('numberedArms', () => {
  const grey: Partial<FrontierArm> = { style: { className: 'k-other', kind: 'budget', labelled: false } };

  it('numbers nothing where every arm has a colour of its own', () => {
    expect(numberedArms([arm('baseline', 0.95, 267), arm('nowait', 0.9, 140)]).size).toBe(0);
  });

  it('numbers arms without one from left to right', () => {
    const [far, near] = [arm('far', 0.9, 300, grey), arm('near', 0.8, 100, grey)];
    expect([...numberedArms([arm('baseline', 0.95, 267), far, near])]).toEqual([
      [near, 1],
      [far, 2],
    ]);
  });

  it('names the reference and what nothing dominates where there are many', () => {
    const many = Array.from({ length: 30 }, (_unused, index) => arm(`arm-${index}`, 0.5 + index / 100, 400 - index));
    const all = [arm('baseline', 0.4, 500), ...many];
    const named = all.filter((each) => !numberedArms(all).has(each));
    expect(named.map(({ name }) => name)).toEqual(['baseline', 'arm-29']);
  });
});

describe('frontierChart', () => {
  it('draws finite numbers only, once wide and once narrow, for any arms', () => {
    fc.assert(
      fc.property(anyArms, (arms) => {
        const drawn = markupText(frontierChart(arms, 0.02));
        expect(drawn).not.toMatch(/NaN|Infinity|undefined/);
        expect(drawn.match(/<svg /g)).toHaveLength(2);
      }),
      { numRuns: 40 },
    );
  });

  it('tells the values to those who cannot see it', () => {
    const drawn = markupText(
      frontierChart([arm('baseline', 0.95, 267), arm('nowait', 0.848, 140, { total: 150 })], 0.02),
    );
    expect(drawn).toContain('nowait: 84.8 % (81.8–87.8) at 140 tokens, 150 with probes');
    expect(drawn).toContain('margin 2 pts');
  });

  it('labels every arm, by name or number, however many there are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer(), (count, seed) => {
        const at = (index: number, scale: number): number => Math.abs(Math.sin(seed + index * scale));
        const arms = Array.from({ length: count }, (_unused, index) =>
          arm(index === 0 ? 'baseline' : `arm-${index}`, at(index, 1.7), 50 + 900 * at(index, 2.9)),
        );
        const drawn = markupText(frontierChart(arms, 0.02));
        expect(drawn.match(/class="(lab|num)"/g)).toHaveLength(2 * count);
      }),
      { numRuns: 25 },
    );
  });

  it('draws a dotted tail only where probes cost something', () => {
    expect(markupText(frontierChart([arm('baseline', 0.95, 267)], 0.02))).not.toContain('"tail"');
    expect(markupText(frontierChart([arm('deer', 0.9, 100, { total: 180 })], 0.02))).toContain('"tail"');
  });
});
