// Builds the engine on first use, and its tests.
//
//   node engine/build.mjs [--home DIR]   the addon, where its sources changed since the last build
//   node engine/build.mjs --test         the C++ tests, and runs them
//   node engine/build.mjs --test --items 200   … and then sweeps over that many items of the data sets; takes a while
//   node engine/build.mjs --sanitize     the same under AddressSanitizer and UndefinedBehaviorSanitizer
//   node engine/build.mjs --sanitize --threads   those where threads meet, under ThreadSanitizer
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { BuildError, checkTools, filesBelow, findDependencies, takeFromBundle } from './toolchain.mjs';

const ENGINE = dirname(fileURLToPath(import.meta.url));
const SOURCES = ['CMakeLists.txt', 'cmake', 'include', 'src', 'addon'];
const HEADERS = ['/include/', '/ggml/include/'];
const LLAMA_BENCH = ['/tools/llama-bench/', '/common/'];
const PEERS = { LACONIC_ADDON: 'OFF', LACONIC_TESTS: 'OFF', LACONIC_BENCH: 'ON' };
/** Jobs from several threads, sharing with probes, several compute threads: where the scheduler's thread meets others. */
const THREADED_TESTS = ['jobs', 'sweep', 'determinism'];
const TEST_VOCABULARIES = ['/models/ggml-vocab-*'];

/** Names the engine in provenance: its sources and the versions they are built against, not this machine's paths. */
function hashOf(versions) {
  const hash = createHash('sha256').update(JSON.stringify(versions));
  for (const source of SOURCES) {
    const path = join(ENGINE, source);
    const files = source.includes('.') ? [''] : filesBelow(path);
    for (const file of files) hash.update(`\0${source}/${file}\0`).update(readFileSync(join(path, file)));
  }
  return hash.digest('hex').slice(0, 16);
}

