import { differences, mostAlike } from './agreement.js';

function made(samples: Readonly<Record<string, readonly string[]>>): Map<string, string> {
  return new Map(
    Object.entries(samples).flatMap(([arm, hashes]) =>
      hashes.map((hash, item): [string, string] => [JSON.stringify([arm, 'arithmetic', `item-${item}`, 0]), hash]),
    ),
  );
}

describe(differences.name, () => {
  it('counts samples that differ or that only one side has', () => {
    expect(differences(made({ a: ['x', 'y'] }), made({ a: ['x', 'y'] }))).toBe(0);
    expect(differences(made({ a: ['x', 'y'] }), made({ a: ['x', 'z'], b: ['x'] }))).toBe(2);
  });
});

describe(mostAlike.name, () => {
  it('finds the pair of arms that made the same tokens most often', () => {
    const samples = made({ a: ['1', '2', '3', '4'], b: ['1', '9', '9', '9'], c: ['1', '2', '3', '9'] });
    expect(mostAlike(['a', 'b', 'c'], samples)).toEqual({ arms: ['a', 'c'], share: 0.75 });
  });

  it('has nothing to say about one arm', () => {
    expect(mostAlike(['a'], made({ a: ['1'] }))).toBeNull();
  });
});
