import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BuiltPeers } from '../../../engine/build.mjs';
import { LaconicError } from '../../domain/index.js';
import { bannedIds } from '../../domain/techniques/index.js';
import { packagePath } from '../../platform/config/index.js';
import type { BenchRow } from '../bench-document.js';
import type { BenchFindings, BenchRequest } from '../bench-request.js';
import { findBenchModels, REFERENCE } from '../models/bench-models.js';
import { measureCase } from './bench-case.js';
import { LaconicContestant } from './laconic-contestant.js';
import { PeerProcess } from './peer-process.js';
import { onePerLetter } from './prompts.js';

const run = promisify(execFile);

/** `sequences`: what the library decodes together by itself. */
const PYTHON_PEERS = [
  { name: 'llama-cpp-python', packages: ['llama-cpp-python'], sequences: [1] },
  { name: 'transformers', packages: ['torch', 'transformers', 'gguf', 'accelerate'], sequences: [1, 8] },
] as const;

/** The reference model with NoWait in Python: one row per library and number of sequences. */
export async function pythonRows(request: BenchRequest, built: BuiltPeers): Promise<BenchFindings> {
  const rows: BenchRow[] = [];
  const notes: string[] = [];
  for (const peer of PYTHON_PEERS) {
    try {
      request.log(`peer ${peer.name}`);
      const python = await environmentWith(peer.packages, request);
      rows.push(...(await rowsOf(peer, python, { request, built })));
    } catch (error) {
      if (!(error instanceof LaconicError)) throw error;
      notes.push(`${peer.name} is skipped: ${error.message}`);
    }
  }
  return { rows, notes };
}

/** A virtual environment that belongs to the benchmarks alone and can be removed at any time. */
async function environmentWith(packages: readonly string[], { config, log }: BenchRequest): Promise<string> {
  const folder = join(config.home, 'bench', 'python');
  const python = join(folder, 'bin', 'python');
  try {
    if (!existsSync(python)) await run('python3', ['-m', 'venv', folder]);
    const { stdout } = await run(python, ['-m', 'pip', 'list', '--format=freeze', '--disable-pip-version-check']);
    const installed = new Set(
      stdout.split('\n').map((line) => line.split('==')[0]?.toLowerCase().replaceAll('_', '-')),
    );
    const missing = packages.filter((name) => !installed.has(name));
    if (missing.length > 0) log(`installing ${missing.join(', ')} (once, some minutes)`);
    if (missing.length > 0) await run(python, ['-m', 'pip', 'install', '--quiet', ...missing], { maxBuffer: 1 << 26 });
    return python;
  } catch (cause) {
    const what = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    throw new LaconicError('engine-unavailable', `Python or its packages are not there (${what}).`, {
      hint: 'Install Python 3 with venv and pip, or leave out --peers python.',
      cause,
    });
  }
}

interface PythonSetting {
  readonly request: BenchRequest;
  readonly built: BuiltPeers;
}

async function rowsOf(
  peer: (typeof PYTHON_PEERS)[number],
  python: string,
  { request, built }: PythonSetting,
): Promise<BenchRow[]> {
  const model = findBenchModels(request.config.home).present.find(({ alias }) => alias === REFERENCE);
  if (!model) return [];
  const threads = String(request.threads);
  const script = packagePath('test', 'bench', 'python_peer.py');
  const loop = await PeerProcess.start({
    name: 'llama.cpp',
    command: built.llamaLoop,
    args: [built.libraryDirectory, model.path, threads],
  });
  const laconic = await LaconicContestant.start({
    childModule: request.config.engineChildModule,
    modelPath: model.path,
    threads: request.threads,
    bannedIds: await loop.endsOfGeneration(),
  });
  const started = [loop, laconic];
  try {
    const other = await PeerProcess.start({
      name: peer.name,
      command: python,
      args: [script, peer.name, model.path, threads],
    });
    started.push(other);
    await laconic.prepare(1, 256);
    const { ids } = bannedIds(laconic.vocabulary, { vocabulary: 'whole-word', scope: 'thinking' });
    laconic.ban(ids);
    await other.ban([...ids, ...(await loop.endsOfGeneration())]);
    const letters = await onePerLetter(loop);
    const rows: BenchRow[] = [];
    for (const sequences of peer.sequences) {
      const prompts = letters.slice(0, sequences);
      const found = await measureCase(laconic, [other], {
        name: 'decode',
        model: model.alias,
        prompts,
        nodeBar: null,
        threads: request.threads,
        rounds: request.rounds,
      });
      rows.push(...found.map((row) => ({ ...row, case: 'decode with nowait' })));
    }
    return rows;
  } finally {
    await Promise.all(started.map(async (each) => each.close()));
  }
}
