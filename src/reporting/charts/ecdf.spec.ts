import { markupText } from '../markup.js';
import { ecdfDomain, ecdfPanel } from './ecdf.js';

const panel = (arm: readonly number[]) => ({
  id: 'e',
  name: 'budget-64',
  className: 'k-budget-1',
  arm,
  reference: Array.from({ length: 100 }, (_unused, index) => index * 4),
  referenceName: 'baseline',
});

describe('ecdfPanel', () => {
  it('ends the axis at a round number beyond 98 % of the reference', () => {
    expect(ecdfDomain(panel([]).reference)).toBe(400);
    expect(ecdfDomain([0, 0, 0])).toBeGreaterThan(0);
  });

  it('keeps a hard stop vertical', () => {
    const drawn = markupText(ecdfPanel(panel(Array.from({ length: 100 }, () => 64)), 400));
    const curve = /class="eca" d="([^"]+)"/.exec(drawn)?.[1] ?? '';
    const points = [...curve.matchAll(/([\d.]+),([\d.]+)/g)].map((match) => [Number(match[1]), Number(match[2])]);
    const rise = points.findIndex(([, y]) => y === 8);
    expect(points[rise]?.[0]).toBe(points[rise - 1]?.[0]);
    expect(points[rise - 1]?.[1]).toBe(92);
  });

  it('stays small when a thousand items have a thousand lengths', () => {
    const many = Array.from({ length: 1000 }, (_unused, index) => index * 0.4);
    expect(markupText(ecdfPanel(panel(many), 400)).length).toBeLessThan(18_000);
  });
});
