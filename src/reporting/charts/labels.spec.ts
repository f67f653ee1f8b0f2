import * as fc from 'fast-check';
import { contains, overlap, placeLabels, type Box, type LabelRequest } from './labels.js';

const AREAS = { wide: { x: 40, y: 22, width: 660, height: 390 }, narrow: { x: 34, y: 22, width: 316, height: 340 } };

function spot(low: number, size: number): fc.Arbitrary<number> {
  return fc.double({ min: low, max: low + size, noNaN: true });
}

/** Marks anywhere in the area, often crowded into one corner of it. */
function crowds(area: Box, width: number): fc.Arbitrary<LabelRequest[]> {
  return fc.tuple(fc.boolean(), spot(0, 0.7), spot(0, 0.7)).chain(([crowded, left, top]) => {
    const part = crowded ? 0.2 : 1;
    return fc.array(
      fc.record({
        x: spot(area.x + (crowded ? left : 0) * area.width, area.width * part),
        y: spot(area.y + (crowded ? top : 0) * area.height, area.height * part),
        width: fc.double({ min: 40, max: width, noNaN: true }),
        height: fc.constant(16),
      }),
      { minLength: 1, maxLength: 10 },
    );
  });
}

describe('placeLabels', () => {
  it.each([
    ['wide', AREAS.wide, 170],
    ['narrow', AREAS.narrow, 130],
  ] as const)('keeps labels apart and inside the area for any ten marks on the %s chart', (_name, area, width) => {
    fc.assert(
      fc.property(crowds(area, width), (requests) => {
        const marks = requests.map(({ x, y }) => ({ x: x - 5, y: y - 5, width: 10, height: 10 }));
        const placed = placeLabels(requests, { area, marks, texts: [], lines: [] });
        const touching = placed.flatMap((one, index) =>
          placed.slice(index + 1).filter((other) => overlap(one, other) > 0),
        );
        expect(touching).toEqual([]);
        expect(placed.filter((one) => !contains(area, one))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps clear of text that stands there already', () => {
    const texts = [{ x: 260, y: 150, width: 90, height: 100 }];
    const [placed] = placeLabels([{ x: 300, y: 200, width: 80, height: 16 }], {
      area: AREAS.wide,
      marks: [],
      texts,
      lines: [],
    });
    expect(placed && texts.map((text) => overlap(text, placed))).toEqual([0]);
  });

  it('sets a lone label close to its mark without a leader', () => {
    const [placed] = placeLabels([{ x: 300, y: 200, width: 80, height: 16 }], {
      area: AREAS.wide,
      marks: [],
      texts: [],
      lines: [],
    });
    expect(placed?.leader).toBeNull();
    expect(placed?.x).toBeGreaterThan(300);
  });

  it('turns to the left when the mark stands at the right edge', () => {
    const [placed] = placeLabels([{ x: 698, y: 200, width: 80, height: 16 }], {
      area: AREAS.wide,
      marks: [],
      texts: [],
      lines: [],
    });
    expect(placed?.x).toBeLessThan(698 - 80);
  });

  it('gives the same places when asked twice', () => {
    const requests = [1, 2, 3, 4].map((n) => ({ x: 300 + n, y: 200 + n, width: 100, height: 16 }));
    const place = () => placeLabels(requests, { area: AREAS.wide, marks: [], texts: [], lines: [] });
    expect(place()).toEqual(place());
  });
});
