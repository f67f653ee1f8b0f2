import { createHash } from 'node:crypto';
import type { ComparisonDocument } from '../../comparisons/index.js';
import { comparedRuns, simulatedRun } from '../../comparisons/testing.js';
import { hostileComparison } from '../testing/hostile-comparison.js';
import { comparisonHeadline } from './comparison-headline.js';
import { renderComparison } from './render-comparison.js';

const A = '054f19c7aaaa';
const B = '81d0c4aabbbb';

function hashOf(text: string | undefined): string {
  return `'sha256-${createHash('sha256')
    .update(text ?? '')
    .digest('base64')}'`;
}

const markupOf = (html: string): string =>
  html.replace(/<script>.*?<\/script>/s, '').replace(/<style>.*?<\/style>/s, '');

describe(renderComparison.name, () => {
  let document: ComparisonDocument;
  let page = '';

  beforeAll(async () => {
    document = await comparedRuns({ against: { run: A }, sides: [] }, simulatedRun(A));
    page = renderComparison(document);
  });

  it('gives the same bytes for the same document', () => {
    expect(renderComparison(document)).toBe(page);
  });

  it('allows exactly its own style sheet and script by hash', () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.replaceAll('&#x27;', "'") ?? '';
    const style = hashOf(/<style>(.*?)<\/style>/s.exec(page)?.[1]);
    const script = hashOf(/<script>(.*?)<\/script>/s.exec(page)?.[1]);
    expect(policy.replaceAll('&#x3D;', '=')).toBe(
      `default-src 'none'; style-src ${style}; script-src ${script}; base-uri 'none'; form-action 'none'`,
    );
  });

  it('has a section per pair of arms, every id once, and no style attribute or handler', () => {
    const ids = [...markupOf(page).matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(ids).toHaveLength(new Set(ids).size);
    expect(ids.filter((id) => /^c\d+$/.test(id ?? ''))).toHaveLength(document.compared.length);
    expect(markupOf(page)).not.toMatch(/\sstyle=|\son\w+=|https?:\/\//);
  });

  it('lists every item that differs with the places of both samples', () => {
    for (const { items } of document.compared) {
      for (const { arm, against } of items) {
        if (!arm.sample || !against.sample) continue;
        const place = ({ run, arm: name, dataset, item, repeat }: NonNullable<typeof arm.sample>): string =>
          `${run}/${name}/${dataset}/${item}/${repeat}`;
        expect(page).toContain(`title="${place(against.sample)} → ${place(arm.sample)}"`);
      }
    }
  });

  it('says what was not paired and why nothing is judged', async () => {
    const second = simulatedRun(B, 2);
    const short = { ...second, samples: second.samples.filter(({ item }) => item !== 'countdown-004') };
    const request = { against: { run: A, arm: 'nowait' }, sides: [{ run: B }] };
    const told = renderComparison(await comparedRuns(request, simulatedRun(A), short));
    expect(told).toContain('are not comparable');
    expect(told).toContain('items differ, 1 have samples of only one arm');
    expect(told).toContain('countdown/countdown-004');
  });

  it('escapes every text of a hostile run', async () => {
    const hostile = await hostileComparison();
    const markup = markupOf(renderComparison(hostile));
    expect(hostile.compared[0]?.pairing.onlyArm.count).toBeGreaterThan(0);
    expect(markup).not.toMatch(
      /<(script|img|iframe|svg on|object|embed|base|link|video|audio|body on|marquee|template)/i,
    );
    expect(markup).not.toMatch(/<[^>]*\son(error|load|focus|toggle|begin|start|mouseover)=[^>]*>/i);
    expect(markup).toContain('&lt;script&gt;');
  });
});

describe(comparisonHeadline.name, () => {
  it('says of a run and itself that they answer alike', async () => {
    const request = { against: { run: A, arm: 'nowait' }, sides: [{ run: A, arm: 'nowait' }] };
    expect(comparisonHeadline(await comparedRuns(request, simulatedRun(A)))).toBe('nowait and nowait answer alike');
  });

  it('names the loss of a single arm and counts the verdicts of several', async () => {
    const request = { against: { run: A }, sides: [{ run: A, arm: 'budget-64' }] };
    expect(comparisonHeadline(await comparedRuns(request, simulatedRun(A)))).toMatch(/^budget-64 loses \d+\.\d points/);
    const all = await comparedRuns({ against: { run: A }, sides: [] }, simulatedRun(A));
    expect(comparisonHeadline(all)).toMatch(/^3 comparisons: \d worse/);
  });
});
