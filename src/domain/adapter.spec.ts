import { adapterBytes, adaptersKey, adapterUses, type ArmAdapter } from './adapter.js';

const MINE: ArmAdapter = {
  name: 'mine',
  sha256: 'a',
  scale: 1,
  rank: 8,
  alpha: 16,
  parameters: 1000,
  compression: null,
};

describe('adaptersKey', () => {
  it('is empty where nothing is added: no adapter, or only of scale 0', () => {
    expect([undefined, [], [{ ...MINE, scale: 0 }]].map(adaptersKey)).toEqual(['', '', '']);
  });

  it('tells files and scales apart, not names', () => {
    const key = adaptersKey([MINE]);
    expect(
      adaptersKey([
        { ...MINE, name: 'also-mine' },
        { ...MINE, sha256: 'b', scale: 0 },
      ]),
    ).toBe(key);
    const others = [[{ ...MINE, scale: 0.5 }], [{ ...MINE, sha256: 'b' }], [MINE, { ...MINE, sha256: 'b' }]];
    expect(new Set([key, ...others.map(adaptersKey)]).size).toBe(4);
  });
});

describe('adapterBytes', () => {
  it('counts four bytes a value of what is added', () => {
    expect(adapterBytes(undefined)).toBe(0);
    expect(adapterBytes([MINE, { ...MINE, scale: 0 }, { ...MINE, parameters: 24 }])).toBe(4096);
  });
});

describe('adapterUses', () => {
  it('keeps what decides tokens', () => {
    expect(adapterUses([MINE])).toEqual([{ name: 'mine', sha256: 'a', scale: 1 }]);
  });
});
