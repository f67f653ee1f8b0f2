import { someStoredRun } from '../results/testing.js';
import type { StoredRun } from '../runs/index.js';
import { pairSides, parseSide, type ComparisonRequest } from './sides.js';

const FIRST = someStoredRun();
const SECOND = runNamed('81d0c4aa', ['baseline', 'nowait']);

function runNamed(id: string, names: readonly ('baseline' | 'nowait' | 'nothinking')[]): StoredRun {
  const stored = someStoredRun({ arms: names.map((name) => ({ name, technique: name })) });
  return { ...stored, view: { ...stored.view, id } };
}

function paired(request: ComparisonRequest, runs: readonly StoredRun[] = [FIRST, SECOND]): string[] {
  const { pairs } = pairSides(request, new Map(runs.map((run) => [run.view.id, run])));
  const name = ({ stored, arm }: (typeof pairs)[number]['arm']): string => `${stored.view.id}:${arm.name}`;
  return pairs.map(({ arm, against }) => `${name(arm)} against ${name(against)}`);
}

describe('pairSides', () => {
  const a = FIRST.view.id;
  const b = SECOND.view.id;

  it('compares all other arms of a run with the one that its suite names', () => {
    expect(paired({ against: { run: a }, sides: [] })).toEqual(
      ['nowait', 'budget-64', 'nothinking'].map((name) => `${a}:${name} against ${a}:baseline`),
    );
  });

  it.each([
    [{ run: a }, { run: a, arm: 'nowait' }, `${a}:nowait against ${a}:baseline`],
    [{ run: a, arm: 'nothinking' }, { run: a, arm: 'nowait' }, `${a}:nowait against ${a}:nothinking`],
    [{ run: a }, { run: b, arm: 'nowait' }, `${b}:nowait against ${a}:nowait`],
    [{ run: a, arm: 'nowait' }, { run: b }, `${b}:nowait against ${a}:nowait`],
    [{ run: a, arm: 'nothinking' }, { run: b, arm: 'nowait' }, `${b}:nowait against ${a}:nothinking`],
    [{ run: a, arm: 'nowait' }, { run: a, arm: 'nowait' }, `${a}:nowait against ${a}:nowait`],
  ])('compares what %j and %j name', (against, side, expected) => {
    expect(paired({ against, sides: [side] })).toEqual([expected]);
  });

  it('matches arms of two runs by name, and names those without a counterpart', () => {
    const request = { against: { run: a }, sides: [{ run: b }] };
    expect(paired(request)).toEqual(['baseline', 'nowait'].map((name) => `${b}:${name} against ${a}:${name}`));
    const { left } = pairSides(request, new Map([FIRST, SECOND].map((run) => [run.view.id, run])));
    expect(left).toEqual([
      { run: a, arm: 'budget-64' },
      { run: a, arm: 'nothinking' },
    ]);
  });

  it('compares a run with itself arm by arm, and several runs each with the first', () => {
    expect(paired({ against: { run: b }, sides: [{ run: b }] })).toEqual(
      ['baseline', 'nowait'].map((name) => `${b}:${name} against ${b}:${name}`),
    );
    const third = runNamed('77aa00bb', ['nowait']);
    const request = { against: { run: a, arm: 'nowait' }, sides: [{ run: b }, { run: '77aa00bb' }] };
    expect(paired(request, [FIRST, SECOND, third])).toEqual([
      `${b}:nowait against ${a}:nowait`,
      `77aa00bb:nowait against ${a}:nowait`,
    ]);
  });

  it('offers the nearest arm, and says where no two arms are left to compare', () => {
    const wrong = { against: { run: a }, sides: [{ run: a, arm: 'nowiat' }] };
    expect(() => paired(wrong)).toThrow(
      expect.objectContaining({ code: 'usage', hint: 'Did you mean nowait?', where: a }),
    );
    const lone = runNamed('77aa00bb', ['nothinking']);
    const apart = { against: { run: b }, sides: [{ run: '77aa00bb' }] };
    expect(() => paired(apart, [SECOND, lone])).toThrow(expect.objectContaining({ code: 'usage', where: b }));
  });
});

describe('parseSide', () => {
  it('reads a run with or without an arm, whose name may hold a colon', () => {
    expect(parseSide('3f9c')).toEqual({ run: '3f9c' });
    expect(parseSide('3f9c:budget:64')).toEqual({ run: '3f9c', arm: 'budget:64' });
  });

  it.each(['', ':', ':arm', '3f9c:'])('refuses %j', (text) => {
    expect(() => parseSide(text)).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});
