import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectExit, expectSameSamples, runIdOf, smoke } from '../support/interrupted-run.js';
import { runLaconic, startLaconic, temporaryHome, type Finished } from '../support/laconic-process.js';
import { startTestDatabase, type TestDatabase } from '../support/test-database.js';

/** Room for result.json, not for the samples or the report. */
const KILOBYTES = 16;

// Whole runs in processes of their own; on a busy machine each takes a while.
jest.setTimeout(180_000);

describe('a disk that is full when the files are written', () => {
  let database: TestDatabase;
  let home: Awaited<ReturnType<typeof temporaryHome>>;
  let out: string;
  let env: Record<string, string>;
  const suite = smoke(4);

  beforeAll(async () => {
    database = await startTestDatabase();
    home = await temporaryHome();
    out = await mkdtemp(join(tmpdir(), 'laconic-full-'));
    env = { LACONIC_HOME: home.home, DATABASE_URL: database.url, LACONIC_ENGINE_PROCESSES: '1' };
    await expectExit(0, ['run', ...suite, '--out', join(out, 'whole')], env);
  });

  afterAll(async () => {
    await database?.stop();
    await home?.remove();
    await rm(out, { recursive: true, force: true });
  });

  /** The failed run says why, left no half of a file, lost no sample; everything is written later. */
  async function expectKept({ code, stderr }: Finished, folder: string, reason: string): Promise<void> {
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining(reason) });
    expect(stderr).toContain('could not be written');
    const left = await readdir(folder);
    expect(left.filter((name) => name !== 'result.json')).toEqual([]);
    if (left.includes('result.json')) JSON.parse(await readFile(join(folder, 'result.json'), 'utf8'));

    const runId = runIdOf(stderr);
    const report = join(out, `${runId}.html`);
    expect(await runLaconic(['report', runId, '--out', report], env)).toMatchObject({ code: 0, stdout: `${report}\n` });
    expect(await readFile(report, 'utf8')).toMatch(/<\/html>\s*$/);
    await expectExit(0, ['resume', runId, '--out', join(out, runId)], env);
    await expectSameSamples(join(out, 'whole'), join(out, runId));
  }

  it('ends in a clear error and no half file on a full file system', async () => {
    const full = join(out, 'full');
    await mkdir(full);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${KILOBYTES}k`, 'none', full]);
    if (mounted.status !== 0) {
      console.warn('skipped: a small file system cannot be mounted here (needs root on Linux)');
      return;
    }
    try {
      await expectKept(await runLaconic(['run', ...suite, '--out', full], env), full, 'the disk is full');
      expect(await readdir(full)).not.toContain('samples.jsonl');
    } finally {
      spawnSync('umount', [full]);
    }
  });

  it('ends in a clear error and no half file where files may not grow', async () => {
    const folder = join(out, 'limited');
    const limited = startLaconic(['run', ...suite, '--out', folder], env, `ulimit -f ${KILOBYTES * 2}`);
    await expectKept(await limited.finished, folder, 'the file would exceed the size limit');
    expect(await readdir(folder)).not.toContain('samples.jsonl');
  });
});
