import {
  reasonWords,
  type CompressionPreview,
  type LeftOutReason,
  type PreviewReason,
  type ShownChain,
} from '../../compression/index.js';
import { counted, integer, percent, points, ratio } from '../format.js';
import { differenceHistogram } from './difference-histogram.js';
import { tokenMarks } from './token-marks.js';

/** What the preview's template prints. */
export function previewView(preview: CompressionPreview): Readonly<Record<string, unknown>> {
  const { title, facts, unit, shownUnit, ratios, differences, leftOut, shown } = preview;
  const units = `${unit}s`;
  return {
    title,
    standfirst: standfirst(preview),
    units,
    ratios: ratios.map((one) => ({
      asked: ratio(one.asked),
      examples: integer(one.chains),
      tokens: integer(one.tokens),
      kept: integer(one.kept),
      mean: ratio(one.mean),
      range: `${ratio(one.least)}–${ratio(one.most)}`,
      difference: points(one.mean - one.asked),
    })),
    histogram: differences.length === 0 ? null : differenceHistogram(differences),
    leftOut: Object.entries(leftOut).map(([reason, count]) => ({
      words: reasonWords(reason as LeftOutReason),
      count: integer(count),
    })),
    hasShades: shown.some(({ shades }) => shades.length > 0),
    facts: facts.map(([name, value]) => ({ name, value })),
    shown: shown.map((chain, index) => chainView(chain, index, shownUnit)),
    shownWords: `${counted(shown.length, 'example')} of ${integer(ratios.reduce((sum, { chains }) => sum + chains, 0))}: drawn by the seed, and the extremes.`,
  };
}

function standfirst({ ratios, unit, leftOut }: CompressionPreview): string {
  const sum = (of: 'chains' | 'tokens' | 'kept'): number => ratios.reduce((total, one) => total + one[of], 0);
  const left = Object.values(leftOut).reduce((total, count) => total + count, 0);
  if (Number.isNaN(sum('tokens')))
    return `${counted(sum('chains'), 'example')} with ${integer(sum('kept'))} ${unit}s of thinking.`;
  return (
    `${counted(sum('chains'), 'example')} ${sum('chains') === 1 ? 'keeps' : 'keep'} ${integer(sum('kept'))} of ${integer(sum('tokens'))} ${unit}s of thinking ` +
    `(${percent(sum('kept') / sum('tokens'), 0)}). ${counted(left, 'sample')} ${left === 1 ? 'was' : 'were'} left out.`
  );
}

function chainView(
  chain: ShownChain,
  index: number,
  unit: CompressionPreview['unit'],
): Readonly<Record<string, unknown>> {
  const { dataset, item, repeat, level, question, asked, got, tokens, kept, answer, why } = chain;
  const left = kept.filter(Boolean).length;
  return {
    id: `c${index + 1}`,
    name: repeat === 0 ? item : `${item}, repeat ${repeat}`,
    place: [dataset, ...(level === null ? [] : [`level ${level}`])].filter((part) => part !== '').join(', '),
    question,
    asked: ratio(asked),
    got: got === null ? 'not known' : ratio(got),
    counts: `${integer(left)} of ${counted(tokens.length, unit)} kept`,
    why: why.filter((reason) => reason !== 'drawn').map(whyWords),
    marks: tokenMarks(chain),
    answer: answer.trim(),
  };
}

function whyWords(why: PreviewReason): string {
  switch (why) {
    case 'drawn':
      return 'drawn';
    case 'longest':
      return 'longest chain';
    case 'furthest above':
      return 'furthest above the asked ratio';
    case 'furthest below':
      return 'furthest below the asked ratio';
  }
}
