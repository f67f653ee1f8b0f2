import type { CompressionCurve, TokenSkipResult } from '../../../domain/index.js';
import { markupText } from '../../markup.js';
import { renderReport } from '../../render-report.js';
import { reportContext } from '../../report-context.js';
import type { ReportInput } from '../../report-input.js';
import { syntheticRun } from '../../testing/synthetic-run.js';
import { syntheticTokenSkip } from '../../testing/synthetic-token-skip.js';
import { seriesOf } from './series.js';
import { tokenSkipSection } from './token-skip-section.js';

const input = syntheticTokenSkip();
const trained = syntheticTokenSkip({ adapters: true });

function viewOf(of: ReportInput) {
  const view = tokenSkipSection(reportContext(of));
  if (!view) throw new Error('no section');
  return view;
}

function resultOf({ result }: ReportInput): TokenSkipResult {
  if (!result.tokenSkip) throw new Error('no result');
  return result.tokenSkip;
}

function withCurves(change: (curve: CompressionCurve) => CompressionCurve): ReportInput {
  const tokenSkip = { ...resultOf(input), curves: resultOf(input).curves.map(change) };
  return { ...input, result: { ...input.result, tokenSkip } };
}

describe(tokenSkipSection.name, () => {
  it('is left out where nothing is shortened by a ratio', async () => {
    expect(tokenSkipSection(reportContext(syntheticRun({ items: 4 })))).toBeNull();
    expect(await renderReport(syntheticRun({ items: 4 }))).not.toContain('token-skip');
    expect(await renderReport(input)).toContain('id="token-skip"');
  });

  it('sets the published row beside the measured one of the same method and ratio, and none beside others', () => {
    const { rows, published } = viewOf(input);
    expect(published).toBe('Published: LLaMA-3.1-8B-Instruct, arXiv 2502.12067, Table 1');
    const row = (name: string) => rows.find(({ label }) => label.name === name);
    expect(row('baseline')).toMatchObject({ isReference: true, method: 'original' });
    expect(row('baseline')?.published.slice(0, 4)).toEqual(['86.2', '213.17', '5.96', '1.00']);
    expect(row('native-0.5')?.published).toEqual(['78.2', '113.05', '3.40', '0.53', '40.2', '292.17', '9.67', '0.58']);
    expect(row('limit-0.5')?.published[0]).toBe('7.0');
    expect(row('be-concise')?.published[0]).toBe('82.9');
    expect(row('native-0.3')?.published.every((cell) => cell === '')).toBe(true);
    expect(row('own-0.5')?.published.every((cell) => cell === '')).toBe(true);
  });

  it('prints asked and actual ratio with the distance, and what maxTokens cut', () => {
    const { rows } = viewOf(input);
    expect(rows.find(({ label }) => label.name === 'native-0.5')).toMatchObject({
      asked: '0.5',
      actual: { value: '0.56', interval: '0.52–0.61' },
      error: '0.06',
      cut: '1.0',
    });
    expect(rows.find(({ label }) => label.name === 'limit-0.5')?.cut).toBe('24.0');
    expect(rows.find(({ label }) => label.name === 'be-concise')).toMatchObject({ asked: '–', error: '–' });
  });

  it('says how near the ratio is followed, how far down, and where it collapses', () => {
    const { lead, adherence } = viewOf(input);
    expect(lead).toBe(
      'Asked by control reference to keep 0.50 of its thinking, reference keeps 0.56 (0.52–0.61) and answers 76.8\u202f% right. It stays within 0.15 of the ratio down to 0.30, the least that was asked for.',
    );
    expect(adherence.map(({ name }) => name)).toEqual([
      'control reference',
      'own first part',
      'cut by maxTokens',
      'lc-prompt',
    ]);
    expect(adherence.at(-1)?.value).toMatch(
      /It collapses below 0\.90: at 0\.50 the actual ratio is more than 0\.15 away\.$/,
    );
    const never = withCurves((curve) => ({ ...curve, collapse: { below: null, at: 0.9, why: 'off-target' } }));
    expect(viewOf(never).lead).toContain('It follows no ratio: at 0.90 the actual one is more');
    const flat = withCurves((curve) => ({ ...curve, collapse: { below: 0.5, at: 0.4, why: 'no-shorter' } }));
    expect(viewOf(flat).lead).toContain('It collapses below 0.50: no smaller ratio is shorter beyond the interval.');
  });

  it('draws every series with its name and its points, the unmodified arm at ratio 1', () => {
    const { asked, accuracy } = viewOf(trained);
    for (const chart of [asked, accuracy]) {
      const drawn = markupText(chart);
      expect(drawn).not.toMatch(/NaN|undefined|Infinity/);
      for (const name of ['control reference', 'adapter self-information', 'adapter keep-numbers', 'own first part']) {
        expect(drawn).toContain(`>${name}</text>`);
      }
    }
    expect(markupText(asked)).toContain('class="ref"');
    expect(markupText(asked)).not.toContain('>be-concise</text>');
    expect(markupText(accuracy)).toContain('>be-concise</text>');
    expect(markupText(accuracy)).toContain('>baseline</text>');
  });

  it('leaves out points that have no figure', () => {
    const empty = withCurves((curve) => ({
      ...curve,
      points: curve.points.map((point) => ({
        ...point,
        actRatio: Number.NaN,
        actRatioInterval: [Number.NaN, Number.NaN],
      })),
    }));
    const view = viewOf(empty);
    expect(view.asked).toBeNull();
    expect(markupText(view.accuracy)).not.toMatch(/NaN/);
    expect(view.rows.find(({ label }) => label.name === 'native-0.5')?.actual).toBeNull();
  });

  it('draws the seeds of one scorer as one series, and a shade for every scorer while these last', () => {
    const series = seriesOf(resultOf(trained).curves);
    expect(series.map(({ name, curves }) => [name, curves.length])).toEqual([
      ['control reference', 1],
      ['own first part', 1],
      ['cut by maxTokens', 1],
      ['be-concise', 1],
      ['lc-prompt', 1],
      ['adapter self-information', 3],
      ['adapter random', 3],
      ['adapter keep-numbers', 3],
    ]);
    const looks = series
      .filter(({ kind }) => kind === 'compression')
      .map(({ className, isDashed, isHollow }) => [className, isDashed, isHollow].join());
    expect(new Set(looks).size).toBe(looks.length);
  });

  it('tells what comes of the scorers at equal length', async () => {
    const { scorers, targets } = viewOf(trained);
    expect(targets).toEqual(['0.5', '0.6', '0.7', '0.8']);
    expect(scorers[1]?.name).toBe('self-information − keep-numbers');
    expect(scorers[1]?.cells[0]).toEqual({ value: '+8.1', interval: '+4.1 to +12.1; p\u00a0=\u00a00.004' });
    expect(await renderReport(trained)).toContain('Does importance beat chance, at equal length?');
    expect(await renderReport(input)).not.toContain('Does importance beat chance');
  });

  it('names what it cannot measure, and what the figures do not show', () => {
    const { note } = viewOf(input);
    expect(note).toContain('native-other-prompt: no baseline of the same model');
    expect(note).toContain('A sample that maxTokens cuts is short without being compressed');
    expect(note).toContain('As published, adherence collapses below 0.5');
  });

  it('lists accuracy and actual ratio by level', () => {
    const { levels, levelRows } = viewOf(input);
    expect(levels).toEqual([1, 2, 3, 4, 5]);
    expect(levelRows[0]).toMatchObject({ isReference: true });
    expect(levelRows.find(({ label }) => label.name === 'native-1')?.cells[4]).toEqual({
      value: '60.0',
      interval: '1.10',
    });
  });
});
