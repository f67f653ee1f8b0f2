import * as fc from 'fast-check';
import { groupItems, groupsOf } from './groups.js';

const items = fc
  .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 60 })
  .map((datasets) => datasets.map((dataset, index) => ({ dataset, contentHash: String(index) })));

describe('groupItems', () => {
  it('fills groups in the order given and leaves the rest of each data set to the end', () => {
    const planned = ['a', 'b', 'a', 'b', 'a', 'a', 'b'].map((dataset) => ({ dataset, contentHash: '' }));
    expect(groupItems([0, 1, 2, 3, 4, 5, 6], planned, 2)).toEqual([[0, 2], [1, 3], [4, 5], [6]]);
  });

  it('puts every item into one group, of one data set and at most the size', () => {
    fc.assert(
      fc.property(items, fc.integer({ min: 1, max: 7 }), (planned, size) => {
        const order = planned.map((_item, index) => index);
        const groups = groupItems(order, planned, size);
        expect(groups.flat().toSorted((a, b) => a - b)).toEqual(order);
        for (const group of groups) {
          expect(group.length).toBeLessThanOrEqual(size);
          expect(new Set(group.map((itemNo) => planned[itemNo]?.dataset)).size).toBe(1);
        }
      }),
    );
  });
});

describe('groupsOf', () => {
  it('finds the groups again in every slice of them', () => {
    fc.assert(
      fc.property(items, fc.integer({ min: 1, max: 7 }), fc.nat(), fc.nat(), (planned, size, from, length) => {
        const order = planned.map((_item, index) => index);
        const slice = groupItems(order, planned, size).slice(from % 10, (from % 10) + (length % 10));
        expect(groupsOf(slice.flat(), (itemNo) => planned[itemNo]?.dataset ?? '', size)).toEqual(slice);
      }),
    );
  });
});
