import { appendFile, copyFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunsRepository } from '../../src/runs/runs.repository.js';
import { expectExit, expectSameSamples, interruptedRun, sampleLines, smoke } from '../support/interrupted-run.js';
import { runLaconic, startLaconic, temporaryHome } from '../support/laconic-process.js';
import { connect } from '../support/stored-run.js';
import { startTestDatabase, type TestDatabase } from '../support/test-database.js';

const ROOT = join(__dirname, '..', '..');

// Whole runs in processes of their own; on a busy machine each takes a while.
jest.setTimeout(180_000);

describe('a run that is frozen', () => {
  let database: TestDatabase;
  let home: Awaited<ReturnType<typeof temporaryHome>>;
  let folder: string;
  let env: Record<string, string>;

  beforeAll(async () => {
    database = await startTestDatabase();
    home = await temporaryHome();
    folder = await mkdtemp(join(tmpdir(), 'laconic-frozen-'));
    env = { LACONIC_HOME: home.home, DATABASE_URL: database.url, LACONIC_ENGINE_PROCESSES: '1' };
  });

  afterAll(async () => {
    await database?.stop();
    await home?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  /** A suite of the user's own, beside a data set of the user's own. */
  async function ownSuite(model: string): Promise<{ suite: string; items: string }> {
    const items = join(folder, 'mine.jsonl');
    const shipped = await readFile(join(ROOT, 'datasets', 'arithmetic', 'items.jsonl'), 'utf8');
    await writeFile(items, shipped.split('\n').slice(0, 150).join('\n'));
    const suite = join(folder, 'mine.yaml');
    await writeFile(
      suite,
      `name: mine\nmodel: ${model}\ndatasets:\n  - path: mine.jsonl\nsampling: { maxTokens: 512 }\ntiming: { items: 0 }\n` +
        'arms:\n  - { name: baseline, technique: baseline }\n',
    );
    return { suite, items };
  }

  it('is not changed by edits to its suite and its data set', async () => {
    const { suite, items } = await ownSuite('reference-nano');
    const whole = join(folder, 'whole');
    await expectExit(0, ['run', suite, '--out', whole], env);
    const runId = await interruptedRun([suite], env);
    await writeFile(items, '{"id":"other","question":"1 + 1 = ?","answer":"2","check":"integer"}\n');
    await writeFile(suite, 'name: [no longer a suite');
    const resumed = join(folder, 'resumed');
    await expectExit(0, ['resume', runId, '--out', resumed], env);
    await expectSameSamples(whole, resumed);
    expect(await sampleLines(resumed)).toHaveLength(150);
  });

  it('ends with a clear message when its model’s file or card changes, and goes on when it is put back', async () => {
    const file = join(folder, 'own.gguf');
    await copyFile(join(ROOT, 'engine', 'models', 'reference-nano', 'reference-nano.gguf'), file);
    await expectExit(0, ['models', 'add', file, '--alias', 'own', '--chat-format', 'chatml'], env);
    const { size } = await stat(file);
    const { suite } = await ownSuite('own');
    const runId = await interruptedRun([suite], env);
    await appendFile(file, 'x');
    const changed = await expectExit(1, ['resume', runId], env);
    expect(changed.stderr).toContain('The file of model own is not the one its card describes');

    // The alias now stands for the changed file, so only the run's own record can tell.
    const registry = join(home.home, 'models.json');
    const registered = await readFile(registry, 'utf8');
    const sha256 = createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
    await writeFile(registry, registered.replace(/"sha256":\s*"[0-9a-f]{64}"/, `"sha256": "${sha256}"`));
    const moved = await expectExit(1, ['resume', runId], env);
    expect(moved.stderr).toContain('The alias own stands for another file than when the run was frozen');

    await truncate(file, size);
    await writeFile(registry, registered.replace(/"chatFormat":\s*"chatml"/, '"chatFormat": "deepseek-r1"'));
    const otherCard = await expectExit(1, ['resume', runId], env);
    expect(otherCard.stderr).toContain('The card of own names another chat format');

    await writeFile(registry, registered);
    await expectExit(0, ['resume', runId, '--out', join(folder, 'own')], env);
  });

  it('is resumed only by the engine that began it, and says which one that is', async () => {
    const runId = await interruptedRun(smoke(12), env);
    const refused = await expectExit(1, ['resume', runId], { ...env, LACONIC_ENGINE_THREADS: '2' });
    expect(refused.stderr).toContain(`Run ${runId} was begun with threads 1; here is threads 2.`);
    expect(refused.stderr).toContain('LACONIC_ENGINE_THREADS');
    await database.query(
      `UPDATE runs SET engine_identity = jsonb_set(engine_identity, '{build}', '"00000000000000"'),
              provenance = jsonb_set(provenance, '{engine,build}', '"00000000000000"') WHERE id = $1`,
      [runId],
    );
    const otherBuild = await expectExit(1, ['resume', runId], env);
    expect(otherBuild.stderr).toMatch(/was begun with engine build 000000000000; here is engine build [0-9a-f]{12}\./);
    expect(otherBuild.stderr).toContain('Finish the run with the version of Laconic that began it');
  });

  it('waits in the service for a worker with its engine, and says so', async () => {
    const runId = await interruptedRun(smoke(12), env);
    const source = await connect(database.url);
    try {
      await new RunsRepository(source).reopen(runId, 'shards');
    } finally {
      await source.destroy();
    }
    const reason = async (): Promise<{ status: string; reason: string | null }> =>
      (
        await database.query<{ status: string; reason: string | null }>(
          'SELECT status, reason FROM runs WHERE id = $1',
          [runId],
        )
      )[0]!;
    const ends = async (wanted: (row: Awaited<ReturnType<typeof reason>>) => boolean): Promise<void> => {
      while (!wanted(await reason())) await new Promise((resolve) => setTimeout(resolve, 100));
    };
    const other = startLaconic(['worker'], { ...env, LACONIC_ENGINE_THREADS: '2' });
    await ends((row) => row.reason !== null);
    other.child.kill('SIGTERM');
    expect(await other.finished).toMatchObject({ code: 0 });
    expect(await reason()).toMatchObject({
      status: 'queued',
      reason: expect.stringContaining(`Run ${runId} was begun with threads 1; here is threads 2.`),
    });
    const same = startLaconic(['worker'], env);
    await ends((row) => row.status === 'completed');
    same.child.kill('SIGTERM');
    expect(await same.finished).toMatchObject({ code: 0 });
    expect(await reason()).toEqual({ status: 'completed', reason: null });
  });

  it('is refused when two of its data sets bear one name', async () => {
    const { suite } = await ownSuite('reference-nano');
    await writeFile(join(folder, 'arithmetic.jsonl'), await readFile(join(folder, 'mine.jsonl')));
    const text = await readFile(suite, 'utf8');
    await writeFile(
      suite,
      text.replace('  - path: mine.jsonl\n', '  - path: arithmetic.jsonl\n  - name: arithmetic\n'),
    );
    const refused = await runLaconic(['run', suite], env);
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Two data sets of the suite are called arithmetic'),
    });
  });
});
