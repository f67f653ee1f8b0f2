import { double, assert, integer, property } from 'fast-check';
import { parseTechniqueParams, techniqueDefinition, techniqueEntry, TOKENSKIP_TABLE } from '../index.js';
import { scaledCap } from './ratio.js';

const { traits: tokenskip } = techniqueDefinition('tokenskip');
const { traits: truncate } = techniqueDefinition('truncate');

describe('tokenskip', () => {
  it('takes ratios from 0.1 to 1 and names the range where one lies outside', () => {
    expect(parseTechniqueParams('tokenskip', { ratio: 0.5 })).toEqual({
      ratio: 0.5,
      control: 'reference',
      maxTokens: 'fixed',
    });
    for (const ratio of [0, 0.05, 1.2, undefined]) {
      expect(() => parseTechniqueParams('tokenskip', { ratio })).toThrow(
        expect.objectContaining({ code: 'suite-invalid', hint: expect.stringContaining('0.1 … 1') as unknown }),
      );
    }
  });

  it('leaves maxTokens alone, or scales it by the ratio and rounds down', () => {
    expect(tokenskip.maxTokens({ ratio: 0.3 }, 1024)).toBe(1024);
    expect(tokenskip.maxTokens({ ratio: 0.3, maxTokens: 'scaled-by-ratio' }, 1024)).toBe(307);
  });

  it('says the ratio in its caption, and a scaled cap', () => {
    expect(tokenskip.caption({ ratio: 0.55 })).toBe('asked to keep 0.55 of its thinking (reference)');
    expect(tokenskip.caption({ ratio: 1, control: 'qwen', maxTokens: 'scaled-by-ratio' })).toBe(
      'asked to keep 1.0 of its thinking (qwen), maxTokens × 1.0',
    );
  });

  it('needs a control token unless the ratio is ordinary text', () => {
    expect(tokenskip.controlToken({ ratio: 0.5 })).toBe('<|eot_id|>');
    expect(tokenskip.controlToken({ ratio: 0.5, control: 'llama3' })).toBe('<|eot_id|>');
    expect(tokenskip.controlToken({ ratio: 0.5, control: 'qwen' })).toBeNull();
  });
});

describe('truncate', () => {
  it('cuts at a share of maxTokens, from the prompt alone', () => {
    expect(truncate.maxTokens({ ratio: 0.5 }, 1025)).toBe(512);
    expect(truncate.dependsOn({ ratio: 0.5 })).toBeNull();
    expect(truncate.needsDelimiters({ ratio: 0.5 })).toBe(false);
  });

  it('cuts the stored thinking of an arm, by default of the baseline', () => {
    const own = { ratio: 0.5, cut: 'own' };
    expect(truncate.maxTokens(own, 1024)).toBe(1024);
    expect(truncate.dependsOn(own)).toEqual({ arm: 'baseline', parameter: 'of', uses: 'trace' });
    expect(truncate.dependsOn({ ...own, of: 'nowait' })).toMatchObject({ arm: 'nowait' });
    expect(truncate.needsDelimiters(own)).toBe(true);
  });

  it('refuses an arm to cut where it cuts by the limit', () => {
    expect(() => parseTechniqueParams('truncate', { ratio: 0.5, of: 'baseline' })).toThrow(
      expect.objectContaining({ code: 'suite-invalid', where: 'params.of' }),
    );
  });
});

describe(scaledCap.name, () => {
  it('never asks for more than the cap, nor for nothing', () => {
    assert(
      property(double({ min: 0.1, max: 1, noNaN: true }), integer({ min: 1, max: 1_000_000 }), (ratio, cap) => {
        const scaled = scaledCap(ratio, cap);
        expect(scaled).toBeGreaterThanOrEqual(1);
        expect(scaled).toBeLessThanOrEqual(cap);
        expect(scaledCap(1, cap)).toBe(cap);
      }),
    );
  });
});

describe('the published table', () => {
  it('stands in the catalogue with the paper as its source, each row beside the original', () => {
    const [first] = techniqueEntry('truncate').publishedFigures;
    expect(first).toEqual({
      model: 'LLaMA-3.1-8B-Instruct',
      benchmark: 'GSM8K',
      figure:
        'accuracy / tokens: 86.2 % / 213.17 → 70.2 % / 202.06 at ratio 0.9, ActRatio 0.95 (as measured by arXiv 2502.12067)',
      marker: 'paper',
    });
    expect(techniqueEntry('tokenskip').publishedFigures.filter(({ marker }) => marker === 'paper')).toHaveLength(12);
    expect(techniqueEntry('lc-prompt').publishedFigures).toHaveLength(6);
  });

  it('has actual ratios that its own token counts give, to their two decimals', () => {
    const [original] = TOKENSKIP_TABLE;
    for (const { gsm8k, math } of TOKENSKIP_TABLE) {
      expect(Math.abs(gsm8k.tokens / original!.gsm8k.tokens - gsm8k.actRatio)).toBeLessThan(0.0151);
      expect(Math.abs(math.tokens / original!.math.tokens - math.actRatio)).toBeLessThan(0.0151);
    }
  });
});
