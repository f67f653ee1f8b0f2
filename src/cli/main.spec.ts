import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ComparisonDocument } from '../comparisons/index.js';
import { LaconicError } from '../domain/index.js';
import { commandLine, FakeApplication, STORED_RUN } from './testing.js';

const DEMO = join(__dirname, '../../datasets/suites/demo.yaml');
const RUN_ID = /^[0-9a-f]{12}$/;

function explode(): never {
  throw new TypeError('boom');
}

describe('laconic run', () => {
  it('ends stdout with the table of arms and the path of the report', async () => {
    const fake = new FakeApplication();
    const { code, stdout, stderr, opened } = await commandLine(['run', DEMO], fake);
    const lines = stdout.trimEnd().split('\n');
    expect(code).toBe(0);
    expect(lines.at(-1)).toBe(`reports/out/${fake.created[0]?.id}/report.html`);
    expect(stdout).toMatch(/baseline +\d/);
    expect(stdout).not.toContain('shard');
    expect(stderr).toContain('shard 1/4');
    expect(stderr.match(/^shard /gm)).toHaveLength(4);
    expect(opened).toEqual([{ kind: 'run', runId: expect.stringMatching(RUN_ID) }]);
    expect(fake.closed).toBe(1);
  });

  it('passes overrides, arms, limit, folder and token ids on', async () => {
    const fake = new FakeApplication();
    const set = ['--set', 'model=reference-nano', '--set', 'sampling.seed=2'];
    await commandLine(['run', DEMO, '--limit', '3', '--arm', 'nowait', ...set, '--out', 'o', '--token-ids'], fake);
    expect(fake.created[0]?.suite).toMatchObject({ model: 'reference-nano', sampling: { seed: 2 } });
    expect(fake.created[0]?.suite.arms.map((arm) => arm.name)).toEqual(['baseline', 'nowait']);
    expect(fake.created[0]?.suite.datasets.map((dataset) => dataset.limit)).toEqual([3, 3, 3, 3]);
    expect(fake.written).toEqual([{ runId: fake.created[0]?.id, directory: 'o', tokenIds: true }]);
  });

  it('prints result.json alone on stdout with --json, and no progress with --quiet', async () => {
    const { stdout, stderr } = await commandLine(['run', DEMO, '--json', '--quiet']);
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1 });
    expect(stderr).not.toContain('shard');
  });

  it.each([
    ['partial', 1, true],
    ['failed', 1, false],
    ['cancelled', 1, false],
  ] as const)('exits with 1 and the resume command when the run ends %s', async (ends, expected, writes) => {
    const fake = new FakeApplication({ ends, reason: 'item a-3 killed the engine' });
    const { code, stderr } = await commandLine(['run', DEMO], fake);
    expect(code).toBe(expected);
    expect(stderr).toContain('item a-3 killed the engine');
    expect(stderr).toContain(`laconic resume ${fake.created[0]?.id}`);
    expect(fake.written.length > 0).toBe(writes);
  });

  it('stops, closes the application and prints the resume command on Ctrl-C', async () => {
    const ctrlC = new AbortController();
    const fake = new FakeApplication({ onLook: (look) => look === 3 && ctrlC.abort() });
    const { code, stdout, stderr } = await commandLine(['run', DEMO], fake, ctrlC.signal);
    expect(code).toBe(130);
    expect(stderr).toContain(`laconic resume ${fake.created[0]?.id}`);
    expect(stdout).toBe('');
    expect(fake).toMatchObject({ closed: 1, written: [] });
  });

  it('reports a run that ended while Ctrl-C was pressed', async () => {
    const ctrlC = new AbortController();
    const fake = new FakeApplication({ onLook: (look) => look === 5 && ctrlC.abort() });
    expect((await commandLine(['run', DEMO], fake, ctrlC.signal)).code).toBe(0);
    expect(fake.cancelled).toEqual([]);
  });

  it('waits for a database that is away for a while', async () => {
    const away = new LaconicError('database-unavailable', 'The database cannot be used: gone', { hint: 'Start it.' });
    const onLook = (look: number): void => {
      if (look === 2 || look === 3) throw away;
    };
    const { code, stderr } = await commandLine(['run', DEMO], new FakeApplication({ onLook }));
    expect(code).toBe(0);
    expect(stderr.match(/the database does not answer/g)).toHaveLength(1);
    expect(stderr).toContain('the database is back');
  });

  it('closes the application and exits with 1 on an error that it does not know', async () => {
    const fake = new FakeApplication({ onLook: explode });
    const { code, stderr } = await commandLine(['run', DEMO], fake);
    expect(code).toBe(1);
    expect(stderr).toContain('boom');
    expect(stderr).not.toContain('    at ');
    expect(fake.closed).toBe(1);
    expect((await commandLine(['--debug', 'run', DEMO], new FakeApplication({ onLook: explode }))).stderr).toContain(
      '    at ',
    );
  });
});

