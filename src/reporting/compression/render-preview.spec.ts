import type { CompressionPreview, ShownChain } from '../../compression/index.js';
import { markupText } from '../markup.js';
import { ATTACK_STRINGS } from '../testing/attack-strings.js';
import { renderCompressionPreview } from './render-preview.js';
import { tokenMarks } from './token-marks.js';

const CHAIN: ShownChain = {
  dataset: 'arithmetic',
  item: 'a-1',
  repeat: 0,
  level: 2,
  question: 'What is 4 + 3?',
  asked: 0.5,
  got: 0.6,
  tokens: ['So', ' 4', ' + 3', ' is\n', ' 7'],
  kept: [false, true, true, false, true],
  shades: [0, 4, 4, 1, 3],
  answer: '\n\n\\boxed{7}',
  why: ['longest', 'drawn'],
};

const PREVIEW: CompressionPreview = {
  title: 'Chains compressed by keep-numbers',
  facts: [['run', 'calibration / 3f9c2a51b07e']],
  unit: 'token',
  shownUnit: 'token',
  ratios: [{ asked: 0.5, chains: 1, tokens: 5, kept: 3, mean: 0.6, least: 0.6, most: 0.6 }],
  differences: [{ points: 10, chains: 1 }],
  leftOut: { wrong: 2 },
  shown: [CHAIN],
};

function count(text: string, part: string): number {
  return text.split(part).length;
}

describe(tokenMarks.name, () => {
  it('strikes what was dropped, and joins tokens that look alike', () => {
    expect(markupText(tokenMarks(CHAIN))).toBe(
      '<del class="tk i0">So</del><span class="tk i4"> 4 + 3</span><del class="tk i1"> is↵\n</del>' +
        '<span class="tk i3"> 7</span>',
    );
  });
});

describe(renderCompressionPreview.name, () => {
  const page = renderCompressionPreview(PREVIEW);

  it('says what was asked and kept, what was left out, and why a chain is shown', () => {
    expect(page).toContain('1 example keeps 3 of 5 tokens of thinking');
    expect(page).toContain('<th scope="row">0.50</th><td>1</td><td>5</td><td>3</td><td>0.60</td>');
    expect(page).toContain('the answer was wrong');
    expect(page).toContain('longest chain');
    expect(page).toContain('3 of 5 tokens kept');
  });

  it('is the same page again, without a script', () => {
    expect(renderCompressionPreview(PREVIEW)).toBe(page);
    expect(page).not.toContain('<script');
  });

  it.each(ATTACK_STRINGS)('shows %p and does nothing', (attack) => {
    const chain = {
      ...CHAIN,
      item: attack,
      question: attack,
      tokens: [attack, ...CHAIN.tokens.slice(1)],
      answer: attack,
    };
    const hostile = renderCompressionPreview({ ...PREVIEW, title: attack, facts: [[attack, attack]], shown: [chain] });
    for (const part of ['<script', '<img', '<svg', '<style', '<iframe', '<a ', '<meta', '<base', '<link'])
      expect(count(hostile, part)).toBe(count(page, part));
  });

  it('leaves out what is not known: level, importance, answer', () => {
    const bare = renderCompressionPreview({
      ...PREVIEW,
      unit: 'word',
      leftOut: {},
      shown: [{ ...CHAIN, level: null, shades: [], answer: '', question: '' }],
    });
    expect(bare).not.toContain('grows with importance');
    expect(bare).not.toContain('level');
    expect(bare).toContain('of 5 words of thinking');
  });
});
