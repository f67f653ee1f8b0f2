import { checkSuiteInput, keyPath } from './suite-input-check.js';

type ArmShape = Readonly<Record<string, unknown>>;

const BASELINE: ArmShape = { name: 'baseline', technique: 'baseline' };

function problems(arms: readonly ArmShape[], changes: ArmShape = {}): string[] {
  const suite = { name: 's', model: 'reference', datasets: [{ name: 'arithmetic' }], against: 'baseline', arms };
  return checkSuiteInput({ ...suite, ...changes }).problems.map(
    ({ path, message, hint }) => `${keyPath(path)}: ${message} ${hint}`,
  );
}

function cascade(params: ArmShape): ArmShape {
  return { name: 'cascade', technique: 'cascade', params };
}

function replay(of: string, changes: ArmShape = {}): ArmShape {
  return { name: 'replayed', technique: 'dynasor', params: { replay: of }, ...changes };
}

describe('arms that depend on other arms', () => {
  it('may name any arm of the suite, before or behind them', () => {
    const nowait = { name: 'nowait', technique: 'nowait' };
    expect(problems([replay('nowait'), BASELINE, nowait])).toEqual([]);
    for (const technique of ['eat', 'convergence', 'confidence']) {
      expect(problems([BASELINE, replay('baseline', { technique })])).toEqual([]);
    }
  });

  it('are refused where they name no arm', () => {
    expect(problems([BASELINE, replay('baselin')])).toEqual([
      'arms.1.params.replay: names baselin, which is not an arm of this suite. Did you mean baseline? Arms: baseline.',
    ]);
  });

  it('are refused where they would wait for themselves', () => {
    expect(problems([BASELINE, replay('replayed')])[0]).toMatch(
      /^arms\.1\.params\.replay: replayed would have to wait for itself \(replayed needs replayed\)/,
    );
    const other = { name: 'other', technique: 'eat', params: { replay: 'replayed' } };
    const found = problems([BASELINE, replay('other'), other]);
    expect(found[0]).toContain('replayed would have to wait for itself (replayed needs other needs replayed)');
    expect(found[1]).toContain('other would have to wait for itself');
  });

  it('are refused where repeats differ', () => {
    const arm = replay('baseline', { sampling: { temperature: 1, repeats: 3 } });
    expect(problems([BASELINE, arm])[0]).toMatch(
      /^arms\.1\.params\.replay: replayed has 3 samples an item, and baseline, which they are made from, has 1/,
    );
  });

  it('cannot be made from calls that ask several questions', () => {
    const batch = { name: 'batch', technique: 'batch-prompting' };
    expect(problems([BASELINE, batch, replay('batch')])[0]).toContain('asks several questions in one call');
  });
});

describe('replays', () => {
  it('are refused on a thinking of another model, sampling or prompt', () => {
    for (const changes of [
      { model: 'reference-nano' },
      { sampling: { maxTokens: 99 } },
      { prompt: { suffix: 'Think.' } },
    ]) {
      expect(problems([BASELINE, replay('baseline', changes)])[0]).toContain('differ in model, sampling or prompt');
    }
    const concise = { name: 'concise', technique: 'be-concise' };
    expect(problems([BASELINE, concise, replay('concise')])[0]).toContain('asks with another prompt');
  });

  it('cut the thinking of the arm that a truncation names, which has to be there and have no other cap', () => {
    const cut = { name: 'cut', technique: 'truncate', params: { ratio: 0.5, cut: 'own' } };
    expect(problems([BASELINE, cut])).toEqual([]);
    expect(problems([BASELINE, { ...cut, params: { ...cut.params, of: 'gone' } }])[0]).toMatch(
      /^arms\.1\.params\.of: names gone, which is not an arm/,
    );
    const shorter = { name: 'shorter', technique: 'truncate', params: { ratio: 0.5 } };
    const own = { ...cut, params: { ...cut.params, of: 'shorter' } };
    expect(problems([BASELINE, shorter, own])[0]).toContain('differ in model, sampling or prompt');
  });

  it('are refused on a thinking that was steered', () => {
    const steered = { name: 'faster', technique: 'overclock' };
    expect(problems([BASELINE, steered, replay('faster')])[0]).toContain('was steered');
  });

  it('are refused on a thinking that was chosen among several', () => {
    const sampling = { temperature: 0.6 };
    const vote = { name: 'vote', technique: 'self-consistency', sampling };
    expect(problems([BASELINE, vote, replay('vote', { sampling })])[0]).toContain('chooses among several paths');
  });

  it('are refused on a thinking that the model did not write alone', () => {
    const budget = { name: 'budget', technique: 'budget', params: { tokens: 64 } };
    expect(problems([BASELINE, budget, replay('budget')])[0]).toContain('text that the model did not write');
  });

  it.each<[string, string, ArmShape]>([
    ['deer', 'DEER appends "Wait"', {}],
    ['s1', 's1 appends "Wait"', {}],
    ['budget', 'a replay would save nothing', { tokens: 64 }],
    ['soft-budget', 'stands in no stored thinking', { deadline: 64 }],
    ['nowait', 'nowait has no rule that only looks at the thinking', {}],
  ])('of %s are refused with the reason', (technique, reason, needed) => {
    const params = { replay: 'baseline', ...needed };
    const [problem] = problems([BASELINE, { name: 'again', technique, params }]);
    expect(problem).toMatch(/^arms\.1\.params\.replay: asks for a replay: /);
    expect(problem).toContain(reason);
    expect(problem).toContain('dynasor, convergence, eat, confidence');
  });
});

describe('cascades', () => {
  it('may answer first with another model, sampling or prompt, or with a cascade', () => {
    const nano = { name: 'nano', technique: 'be-concise', model: 'reference-nano', sampling: { maxTokens: 99 } };
    const one = { name: 'one', technique: 'cascade', params: { first: 'nano' } };
    const two = { name: 'two', technique: 'cascade', params: { first: 'one', threshold: 0.99 } };
    expect(problems([BASELINE, two, one, nano])).toEqual([]);
  });

  it('need an arm that answers first, online', () => {
    expect(problems([BASELINE, cascade({})])[0]).toMatch(/^arms\.1\.params\.first: is missing/);
    expect(problems([BASELINE, cascade({ first: 'none' })])[0]).toContain('names none, which is not an arm');
    expect(problems([BASELINE, replay('baseline'), cascade({ first: 'replayed' })])[0]).toContain('is a replay');
    expect(problems([BASELINE, cascade({ first: 'baseline', threshold: 2 })])[0]).toContain('0 … 1');
  });
});
