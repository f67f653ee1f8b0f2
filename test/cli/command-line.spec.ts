import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { techniqueEntry, TECHNIQUES } from '../../src/domain/index.js';
import { renderCatalogue } from '../../src/reporting/index.js';
import { runLaconic, startLaconic } from '../support/laconic-process.js';

/** Commands that need neither a database nor an engine, as a user starts them. */
describe('the laconic command', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'laconic-cli-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  // A home that cannot be made: whatever reaches for the database fails the test.
  const NO_HOME = { LACONIC_HOME: '/dev/null/none' };

  it('prints the catalogue of techniques as an array on stdout', async () => {
    const { code, stdout, stderr } = await runLaconic(['techniques', '--json'], NO_HOME);
    const entries = JSON.parse(stdout) as Record<string, unknown>[];
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(entries.map((entry) => entry['name'])).toEqual(TECHNIQUES.map((entry) => entry.name));
    const keys = ['name', 'summary', 'parameters', 'source', 'faithfulTo', 'differences', 'ledgerColumns', 'mode'];
    for (const entry of entries)
      expect(Object.keys(entry)).toEqual(expect.arrayContaining([...keys, 'publishedFigures']));
  });

  it('prints one technique by name, as text and as JSON, and offers the nearest of a misspelt one', async () => {
    const text = await runLaconic(['techniques', 'lc-prompt'], NO_HOME);
    expect(text.stdout).toContain('ratio (number: 0.01 … 0.99, default 0.5)');
    expect(text.stdout).toContain('published figures, not measured here:');
    expect(text.stdout).not.toContain('be-concise');
    const json = await runLaconic(['techniques', 'lc-prompt', '--json'], NO_HOME);
    expect(JSON.parse(json.stdout)).toEqual([JSON.parse(JSON.stringify(techniqueEntry('lc-prompt')))]);
    const wrong = await runLaconic(['techniques', 'lc-promt'], NO_HOME);
    expect({ code: wrong.code, stdout: wrong.stdout }).toEqual({ code: 2, stdout: '' });
    expect(wrong.stderr).toContain('Did you mean lc-prompt?');
  });

  it('writes the catalogue as a page', async () => {
    const file = join(folder, 'techniques.html');
    const { code, stdout } = await runLaconic(['techniques', '--html', file], NO_HOME);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(await readFile(file, 'utf8')).toBe(renderCatalogue(TECHNIQUES));
  });

  it('prints help on stdout with exit code 0', async () => {
    const { code, stdout } = await runLaconic(['run', '--help'], NO_HOME);
    expect(code).toBe(0);
    expect(stdout).toContain('Example:');
  });

  it.each([
    [['rum'], 'Did you mean run?'],
    [['run'], "missing required argument 'suite'"],
    [['run', 'absent.yaml'], 'There is no such file.'],
    [['resume'], "missing required argument 'run'"],
    [['export', 'x', '--format', 'xml'], 'csv'],
  ])('exits with 2 and keeps stdout empty on a wrong command line: %j', async (args, message) => {
    const { code, stdout, stderr } = await runLaconic(args, NO_HOME);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('exits with 2 on an invalid suite, before anything is started', async () => {
    const file = join(folder, 'suite.yaml');
    await writeFile(
      file,
      'name: x\nmodel: reference\ndatasets:\n  - {name: arithmetic}\narms:\n  - {name: a, technique: budgte}\n',
    );
    const { code, stderr } = await runLaconic(['run', file], NO_HOME);
    expect(code).toBe(2);
    expect(stderr).toContain(`${file}:6: arms.0.technique: is "budgte"`);
    expect(stderr).toContain('Did you mean budget?');
  });

  it('validates a suite without anything else', async () => {
    const path = join(__dirname, '..', '..', 'datasets', 'suites', 'demo.yaml');
    const { code, stdout } = await runLaconic(['suite', 'validate', path], NO_HOME);
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('6 arms') });
  });

  it('is not disturbed by a reader that goes away', async () => {
    const running = startLaconic(['techniques', '--json'], NO_HOME);
    running.child.stdout?.destroy();
    const { code, stderr } = await running.finished;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('says in one sentence that an older Node is too old', async () => {
    const cli = join(__dirname, '..', '..', 'dist', 'cli.js');
    const old = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.19.0' } });";
    const preload = join(folder, 'old-node.cjs');
    await writeFile(preload, old);
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--require', preload, cli, 'techniques'], {
      encoding: 'utf8',
    });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toBe(
      'Laconic needs Node.js 22.15 or newer; this is 20.19.0. Install a newer one from https://nodejs.org.\n',
    );
    // Nothing but node's own modules may be imported before that sentence.
    expect(await readFile(cli, 'utf8')).not.toMatch(/^import .* from '(?!node:)/m);
  });
});
