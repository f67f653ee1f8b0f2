import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Chain } from '../../src/compression/chain.js';
import type { ScoringForecast } from '../../src/compression/scorer.js';
import { someChain } from '../../src/compression/testing.js';

const SCORERS = join(__dirname, '../../dist/compression/scorers');
const fixture = (name: string): string => join(__dirname, 'fixtures', name);
const FILES = {
  modelFile: fixture('token-classifier.onnx'),
  tokenizerFile: fixture('token-classifier.tokenizer.json'),
};

interface Scored {
  readonly importances: readonly (readonly number[])[];
  readonly forecast: ScoringForecast;
}

/** In a process of its own: what onnxruntime hands out is made of other classes than those that jest gives its tests. */
function inNode(source: string): unknown {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', source], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

function scored(chains: readonly Chain[], positions?: number): Scored {
  const source = `
    import { llmlingua2Scorer } from '${SCORERS}/llmlingua2.js';
    import { openTokenClassifier } from '${SCORERS}/token-classifier.js';
    const scorer = llmlingua2Scorer(await openTokenClassifier(${JSON.stringify(FILES)}), ${String(positions)});
    const [importances, chains, { signal }] = [[], ${JSON.stringify(chains)}, new AbortController()];
    await scorer.score(chains, { signal, take: (chain, importance) => (importances[chain] = importance) });
    console.log(JSON.stringify({ importances, forecast: await scorer.forecast(chains, signal) }));`;
  return inNode(source) as Scored;
}

function refusal(files: Readonly<Record<string, string>>): unknown {
  return inNode(`
    import { openTokenClassifier } from '${SCORERS}/token-classifier.js';
    openTokenClassifier(${JSON.stringify({ ...FILES, ...files })}).catch(({ code, message, hint }) =>
      console.log(JSON.stringify({ code, message, hint })));`);
}

/**
 * The logits of "keep" are the table's (token_classifier_fixture.py) plus its mean over what is read, those of "drop" 0.
 * Of "so 4 + 12." with <s> and </s> the rows are 0 −2 2 1 2 1 −3 0, their mean is 1/8.
 */
describe('llmlingua2 with a classifier whose numbers are known', () => {
  it('gives every token P(keep) of the pieces that it shares text with', () => {
    const { importances } = scored([
      someChain(['so', ' 4', ' +', ' 1', '2', '.']),
      someChain(['s', 'o', ' 4', ' ', '+', ' 12', '.', '\n']),
    ]);
    // 1 / (1 + e^1.875), 1 / (1 + e^-2.125), 1 / (1 + e^-1.125), 1 / (1 + e^2.875).
    const [so, four, plus, dot] = [0.1329642, 0.8933094, 0.7549149, 0.0534033];
    const expected = [
      [so, four, plus, four, plus, dot],
      [so, so, four, four, plus, four, dot, dot],
    ];
    for (const [chain, values] of expected.entries())
      for (const [token, value] of values.entries()) expect(importances[chain]?.[token]).toBeCloseTo(value, 6);
  });

  it('reads a long chain in windows that end with a sentence where they can', () => {
    const chain = someChain(['so', '.', ' 4', ' +', ' 1', '.', ' is', ' 4', ' 4', ' 4', ' 4']);
    const { importances, forecast } = scored([chain], 6);
    // Means: (−2 − 3) / 4 of "so.", (2 + 1 + 2 − 3) / 6 of "4 + 1.", (−1 + 2 + 2 + 2) / 6 of "is 4 4 4", 2 / 3 of "4".
    const logits = [-3.25, -4.25, 7 / 3, 4 / 3, 7 / 3, -8 / 3, -1 / 6, 17 / 6, 17 / 6, 17 / 6, 8 / 3];
    for (const [token, logit] of logits.entries())
      expect(importances[0]?.[token]).toBeCloseTo(1 / (1 + Math.exp(-logit)), 6);
    expect(forecast.tokens).toBe(4 + 6 + 6 + 3);
    expect(forecast.seconds).toBeGreaterThan(0);
  });

  it('finds its place behind characters of two units, and in an empty text nothing', () => {
    const { importances } = scored([someChain([' 😀', ' 4']), someChain(['\n'])]);
    // Rows −4 (the blank before it) −4 (unknown) 2, their mean with <s> and </s> is −6 / 5.
    expect(importances[0]?.[0]).toBeCloseTo(1 / (1 + Math.exp(5.2)), 6);
    expect(importances[0]?.[1]).toBeCloseTo(1 / (1 + Math.exp(-0.8)), 6);
    expect(importances[1]).toEqual([0]);
  });

  it('refuses files that are something else, and says what to get', () => {
    const damaged = { code: 'model-invalid', hint: expect.stringContaining('optimum-cli') };
    expect(refusal({ modelFile: fixture('statistics.json') })).toMatchObject(damaged);
    expect(refusal({ tokenizerFile: fixture('statistics.json') })).toMatchObject(damaged);
    expect(refusal({ modelFile: fixture('none.onnx') })).toMatchObject({
      code: 'model-missing',
      message: expect.stringContaining('none.onnx'),
      hint: expect.stringContaining('microsoft/llmlingua-2-xlm-roberta-large-meetingbank'),
    });
  });
});
