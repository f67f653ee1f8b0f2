import * as fc from 'fast-check';
import { InvalidFileError } from './errors.js';
import { checkSuiteInput, parseSuiteInput } from './suite-input-check.js';
import { TECHNIQUES } from './techniques/index.js';

function suite(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    name: 'demo',
    model: 'reference',
    datasets: [{ name: 'arithmetic' }],
    arms: [
      { name: 'baseline', technique: 'baseline' },
      { name: 'budget-64', technique: 'budget', params: { tokens: 64 } },
    ],
    ...changes,
  };
}

function problems(value: unknown): string[] {
  return checkSuiteInput(value).problems.map(({ path, message, hint }) => `${path.join('.')}: ${message} ${hint}`);
}

function softBudgetArms(atDeadline: string): unknown[] {
  return [
    { name: 'soft', technique: 'soft-budget', params: { deadline: 1024, atDeadline } },
    { name: 'baseline', technique: 'baseline' },
  ];
}

describe('checkSuiteInput', () => {
  it('names the place of a text that the database could not store', () => {
    expect(problems(suite({ description: 'a\0b' }))).toEqual([
      expect.stringMatching(/^description: The text has a character that cannot be stored. Remove NUL/),
    ]);
    expect(problems(suite({ arms: [{ name: 'a', technique: 'baseline', prompt: { system: '\ud800' } }] }))).toEqual([
      expect.stringMatching(/^arms\.0\.prompt\.system: /),
    ]);
  });

  it('fills in defaults when they are left out', () => {
    expect(checkSuiteInput(suite()).suite).toMatchObject({
      sampling: { temperature: 0, topP: 1, topK: 0, minP: 0, maxTokens: 1024, repeats: 1, seed: 1 },
      nonInferiorityMargin: 0.02,
      timing: { items: 4 },
    });
  });

  it('offers the nearest key and lists the allowed ones when a key is unknown', () => {
    expect(problems(suite({ sampling: { temprature: 0 } }))[0]).toMatch(
      /^sampling\.temprature: is not a known key\. Did you mean temperature\? Allowed: temperature, topP/,
    );
    const arms = [{ name: 'b', technique: 'budget', params: { token: 3, tokens: 3 } }];
    expect(problems(suite({ arms, against: 'b' }))).toEqual([
      'arms.0.params.token: is not a known key. Did you mean tokens? Allowed: tokens, closing, style.',
    ]);
  });

  it('offers the nearest technique when it is unknown', () => {
    const arms = [{ name: 'b', technique: 'budgte' }];
    const names = TECHNIQUES.map(({ name }) => name);
    expect(problems(suite({ arms }))).toEqual([
      `arms.0.technique: is "budgte", which is not one of the choices. Did you mean budget? Allowed: ${names.join(', ')}.`,
    ]);
  });

  it('names the range, and the nearest key, when a prompt technique gets wrong parameters', () => {
    const arms = [
      { name: 'b', technique: 'baseline' },
      { name: 'lc', technique: 'lc-prompt', params: { ratio: 50 } },
      { name: 'told', technique: 'token-budget', params: { token: 50 } },
    ];
    expect(problems(suite({ arms }))).toEqual([
      'arms.1.params.ratio: is 50, which is not allowed here. Allowed: a number 0.01 … 0.99.',
      'arms.2.params.token: is not a known key. Did you mean tokens? Allowed: tokens, place, wording.',
    ]);
  });

  it('refuses few-shot examples where there are no calibration items, or where they are evaluated', () => {
    const arms = [
      { name: 'b', technique: 'baseline' },
      { name: 'shots', technique: 'few-shot' },
    ];
    const datasets = [
      { path: 'own.jsonl' },
      { name: 'arithmetic', split: 'calibration' },
      { name: 'countdown', split: 'items' },
    ];
    expect(problems(suite({ arms, datasets })).map((problem) => problem.slice(0, 48))).toEqual([
      'datasets.0: is a file of your own, which has no ',
      'datasets.1: evaluates the calibration items, and',
    ]);
  });

  it('points at the misspelt key when a required one is missing', () => {
    const arms = [{ name: 'b', tecnique: 'baseline' }];
    expect(problems(suite({ arms }))[0]).toContain('arms.0.technique: is missing. Is "tecnique" meant for it?');
    const { model: _model, ...rest } = suite();
    expect(problems({ ...rest, modle: 'reference' })[0]).toContain('Is "modle" meant for it?');
  });

  it('names the range when a value is out of range or of another type', () => {
    expect(problems(suite({ sampling: { temperature: 9 } }))).toEqual([
      'sampling.temperature: is 9, which is not allowed here. Allowed: a number 0 … 5.',
    ]);
    const arms = [{ name: 'b', technique: 'budget', params: { tokens: 1.5 } }];
    expect(problems(suite({ arms }))[0]).toContain(
      'is 1.5, which is not allowed here. Allowed: a whole number 0 … 1,000,000.',
    );
    expect(problems(suite({ arms: [] }))[0]).toContain('is an empty list');
    expect(problems(suite({ name: 'two words' }))[0]).toContain('letters, digits');
  });

  it('explains the alternatives of a model reference', () => {
    expect(problems(suite({ model: 7 }))[0]).toMatch(/^model: is 7/);
    expect(problems(suite({ model: { pth: 'x' } })).join('\n')).toContain('path');
  });

  it('refuses a remote endpoint for now', () => {
    const model = { endpoint: 'http://localhost:1/v1', name: 'x' };
    expect(problems(suite({ model }))[0]).toContain('remote endpoints are not supported yet');
  });

  it('refuses arm names that differ only in case', () => {
    const arms = [
      { name: 'a', technique: 'baseline' },
      { name: 'A', technique: 'nowait' },
    ];
    expect(problems(suite({ arms }))[0]).toMatch(/^arms\.1\.name: is A, but there is already an arm a\./);
  });

  it('takes the first baseline arm to compare with, and asks when there is none', () => {
    expect(checkSuiteInput(suite()).problems).toEqual([]);
    expect(problems(suite({ against: 'basline' }))[0]).toContain('Did you mean baseline?');
    const arms = [{ name: 'n', technique: 'nowait' }];
    expect(problems(suite({ arms }))[0]).toMatch(/^against: is missing/);
  });

  it('refuses a budget that maxTokens always comes before', () => {
    expect(problems(suite({ sampling: { maxTokens: 64 } }))[0]).toMatch(
      /^arms\.1\.params\.tokens: is 64, but maxTokens \(64\)/,
    );
    expect(problems(suite({ arms: softBudgetArms('close') }))[0]).toMatch(/^arms\.0\.params\.deadline: is 1024/);
    expect(problems(suite({ arms: softBudgetArms('nothing') }))).toEqual([]);
  });

  it('refuses repeats at temperature 0 with one message', () => {
    expect(problems(suite({ sampling: { repeats: 3 } }))).toEqual([
      'sampling.repeats: is 3 at temperature 0: greedy decoding gives the same text every time. Set repeats to 1, or a temperature above 0.',
    ]);
    const arms = [{ name: 'a', technique: 'baseline', sampling: { temperature: 0.6 } }];
    expect(problems(suite({ arms, sampling: { repeats: 3 } }))).toEqual([]);
  });

  it('refuses several paths at temperature 0, naming what to set', () => {
    const baseline = { name: 'a', technique: 'baseline' };
    const votes = { name: 'b', technique: 'self-consistency' };
    const [problem, ...others] = problems(suite({ arms: [baseline, votes] }));
    expect(others).toEqual([]);
    expect(problem).toMatch(/^arms\.1\.params\.paths: is 5 at temperature 0: .*sampling: \{temperature: 0\.6\}/);
    expect(problems(suite({ arms: [baseline, { ...votes, params: { paths: 1 } }] }))).toEqual([]);
    expect(problems(suite({ arms: [baseline, { ...votes, sampling: { temperature: 0.6 } }] }))).toEqual([]);
    const best = { name: 'c', technique: 'best-of-n', params: { paths: 65 }, sampling: { temperature: 0.6 } };
    expect(problems(suite({ arms: [baseline, best] }))[0]).toContain('64');
  });

  it('refuses two arms that do the same, defaults considered', () => {
    const arms = [
      { name: 'a', technique: 'nowait' },
      { name: 'b', technique: 'nowait', params: { scope: 'thinking' }, sampling: { seed: 1 } },
    ];
    expect(problems(suite({ arms, against: 'a' }))[0]).toMatch(/^arms\.1: b does exactly what a does\./);
  });

  it('refuses data sets without a name, with a split of a file, or listed twice', () => {
    const datasets = [{}, { path: 'a.jsonl', split: 'items' }, { name: 'x' }, { name: 'x', limit: 3 }];
    expect(problems(suite({ datasets })).map((line) => line.split(':')[0])).toEqual([
      'datasets.0',
      'datasets.1.split',
      'datasets.3',
    ]);
  });
});