describe('laconic resume, runs, report, export', () => {
  it('resumes on the queue of that run', async () => {
    const { code, opened } = await commandLine(['resume', STORED_RUN, '--quiet']);
    expect(code).toBe(0);
    expect(opened).toEqual([{ kind: 'run', runId: STORED_RUN }]);
  });

  it('says that a run is unknown, with exit code 2', async () => {
    const { code, stderr } = await commandLine(['resume', 'nothere']);
    expect(code).toBe(2);
    expect(stderr).toContain('There is no run nothere.');
    expect(stderr).toContain('laconic runs ls');
  });

  it('lists runs as the contract says', async () => {
    const { stdout } = await commandLine(['runs', 'ls', '--json']);
    expect(JSON.parse(stdout)).toEqual([
      {
        id: STORED_RUN,
        suite: 'demo',
        status: 'partial',
        createdAt: expect.any(String),
        progress: { done: 160, total: 160 },
      },
    ]);
    expect((await commandLine(['runs', 'ls'])).stdout).toContain('160/160');
  });

  it('prints where the report was written', async () => {
    expect((await commandLine(['report', STORED_RUN])).stdout).toBe(`reports/out/${STORED_RUN}/report.html\n`);
  });

  it('prints an export, or writes it to a file', async () => {
    const { stdout } = await commandLine(['export', STORED_RUN, '--format', 'jsonl']);
    expect(stdout.trimEnd().split('\n')).toHaveLength(160);
    const folder = await mkdtemp(join(tmpdir(), 'laconic-cli-'));
    const file = join(folder, 'samples.jsonl');
    expect((await commandLine(['export', STORED_RUN, '--format', 'jsonl', '--out', file])).stdout).toBe(`${file}\n`);
    expect(await readFile(file, 'utf8')).toBe(stdout);
    await rm(folder, { recursive: true });
  });

  it('writes bytes to a file, and logs for other programs to a folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'laconic-cli-'));
    const file = join(folder, 'samples.parquet');
    await commandLine(['export', STORED_RUN, '--format', 'parquet', '--out', file]);
    expect((await readFile(file)).subarray(-4).toString()).toBe('PAR1');
    const logs = join(folder, 'logs');
    expect((await commandLine(['export', STORED_RUN, '--format', 'inspect', '--out', logs])).stdout).toBe(`${logs}\n`);
    expect(await readdir(logs)).toHaveLength(8);
    await rm(folder, { recursive: true });
  });

  it('says how to write what stdout cannot take', async () => {
    const { code, stderr } = await commandLine(['export', STORED_RUN, '--format', 'lm-eval']);
    expect(code).toBe(2);
    expect(stderr).toContain('--format lm-eval --out exported');
  });
});

