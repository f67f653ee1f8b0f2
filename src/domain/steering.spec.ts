import { scaledDirection, steeredRange, steeringKey, type ArmSteering, type SteeringVector } from './steering.js';

const FIT = {
  ridge: 1,
  items: 5,
  itemSetSha256: 'i',
  samples: 5,
  tokens: 9,
  folds: 5,
  seed: 1,
  r2: 0.7,
  heldOutR2: 0.6,
};
const WAY: ArmSteering = { vector: 'v', strength: 2, vectorSha256: 's', firstLayer: 1, lastLayer: 11, fit: FIT };

describe('steeredRange', () => {
  it.each([
    ['all', 12, { firstLayer: 1, lastLayer: 11 }],
    ['upper', 12, { firstLayer: 6, lastLayer: 11 }],
    ['last', 12, { firstLayer: 11, lastLayer: 11 }],
    ['upper', 2, { firstLayer: 1, lastLayer: 1 }],
    ['all', 1, null],
  ] as const)('leaves the first layer out: %s of %d', (layers, count, range) => {
    expect(steeredRange(layers, { layers: count })).toEqual(range);
  });
});

describe('scaledDirection', () => {
  it('has the length of strength states, and turns round when the strength is negative', () => {
    const vector = { direction: [3, 4], stateLength: 20 } as unknown as SteeringVector;
    expect(scaledDirection(vector, 0.5)).toEqual([6, 8]);
    expect(scaledDirection(vector, -1)).toEqual([-12, -16]);
  });
});

describe('steeringKey', () => {
  it('tells ways of steering apart, whatever the vector is called', () => {
    expect(steeringKey(undefined)).toBe('');
    expect(steeringKey({ ...WAY, vector: 'w' })).toBe(steeringKey(WAY));
    const others = [{ strength: 1 }, { vectorSha256: 't' }, { firstLayer: 6 }, { lastLayer: 6 }];
    for (const change of others) expect(steeringKey({ ...WAY, ...change })).not.toBe(steeringKey(WAY));
  });
});