function invalidFile(action: () => unknown): InvalidFileError {
  try {
    action();
  } catch (error) {
    if (error instanceof InvalidFileError) return error;
    throw error;
  }
  throw new TypeError('nothing was thrown');
}

describe('parseSuiteInput', () => {
  it('reports every problem at once with its key', () => {
    const error = invalidFile(() => parseSuiteInput(suite({ colour: 1, sampling: { topP: 2 } }), 'request body'));
    expect(error.code).toBe('suite-invalid');
    expect(error.problems.map((problem) => problem.key)).toEqual(['sampling.topP', 'colour']);
  });

  it('returns a suite or at least one problem, and throws nothing else, whatever the value', () => {
    const keys = fc.constantFrom(
      'name',
      'model',
      'datasets',
      'arms',
      'sampling',
      'technique',
      'params',
      '__proto__',
      'path',
      'ids',
    );
    const { node } = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom('baseline', 'budget', 'nowait', '', 'x', 0, -1, 1.5, NaN, null, true, undefined),
        fc.array(tie('node'), { maxLength: 4 }),
        fc.dictionary(keys, tie('node'), { maxKeys: 6 }),
        fc.jsonValue(),
      ),
    }));
    fc.assert(
      fc.property(fc.oneof(node, fc.dictionary(keys, node).map(suite)), (value) => {
        const { suite: valid, problems: found } = checkSuiteInput(value);
        expect(valid === null).toBe(found.length > 0);
        if (valid === null) invalidFile(() => parseSuiteInput(value, 'test'));
      }),
      { numRuns: 500 },
    );
  });
});
