import type { CascadeFrontier, CascadePoint, RouteFrontier } from '../../domain/index.js';
import { markupText } from '../markup.js';
import { renderReport } from '../render-report.js';
import { reportContext } from '../report-context.js';
import { syntheticRun } from '../testing/synthetic-run.js';
import { routesSection } from './routes-section.js';

const input = syntheticRun({ items: 10 });
/** Any arm of the run serves as the one that was routed. */
const LIVE = input.result.arms.find(({ name }) => name === 'nowait')!.overall;

const difference = {
  accuracyDelta: -0.02,
  accuracyDeltaInterval: [-0.1, 0.06],
  method: 'tango',
  totalRatio: 0.5,
  totalRatioInterval: [0.4, 0.6],
} as const;
const chosen: CascadePoint = {
  threshold: 0.9,
  share: 0.4,
  accuracy: LIVE.accuracy,
  deliveredTokens: LIVE.tokens.delivered.mean,
  totalTokens: LIVE.tokens.total.mean,
  difference,
};
const FRONTIER: CascadeFrontier = {
  arm: 'nowait',
  first: 'nothinking',
  second: 'baseline',
  signal: 'answer-mean',
  samples: 40,
  points: [
    { threshold: 0.5, share: 0, accuracy: 0.4, deliveredTokens: 20, totalTokens: 20 },
    { threshold: 0.8, share: 0.25, accuracy: 0.6, deliveredTokens: 80, totalTokens: 90, difference },
    { threshold: null, share: 1, accuracy: 0.9, deliveredTokens: 150, totalTokens: 170 },
  ],
  chosen,
};

function withCascades(...cascades: readonly CascadeFrontier[]) {
  return { ...input, result: { ...input.result, cascades } };
}

function leadOf(frontier: CascadeFrontier): string | undefined {
  return routesSection(reportContext(withCascades(frontier)))?.routes[0]?.lead;
}

describe('routesSection', () => {
  it('lists the points that have intervals, the one that was run among them, by threshold', () => {
    const [view] = routesSection(reportContext(withCascades(FRONTIER)))!.routes;
    expect(view?.rows.map(({ threshold, isChosen }) => [threshold, isChosen])).toEqual([
      ['0.800', false],
      ['0.900', true],
    ]);
    expect(view?.rows[0]).toMatchObject({
      tokens: '90',
      difference: '−2.0 (−10.0 to +6.0)',
      ratio: '0.50 (0.40–0.60)',
    });
  });

  it('draws every threshold, the arms that it is made of, and the live run', () => {
    const [view] = routesSection(reportContext(withCascades(FRONTIER)))!.routes;
    const drawn = markupText(view?.chart);
    expect(drawn.match(/class="eca"/g)).toHaveLength(2);
    expect(drawn).not.toMatch(/NaN|undefined/);
    for (const name of ['nothinking', 'baseline', 'nowait']) expect(drawn).toContain(`>${name}</text>`);
  });

  it('says whether the live run confirms the computation', () => {
    expect(leadOf(FRONTIER)).toContain('Confirmed by a live run: ');
    expect(leadOf({ ...FRONTIER, chosen: { ...chosen, totalTokens: chosen.totalTokens + 1 } })).toMatch(
      /The live run came to .*, the computation to /,
    );
  });

  it('draws the thresholds of an arm that decides whether to think, with its live run', () => {
    const points = [0, 0.2, 0.6, 1].map((share) => ({
      threshold: share === 0 || share === 1 ? null : share,
      share,
      accuracy: 0.4 + share / 2,
      totalTokens: 30 + 100 * share,
    }));
    const frontier: RouteFrontier = {
      arm: 'nowait',
      shorter: 'nothinking',
      longer: 'baseline',
      signal: 'entropy',
      longerWhen: 'above',
      samples: 40,
      points,
    };
    const result = { ...input.result, routeFrontiers: [frontier] };
    const [view] = routesSection(reportContext({ ...input, result }))!.routes;
    expect(view?.lead).toMatch(/^Where its entropy is above the threshold, it thinks as baseline does/);
    expect(view?.rows.map(({ share, isChosen }) => [share, isChosen])).toEqual([
      ['20\u202f%', false],
      ['60\u202f%', false],
    ]);
    expect(markupText(view?.chart)).not.toMatch(/NaN|mk hollow" cx/);
  });

  it('is left out where there is no cascade, or one of its arms is not among the results', async () => {
    expect(routesSection(reportContext(input))).toBeNull();
    expect(routesSection(reportContext(withCascades({ ...FRONTIER, first: 'gone' })))).toBeNull();
    expect(await renderReport(input)).not.toContain('id="routes"');
    expect(await renderReport(withCascades(FRONTIER))).toContain('id="routes"');
  });

  it('notes under the table of arms what it took to prepare a replay', async () => {
    const arms = input.result.arms.map((arm) =>
      arm.name === 'nowait' ? { ...arm, replay: { of: 'baseline', preparationTokens: 1234.4 } } : arm,
    );
    const html = await renderReport({ ...input, result: { ...input.result, arms } });
    expect(html).toMatch(/nowait is a replay: .* the thinking of baseline .* took 1,234 tokens an item to prepare/);
  });
});