function writable(folder) {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function buildRoot(buildHash, home) {
  const beside = join(ENGINE, 'build');
  if (writable(beside)) return beside;
  const elsewhere = home === undefined ? null : join(home, 'engine', buildHash);
  if (elsewhere !== null && writable(elsewhere)) return elsewhere;
  throw new BuildError(
    'engine-build-failed',
    `The engine cannot be built: neither ${beside} nor ${elsewhere ?? 'a home folder'} is writable.`,
    'Set LACONIC_HOME to a folder that you can write to.',
  );
}

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Runs `work` while no other process builds in `folder`; a lock whose owner is gone is taken over. */
async function locked(folder, work) {
  const lock = join(folder, '.lock');
  for (;;) {
    try {
      const file = openSync(lock, 'wx');
      writeSync(file, String(process.pid));
      closeSync(file);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      const owner = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : 0;
      // An empty file is a lock that its owner is still writing.
      if (owner > 0 && !alive(owner)) rmSync(lock, { force: true });
      await sleep(200);
    }
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Runs a command and resolves to its exit code and output; `show` gets each piece of output as it comes. */
function execute(command, args, show = () => {}) {
  return new Promise((settle, fail) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const take = (piece) => {
      output += piece;
      show(piece);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', fail);
    child.on('close', (code) => settle({ code, output }));
  });
}

async function cmake(args, folder) {
  const { code, output } = await execute('cmake', args);
  if (code === 0) return;
  const log = join(folder, 'build.log');
  writeFileSync(log, output);
  const cause = output.split('\n').find((line) => /error/i.test(line)) ?? `cmake ended with ${code}`;
  throw new BuildError('engine-build-failed', `The engine could not be built: ${cause.trim()}`, `The whole output is in ${log}.`);
}

async function compile(dependencies, root, folder, options, targets = []) {
  const headers = takeFromBundle(dependencies.bundle, HEADERS, join(root, `headers-${dependencies.release}`));
  const settings = {
    LACONIC_LLAMA_HEADERS: headers,
    LACONIC_LLAMA_LIBRARIES: dependencies.libraryDirectory,
    LACONIC_NODE_ADDON_API: dependencies.addonApi,
    LACONIC_NODE_API_HEADERS: dependencies.nodeHeaders,
    ...options,
  };
  const definitions = Object.entries(settings).map(([name, value]) => `-D${name}=${value}`);
  await cmake(['-S', ENGINE, '-B', folder, ...definitions], root);
  const only = targets.flatMap((target) => ['--target', target]);
  await cmake(['--build', folder, '--parallel', String(availableParallelism()), ...only], root);
}

/**
 * Builds the addon where it is missing or its sources changed. `log` gets a line before and after a build and nothing
 * when all is up to date; `home` is used where the package's own folder is read-only.
 */
export async function ensureEngine({ home, log } = {}) {
  const dependencies = findDependencies(ENGINE);
  const buildHash = hashOf(dependencies.versions);
  const root = buildRoot(buildHash, home);
  const folder = join(root, dependencies.platform);
  const result = { addonPath: join(folder, 'laconic.node'), libraryDirectory: dependencies.libraryDirectory, buildHash };
  const stampPath = join(folder, 'stamp');
  const stamp = `${buildHash} ${dependencies.libraryDirectory}`;
  const upToDate = () => existsSync(result.addonPath) && existsSync(stampPath) && readFileSync(stampPath, 'utf8') === stamp;
  if (upToDate()) return result;
  checkTools();
  await locked(root, async () => {
    if (upToDate()) return;
    log?.('engine: building (first use, a few seconds) …');
    const start = performance.now();
    rmSync(stampPath, { force: true });
    await compile(dependencies, root, folder, { LACONIC_TESTS: 'OFF' });
    writeFileSync(stampPath, stamp);
    log?.(`engine: built in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  });
  return result;
}

/**
 * Builds the C++ peers that benchmarks compare with, on the engine's own libraries; resolves to the programs, the
 * libraries and a vocabulary of llama.cpp for models with random weights.
 */
export async function buildPeers() {
  const dependencies = findDependencies(ENGINE);
  checkTools();
  const root = buildRoot('peers', undefined);
  const folder = join(root, `${dependencies.platform}-peers`);
  const vocabularies = await locked(root, async () => {
    await compile(dependencies, root, folder, PEERS, ['llama_loop', 'random_model']);
    return takeFromBundle(dependencies.bundle, TEST_VOCABULARIES, join(root, `vocabularies-${dependencies.release}`));
  });
  return {
    llamaLoop: join(folder, 'bench', 'llama_loop'),
    randomModel: join(folder, 'bench', 'random_model'),
    libraryDirectory: dependencies.libraryDirectory,
    llamaCpp: dependencies.release,
    vocabulary: join(vocabularies, 'models', 'ggml-vocab-qwen2.gguf'),
  };
}

/** llama.cpp's own benchmark, from its source; resolves to the program. Not every platform's package has what it links. */
export async function buildLlamaBench() {
  const dependencies = findDependencies(ENGINE);
  checkTools();
  if (!readdirSync(dependencies.libraryDirectory).some((name) => name.startsWith('libllama-common.'))) {
    throw new BuildError('engine-build-failed', 'llama-bench cannot be built: the prebuilt libraries have no libllama-common.', 'Everything else works without.');
  }
  const root = buildRoot('peers', undefined);
  const folder = join(root, `${dependencies.platform}-peers`);
  await locked(root, async () => {
    const tools = takeFromBundle(dependencies.bundle, LLAMA_BENCH, join(root, `llama-bench-${dependencies.release}`));
    await compile(dependencies, root, folder, { ...PEERS, LACONIC_LLAMA_TOOLS: tools }, ['llama_bench']);
  });
  return join(folder, 'bench', 'llama_bench');
}

/** Builds and runs the C++ tests; resolves to whether all passed. */
async function runTests(sanitize, items) {
  const dependencies = findDependencies(ENGINE);
  checkTools();
  const root = buildRoot('tests', undefined);
  const chosen = sanitize === 'thread' ? THREADED_TESTS : [];
  const only = chosen.length > 0 ? ['--tests-regex', `^(${chosen.join('|')})$`] : [];
  const folder = join(root, `${dependencies.platform}-${sanitize === '' ? 'tests' : sanitize.replace(',', '-')}`);
  const vocabularies = await locked(root, async () => {
    const taken = takeFromBundle(dependencies.bundle, TEST_VOCABULARIES, join(root, `vocabularies-${dependencies.release}`));
    await compile(dependencies, root, folder, { LACONIC_ADDON: 'OFF', LACONIC_TESTS: 'ON', LACONIC_SANITIZE: sanitize, LACONIC_TEST_VOCABULARIES: taken }, chosen.map((name) => `${name}_test`));
    return taken;
  });
  process.stderr.write(`engine: testing ${folder} with ${vocabularies}\n`);
  const { code, output } = await execute('ctest', ['--test-dir', folder, '--verbose', ...only, '--parallel', String(Math.min(2, availableParallelism()))], (piece) => process.stderr.write(piece));
  if (code === 0 && items !== undefined) {
    const sweep = join(folder, 'test', 'sweep_test');
    return (await execute(sweep, ['reference', items], (piece) => process.stdout.write(piece))).code === 0;
  }
  const counts = [...output.matchAll(/cases: (\d+) passed, (\d+) failed/g)];
  const passed = counts.reduce((sum, match) => sum + Number(match[1]), 0);
  const failed = counts.reduce((sum, match) => sum + Number(match[2]), 0);
  // A program that a sanitizer or a crash ended prints no counts, but ctest knows that it failed.
  const lost = code !== 0 && failed === 0 ? 1 : 0;
  process.stdout.write(`engine: ${passed} passed, ${failed + lost} failed\n`);
  return code === 0;
}

async function main() {
  const { values } = parseArgs({
    options: { home: { type: 'string' }, test: { type: 'boolean' }, items: { type: 'string' }, sanitize: { type: 'boolean' }, threads: { type: 'boolean' } },
  });
  if (values.sanitize) return runTests(values.threads ? 'thread' : 'address,undefined', values.items);
  if (values.test) return runTests('', values.items);
  await ensureEngine({ home: values.home, log: (line) => process.stderr.write(`${line}\n`) });
  return true;
}

/** No top-level await: the tests load this file as CommonJS. */
async function runAsScript() {
  try {
    process.exitCode = (await main()) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    process.stderr.write(`${error.message}\n${error.hint}\n`);
    process.exitCode = 1;
  }
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) void runAsScript();
