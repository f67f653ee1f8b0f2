import { join } from 'node:path';
import { buildLlamaBench, buildPeers } from '../../../engine/build.mjs';
import { LaconicError } from '../../domain/index.js';
import { packagePath } from '../../platform/config/index.js';
import type { BenchRow } from '../bench-document.js';
import { requireNotInterrupted, type BenchFindings, type BenchRequest } from '../bench-request.js';
import { findBenchModels, REFERENCE, type BenchModel } from '../models/bench-models.js';
import { measureCase, type BenchCase } from './bench-case.js';
import type { Contestant } from './contestant.js';
import { LaconicContestant } from './laconic-contestant.js';
import { LlamaBench } from './llama-bench.js';
import { PeerProcess } from './peer-process.js';
import { onePerLetter, promptOfLength } from './prompts.js';
import { pythonRows } from './python-peers.js';
import { rooflineNote } from './roofline.js';

/** What is not begun by then is left out and named. */
const SECONDS = 8 * 60;
const SEQUENCES = [1, 8, 32] as const;
const PREFILL_TOKENS = 512;

/** Decoding and prefill against llama.cpp's own loop and node-llama-cpp, model by model. */
export async function benchEngine(request: BenchRequest): Promise<BenchFindings> {
  const { present, absent } = findBenchModels(request.config.home);
  const peers = await buildPeers();
  const llamaBench = await findLlamaBench();
  const deadline = performance.now() + SECONDS * 1000;
  const rows: BenchRow[] = [];
  const notes = [
    `llama.cpp ${peers.llamaCpp}, the same libraries for everybody; ${threadsText(request.threads)} each`,
    llamaBench.note,
    ...absent.map((alias) => `model ${alias} is absent; \`npm run bench:models\` gets it`),
  ];
  for (const model of present) {
    request.log(`model ${model.alias}`);
    const found = await benchModel(model, { request, peers, llamaBench: llamaBench.path, deadline });
    rows.push(...found.rows);
    notes.push(...found.notes);
  }
  if (request.peers.includes('python')) {
    const python = await pythonRows(request, peers);
    rows.push(...python.rows);
    notes.push(...python.notes);
  }
  return { rows, notes };
}

async function findLlamaBench(): Promise<{ readonly path: string | null; readonly note: string }> {
  try {
    const note =
      'llama-bench: llama.cpp’s own tool, built from its source; it times itself, feeds random tokens and samples nothing';
    return { path: await buildLlamaBench(), note };
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'engine-build-failed') throw error;
    return { path: null, note: (error as Error).message };
  }
}

interface EngineSetting {
  readonly request: BenchRequest;
  readonly peers: Awaited<ReturnType<typeof buildPeers>>;
  readonly llamaBench: string | null;
  /** On performance.now's clock. */
  readonly deadline: number;
}

async function benchModel(model: BenchModel, setting: EngineSetting): Promise<BenchFindings> {
  const { request, deadline } = setting;
  const rows: BenchRow[] = [];
  const notes: string[] = [];
  const started: Contestant[] = [];
  const start = async <T extends Contestant>(contestant: Promise<T>): Promise<T> => {
    started.push(await contestant);
    return contestant;
  };
  try {
    const loop = await start(startLoop(model, setting));
    const laconic = await start(
      LaconicContestant.start({
        childModule: request.config.engineChildModule,
        modelPath: model.path,
        threads: request.threads,
        bannedIds: await loop.endsOfGeneration(),
      }),
    );
    const node = await start(startNodePeer(model, request.threads)).catch((error: unknown) => {
      if (!(error instanceof LaconicError)) throw error;
      notes.push(error.message);
    });
    const llamaBench = llamaBenchOf(model, setting);
    const cases = await casesOf(model, loop);
    for (const each of cases) {
      requireNotInterrupted(request);
      if (performance.now() > deadline) {
        notes.push(
          `${model.alias}: ${each.name} of ${each.prompts.length} left out, ${SECONDS / 60} minutes were over`,
        );
        continue;
      }
      const peerList = [loop, ...(node ? [node] : []), ...(llamaBench ? [llamaBench] : [])];
      rows.push(
        ...(await measureCase(laconic, peerList, { ...each, threads: request.threads, rounds: request.rounds })),
      );
      request.log(`  ${each.name} ${each.prompts.length}`);
    }
    notes.push(rooflineNote(await laconic.capabilities(), rows, await loop.bandwidth(), model.alias));
  } finally {
    await Promise.all(started.map(async (contestant) => contestant.close()));
  }
  return { rows, notes };
}

async function startLoop(model: BenchModel, { peers, request }: EngineSetting): Promise<PeerProcess> {
  return PeerProcess.start({
    name: 'llama.cpp',
    command: peers.llamaLoop,
    args: [peers.libraryDirectory, model.path, String(request.threads)],
  });
}

function llamaBenchOf(model: BenchModel, { llamaBench: path, peers, request }: EngineSetting): LlamaBench | null {
  const { libraryDirectory } = peers;
  const { threads, signal } = request;
  return path === null ? null : new LlamaBench({ path, libraryDirectory, modelPath: model.path, threads, signal });
}

async function startNodePeer(model: BenchModel, threads: number): Promise<PeerProcess> {
  return PeerProcess.start({
    name: 'node-llama-cpp',
    command: process.execPath,
    args: [join(packagePath('test', 'bench'), 'node_llama_cpp_peer.mjs'), model.path, String(threads)],
  });
}

async function casesOf(model: BenchModel, loop: PeerProcess): Promise<Omit<BenchCase, 'threads' | 'rounds'>[]> {
  const letters = await onePerLetter(loop);
  const isReference = model.alias === REFERENCE;
  const decode = SEQUENCES.map((sequences, index) => ({
    name: 'decode' as const,
    model: model.alias,
    prompts: letters.slice(0, sequences),
    // On the other models the bar is not to be slower.
    nodeBar: isReference ? ([1.2, 1.45, 1.9][index] ?? 1) : 1,
  }));
  const long = await promptOfLength(loop, PREFILL_TOKENS);
  return [...decode, { name: 'prefill' as const, model: model.alias, prompts: [long], nodeBar: null }];
}

function threadsText(threads: number): string {
  return threads === 1 ? 'one thread' : `${threads} threads`;
}
