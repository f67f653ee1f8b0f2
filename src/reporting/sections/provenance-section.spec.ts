import type { RunProvenance } from '../../domain/index.js';
import { reportContext, type ReportContext } from '../report-context.js';
import { syntheticRun } from '../testing/synthetic-run.js';
import { limitsSection } from './limits-section.js';
import { provenanceSection } from './provenance-section.js';

const INPUT = syntheticRun({ items: 4 });

function contextOf(changes: Partial<RunProvenance>): ReportContext {
  const { run } = INPUT.result;
  const provenance = { ...run.provenance, ...changes };
  return reportContext({ ...INPUT, result: { ...INPUT.result, run: { ...run, provenance } } });
}

function entriesOf(context: ReportContext, group: string): Record<string, string> {
  const found = provenanceSection(context).groups.find(({ title }) => title === group);
  return Object.fromEntries((found?.entries ?? []).map(({ name, value }) => [name, value]));
}

describe('provenanceSection', () => {
  const [model] = INPUT.result.run.provenance.models;
  const alias = model?.alias ?? '';
  const group = `Model ${alias}`;

  it('says how many samples were the same alone, and the limits speak of it only when some were not', () => {
    const broken = contextOf({ selfCheck: { [alias]: { samples: 8, identical: 5, tokens: 40 } } });
    expect(entriesOf(broken, group)['self-check']).toBe(
      '5 of 8 samples the same alone and in company (first 40 tokens)',
    );
    const limit = expect.stringContaining(`On this machine ${alias} does not always give the same tokens`);
    expect(limitsSection(broken)).toContainEqual(limit);
    const whole = contextOf({ selfCheck: { [alias]: { samples: 8, identical: 8, tokens: 40 } } });
    expect(limitsSection(whole)).not.toContainEqual(limit);
    expect(entriesOf(contextOf({}), group)['self-check']).toBeUndefined();
  });

  it('gives bounds where a killed engine took its count of decoded tokens with it', () => {
    const entries = [true, false].map((decodedTokensKnown) => {
      const engine = { ...INPUT.result.engine, decodedTokens: 1000, sharingFactor: 1.5, decodedTokensKnown };
      return entriesOf(reportContext({ ...INPUT, result: { ...INPUT.result, engine } }), 'Engine');
    });
    expect(entries[0]).toMatchObject({ 'decoded tokens': '1,000', 'sharing factor': '1.50' });
    expect(entries[1]).toMatchObject({ 'decoded tokens': 'at least 1,000', 'sharing factor': 'at most 1.50' });
  });

  it('says why arms were decoded alone, and nothing when they were not', () => {
    const models = INPUT.result.run.provenance.models;
    const unshared = models.map((each) => ({ ...each, sharing: false, sharingReason: 'a recurrent model' }));
    expect(entriesOf(contextOf({ models: unshared }), group)['sharing']).toBe('off: a recurrent model');
    expect(entriesOf(contextOf({ models }), group)['sharing']).toBeUndefined();
  });

  it('names every adapter with its scale and hash', () => {
    const adapters = [
      { name: 'mine', sha256: 'a1', scale: 1 },
      { name: 'mine', sha256: 'a1', scale: 0.5 },
    ];
    const models = INPUT.result.run.provenance.models.map((each) => ({ ...each, adapters }));
    const found = provenanceSection(contextOf({ models })).groups.find(({ title }) => title === group);
    expect(found?.entries.filter(({ name }) => name === 'adapter')).toEqual([
      { name: 'adapter', value: 'mine, scale 1', code: 'a1' },
      { name: 'adapter', value: 'mine, scale 0.5', code: 'a1' },
    ]);
  });

  it('names the vector of a steered arm, and the calibration items that it was fitted on', () => {
    const fit = {
      ridge: 1,
      items: 294,
      itemSetSha256: 'c4',
      samples: 294,
      tokens: 76_907,
      folds: 5,
      seed: 1,
      r2: 0.61,
    };
    const steering = {
      nowait: {
        vector: 'mine',
        strength: 2,
        vectorSha256: 'v3',
        firstLayer: 1,
        lastLayer: 11,
        fit: { ...fit, heldOutR2: 0.597 },
      },
    };
    const { arms } = provenanceSection(contextOf({ steering }));
    expect(arms.find(({ name }) => name === 'nowait')?.steering).toEqual([
      { name: 'vector', value: 'vector mine, behind layers 1 to 11 (from 0)', code: 'v3' },
      {
        name: 'calibration items',
        value: 'fitted on 76,907 thinking tokens of 294 calibration items, R² 0.60 on items held out',
        code: 'c4',
      },
    ]);
    expect(arms.find(({ name }) => name === 'baseline')?.steering).toEqual([]);
  });

  it('says how the machine was divided', () => {
    const engines = { processes: 2, threads: 1, streams: 16, memoryBytes: 8e9 };
    const machine = { cpu: 'a CPU', cores: 2, memoryBytes: 16e9, engines };
    expect(entriesOf(contextOf({ machine }), 'Machine')['engines']).toMatch(
      /^2 processes, 1 thread and up to 16 streams each; 8\.0\sGB for KV caches$/,
    );
  });
});
