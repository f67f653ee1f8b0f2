import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { renderReport } from './render-report.js';
import { ATTACK_STRINGS } from './testing/attack-strings.js';
import { hostileRun } from './testing/hostile-run.js';
import { syntheticRun } from './testing/synthetic-run.js';

interface Payload {
  readonly entries: readonly (readonly unknown[])[];
  readonly items: Readonly<Record<string, readonly unknown[]>>;
  readonly chunks: Readonly<Record<string, string>>;
}

function hashOf(text: string | undefined): string {
  return `'sha256-${createHash('sha256')
    .update(text ?? '')
    .digest('base64')}'`;
}

function payloadOf(html: string): Payload {
  const text = /<script type="application\/json" id="trace-data">(.*?)<\/script>/s.exec(html)?.[1] ?? '';
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what it holds is what these tests are about
  return JSON.parse(text) as Payload;
}

/** All traces of the payload's chunks. */
function tracesOf(payload: Payload): string {
  const unpacked = Object.values(payload.chunks).map((chunk) => gunzipSync(Buffer.from(chunk, 'base64')).toString());
  return unpacked
    .map((text): unknown => JSON.parse(text))
    .map(joined)
    .join('');
}

function joined(traces: unknown): string {
  return traces !== null && typeof traces === 'object' ? Object.values(traces).join('') : '';
}

const withoutData = (html: string): string =>
  html.replace(/<script[^>]*>.*?<\/script>/gs, '').replace(/<style>.*?<\/style>/s, '');

describe('renderReport', () => {
  const input = syntheticRun({ items: 12 });
  let html = '';
  beforeAll(async () => {
    html = await renderReport(input);
  });

  it('gives the same bytes for the same input', async () => {
    expect(await renderReport(syntheticRun({ items: 12 }))).toBe(html);
  });

  it('allows exactly its own style sheet and script by hash', () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1]?.replaceAll('&#x27;', "'") ?? '';
    expect(policy.replaceAll('&#x3D;', '=')).toBe(
      `default-src 'none'; style-src ${hashOf(/<style>(.*?)<\/style>/s.exec(html)?.[1])}; script-src ${hashOf(/<script>(.*?)<\/script>/s.exec(html)?.[1])}; base-uri 'none'; form-action 'none'`,
    );
  });

  it('has no style attribute, no inline handler and no address outside itself', () => {
    const markup = withoutData(html) + tracesOf(payloadOf(html));
    expect(markup).not.toMatch(/\sstyle=|\son\w+=|https?:\/\//);
  });

  it('gives every id once, so that links and names reach what they mean', () => {
    const ids = [...withoutData(html).matchAll(/\sid="([^"]+)"/g)].map((match) => match[1]);
    expect(ids).toHaveLength(new Set(ids).size);
  });

  it('leads every filter link to at least one trace of the list', () => {
    const payload = payloadOf(html);
    const links = [...html.matchAll(/data-filter="([^"]+)"/g)].map(
      (match) => new URLSearchParams(match[1]?.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=')),
    );
    expect(links.length).toBeGreaterThan(40);
    for (const link of links) {
      const fits = payload.entries.filter(([item, arm, , , , , stop, tags]) => {
        const [dataset, , level] = payload.items[String(item)] ?? [];
        const actual: Record<string, unknown> = { arm, dataset, level, stop };
        return [...link].every(([name, value]) =>
          name === 'verdict' ? String(tags).split(' ').includes(value) : String(actual[name]) === value,
        );
      });
      expect({ link: link.toString(), found: fits.length > 0 }).toEqual({ link: link.toString(), found: true });
    }
  });

  it('holds all samples and prints the first fifty', () => {
    const payload = payloadOf(html);
    expect(payload.entries).toHaveLength(input.samples.length);
    expect(html.match(/<article class="trace"/g)).toHaveLength(50);
    expect(tracesOf(payload).match(/<article class="trace"/g)).toHaveLength(input.samples.length);
  });

  it('prints hashes and settings of the provenance in full', () => {
    const { provenance } = input.result.run;
    const wanted = [
      input.result.run.id,
      input.result.run.suiteSha256,
      provenance.gitCommit,
      provenance.engine?.build,
      ...provenance.models.map((model) => model.sha256),
      ...provenance.datasets.flatMap((dataset) => [dataset.sha256, dataset.itemSetSha256]),
      ...Object.values(provenance.suppression).map((one) => one.sha256),
    ];
    for (const value of wanted) expect(html).toContain(value);
  });

  it('stays below five megabytes with 1,800 samples', async () => {
    const large = await renderReport(syntheticRun({ items: 75 }));
    expect(Buffer.byteLength(large)).toBeLessThan(5_000_000);
  });

  it('escapes hostile text wherever a run can carry it', async () => {
    const hostile = await renderReport(hostileRun());
    const markup = withoutData(hostile) + tracesOf(payloadOf(hostile));
    expect(markup).not.toMatch(
      /<(?:script|img|iframe|object|embed|link|base|form action|svg on|math|video|audio|marquee|input autofocus)\b/i,
    );
    expect(hostile.match(/<script/gi)).toHaveLength(2);
    expect(ATTACK_STRINGS.length).toBeGreaterThanOrEqual(60);
  });
});

describe('renderReport of unusual runs', () => {
  it('draws no verdict and says why when the run is partial', async () => {
    const html = await renderReport(syntheticRun({ items: 6, status: 'partial' }));
    expect(html).toContain('demo: the run is partial');
    expect(html).not.toMatch(/class="v v-(?:ok|worse)"><span aria-hidden="true">[^<]*<\/span> (?:within margin|worse)/);
  });

  it('renders a run of the baseline alone', async () => {
    const { result, samples, ...rest } = syntheticRun({ items: 6 });
    const [baseline] = result.arms;
    const html = await renderReport({
      ...rest,
      result: { ...result, arms: baseline === undefined ? [] : [baseline], comparisons: [] },
      samples: samples.filter((sample) => sample.arm === 'baseline'),
    });
    expect(html).toContain('baseline answers');
    expect(html).not.toContain('id="flips"');
  });

  it('leaves out what needs samples when there are none', async () => {
    const html = await renderReport({ ...syntheticRun({ items: 6 }), samples: [] });
    expect(html).not.toMatch(/id="(?:tokens|traces)"/);
    expect(html).toContain('id="arms"');
  });

  it('draws finite numbers when an arm has no sample', async () => {
    const { result, ...rest } = syntheticRun({ items: 6 });
    const nothing = Number.NaN;
    const arms = result.arms.map((arm) =>
      arm.name === 'nowait'
        ? {
            ...arm,
            overall: { ...arm.overall, samples: 0, accuracy: nothing, accuracyInterval: [nothing, nothing] as const },
          }
        : arm,
    );
    const html = await renderReport({ ...rest, result: { ...result, arms } });
    expect(withoutData(html)).not.toMatch(/NaN|undefined|Infinity/);
  });
});
