import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { tokenTotals } from '../../src/domain/index.js';
import { runLaconic } from '../support/laconic-process.js';
import { jsonLines, type RunOutput, type SuiteRuns, suiteRuns } from '../support/suite-run.js';

const SUITE = {
  name: 'exports',
  model: 'reference-nano',
  datasets: [{ name: 'arithmetic', limit: 3 }],
  sampling: { temperature: 0, maxTokens: 256, seed: 1 },
  timing: { items: 0 },
  arms: [
    { name: 'baseline', technique: 'baseline' },
    { name: 'budget-32', technique: 'budget', params: { tokens: 32 } },
  ],
};

/** Exports of a real run as the command line writes them; test/peers/read_exports.py has other programs read them. */
describe('laconic export', () => {
  let runs: SuiteRuns;
  let output: RunOutput;

  beforeAll(async () => {
    runs = await suiteRuns();
    output = await runs.run(SUITE);
  }, 300_000);
  afterAll(async () => runs.remove());

  async function exported(format: string): Promise<string> {
    const path = join(runs.folder, format);
    const command = ['export', output.result.run.id, '--format', format, '--out', path];
    expect(await runLaconic(command, { LACONIC_HOME: runs.home })).toMatchObject({ code: 0, stdout: `${path}\n` });
    return path;
  }

  it('writes parquet with the samples and the provenance of the run', async () => {
    const file = new Uint8Array(await readFile(await exported('parquet'))).buffer;
    const rows = await parquetReadObjects({ file });
    expect(rows.map(({ arm, item, totalTokens, thinking }) => ({ arm, item, totalTokens, thinking }))).toEqual(
      output.samples.map(({ arm, item, ledger, thinking }) => ({
        arm,
        item,
        totalTokens: tokenTotals(ledger).total,
        thinking,
      })),
    );
    const about = parquetMetadata(file).key_value_metadata?.find(({ key }) => key === 'laconic.run')?.value ?? '{}';
    expect(JSON.parse(about)).toMatchObject({ id: output.result.run.id, provenance: output.result.run.provenance });
  });

  it('writes logs of both kinds that come to the accuracies of result.json', async () => {
    const [logs, folders] = [await exported('inspect'), await exported('lm-eval')];
    for (const { name, overall } of output.result.arms) {
      const files = (await readdir(logs)).filter((file) =>
        file.includes(`arithmetic-${name.replace(/[^a-z0-9-]/g, '_')}_`),
      );
      expect(files).toHaveLength(1);
      const log = JSON.parse(await readFile(join(logs, files[0] ?? ''), 'utf8'));
      expect(log.results.scores[0].metrics.accuracy.value).toBe(overall.accuracy);
      const samples = (await readdir(join(folders, name))).find((file) => file.startsWith('samples_arithmetic_')) ?? '';
      const documents = await jsonLines<{ readonly acc: number }>(join(folders, name, samples));
      expect(documents.reduce((sum, { acc }) => sum + acc, 0) / documents.length).toBe(overall.accuracy);
    }
  });
});
