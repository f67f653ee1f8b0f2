import { reportContext } from '../report-context.js';
import { markupText } from '../markup.js';
import { renderReport } from '../render-report.js';
import { syntheticRun } from '../testing/synthetic-run.js';
import { thinkingSection } from './thinking-section.js';

describe('thinkingSection', () => {
  const input = syntheticRun({ items: 10 });
  const view = thinkingSection(reportContext(input));

  it('has the figures of the result for every arm', () => {
    expect(view?.rows.map(({ label }) => label.name)).toEqual(input.result.arms.map(({ name }) => name));
    const { thinking } = input.result.arms[0] ?? {};
    const outcome = ((thinking?.outcomeEfficiency.value ?? Number.NaN) * 100).toFixed(1);
    expect(view?.rows[0]?.cells[2]?.value).toBe(outcome);
  });

  it('draws a panel per arm that states right results, and the curve over the budgets', () => {
    expect(view?.panels.length).toBeGreaterThan(4);
    expect(view?.curves).toHaveLength(1);
    const drawn = markupText(view?.curves[0]?.chart);
    expect(drawn).toMatch(/64 tokens: [\d.]+ \([\d.]+–[\d.]+\)/);
    expect(view?.curves[0]?.facts.map(({ name }) => name)).toEqual([
      'Area',
      'Scaling',
      'Performance',
      'Control',
      'Items',
    ]);
  });

  it('is left out when no sample was measured', async () => {
    const arms = input.result.arms.map(({ thinking: _thinking, ...arm }) => arm);
    const { budgetCurves: _curves, ...result } = input.result;
    const old = { ...input, result: { ...result, arms } };
    expect(thinkingSection(reportContext(old))).toBeNull();
    expect(await renderReport(old)).not.toContain('id="thinking"');
  });

  it('names unequal budgets beside the verdict and in the headline', async () => {
    const warnings = [{ kind: 'truncation-repair', text: 'the token cap cut 9 items of baseline' }] as const;
    const comparisons = input.result.comparisons.map((one) => (one.dataset === 'overall' ? { ...one, warnings } : one));
    const html = await renderReport({ ...input, result: { ...input.result, comparisons } });
    expect(html.match(/<b>Unequal budgets:<\/b> the token cap cut 9 items of baseline\./g)).toHaveLength(5);
  });
});