describe('laconic compare', () => {
  it('prints the table of a run’s arms, worst regression first, and the finding of each', async () => {
    const { code, stdout, stderr } = await commandLine(['compare', STORED_RUN]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const heads = [...stdout.matchAll(/^(.*) against baseline$/gm)].map(([, arm]) => arm);
    expect(heads).toEqual(['budget-64', 'nothinking', 'nowait']);
    expect(stdout).toMatch(/overall +40 +\d/);
    expect(stdout).toMatch(/thinking tokens.*accuracy/);
  });

  it('passes runs, arms and the file of the page on', async () => {
    const fake = new FakeApplication();
    await commandLine(['compare', STORED_RUN, '--arm', 'nowait', '--against', 'nothinking'], fake);
    await commandLine(['compare', STORED_RUN, `${STORED_RUN}:nowait`, '--out', 'page.html'], fake);
    await commandLine(['compare', `${STORED_RUN}:nowait`, STORED_RUN], fake);
    expect(fake.comparisons).toEqual([
      {
        request: { against: { run: STORED_RUN, arm: 'nothinking' }, sides: [{ run: STORED_RUN, arm: 'nowait' }] },
        file: null,
      },
      { request: { against: { run: STORED_RUN }, sides: [{ run: STORED_RUN, arm: 'nowait' }] }, file: 'page.html' },
      { request: { against: { run: STORED_RUN, arm: 'nowait' }, sides: [{ run: STORED_RUN }] }, file: null },
    ]);
  });

  it('prints the document alone on stdout with --json', async () => {
    const { stdout } = await commandLine(['compare', STORED_RUN, STORED_RUN, '--json', '--out', 'page.html']);
    const { schemaVersion, compared } = JSON.parse(stdout) as ComparisonDocument;
    expect(schemaVersion).toBe(1);
    expect(compared.map(({ overall }) => overall.accuracyDelta)).toEqual([0, 0, 0, 0]);
  });

  it('exits with 2 where a run or an arm is unknown', async () => {
    const unknown = await commandLine(['compare', 'nothere']);
    expect(unknown).toMatchObject({ code: 2, stdout: '' });
    const misspelt = await commandLine(['compare', STORED_RUN, '--arm', 'nowiat']);
    expect(misspelt).toMatchObject({ code: 2, stdout: '' });
    expect(misspelt.stderr).toContain('Did you mean nowait?');
  });
});

describe('usage', () => {
  it.each([
    [['run']],
    [['run', DEMO, '--limit', '0']],
    [['run', DEMO, '--limit', 'many']],
    [['run', DEMO, '--arm', 'nowiat']],
    [['run', DEMO, '--set', 'sampling']],
    [['run', 'no-such-suite.yaml']],
    [['export', 'x']],
    [['export', 'x', '--format', 'xml']],
    [['export', 'x', '--format', 'parquet']],
    [['datasets', 'add', 'x.jsonl', '--name', 'x', '--check', 'colour']],
    [['compare']],
    [['compare', ':nowait']],
    [['serve', '--port', '70000']],
    [['bench', 'everything']],
    [['bench', '--peers', 'rust']],
    [['rum', DEMO]],
    [['runs']],
    [[]],
  ])('exits with 2, says why on stderr and opens nothing: %j', async (args) => {
    const { code, stdout, stderr, opened } = await commandLine(args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).not.toBe('');
    expect(opened).toEqual([]);
  });

  it('offers the nearest command, arm and technique', async () => {
    expect((await commandLine(['rum', DEMO])).stderr).toContain('Did you mean run?');
    expect((await commandLine(['run', DEMO, '--arm', 'nowiat'])).stderr).toContain('Did you mean nowait?');
    const { stderr } = await commandLine(['suite', 'validate', DEMO, '--set', 'arms.nowait.technique=nowiat']);
    expect(stderr).toContain('Did you mean nowait?');
  });

  it('names every problem of a suite with file and line', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'laconic-cli-'));
    const file = join(folder, 'suite.yaml');
    await writeFile(
      file,
      'name: x\nmodel: reference\ndatasets: [{nmae: arithmetic}]\narms:\n  - {name: a, technique: baseline, colour: 1}\n',
    );
    const { code, stderr } = await commandLine(['run', file]);
    expect(code).toBe(2);
    expect(stderr).toContain(`${file}:3: datasets.0.nmae: is not a known key. Did you mean name?`);
    expect(stderr).toContain(`${file}:5: arms.0.colour: is not a known key.`);
    await rm(folder, { recursive: true });
  });

  it('ends the help of every command with an example', async () => {
    const commands = [
      'run',
      'resume',
      'plan',
      'runs ls',
      'report',
      'export',
      'compare',
      'recompute',
      'serve',
      'worker',
      'keys add',
      'keys ls',
      'keys revoke',
    ];
    commands.push(
      'models ls',
      'models add',
      'models inspect',
      'adapters ls',
      'adapters add',
      'adapters inspect',
      'datasets ls',
      'datasets pull',
      'datasets add',
      'techniques',
      'suite validate',
      'bench',
    );
    for (const command of commands) {
      const { code, stdout, opened } = await commandLine([...command.split(' '), '--help']);
      expect({ command, code, opened }).toEqual({ command, code: 0, opened: [] });
      expect(stdout).toMatch(/\nExample:\n {2}(\S+ )?laconic /);
    }
  });

  it('prints the version', async () => {
    expect((await commandLine(['--version'])).stdout).toBe('1.2.3\n');
  });
});
