// What a build of the engine needs from its surroundings: the platform's prebuilt llama.cpp, its headers, tools.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** An error that a user can act on; `code` and `hint` are those of the rest of the product. */
export class BuildError extends Error {
  constructor(code, message, hint) {
    super(message);
    this.name = 'BuildError';
    this.code = code;
    this.hint = hint;
  }
}

// Node's platform-architecture: [package with the prebuilt libraries, folder inside it].
const PREBUILT = {
  'linux-x64': ['@node-llama-cpp/linux-x64', 'linux-x64'],
  'linux-arm64': ['@node-llama-cpp/linux-arm64', 'linux-arm64'],
  'darwin-arm64': ['@node-llama-cpp/mac-arm64-metal', 'mac-arm64-metal'],
  'darwin-x64': ['@node-llama-cpp/mac-x64', 'mac-x64'],
};

/** The nearest node_modules/<name> at or above `from`, as Node itself would look for it. */
function findPackage(name, from) {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
    if (folder === dirname(folder)) return null;
  }
}

function requirePackage(name, from) {
  const found = findPackage(name, from);
  if (found !== null) return found;
  throw new BuildError('engine-unavailable', `The package ${name} is not installed.`, 'Run `npm ci` without --omit=optional.');
}

const versionOf = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version;

/** Everything the build takes from installed packages; throws where this platform has no prebuilt libraries. */
export function findDependencies(from) {
  const platform = `${process.platform}-${process.arch}`;
  const prebuilt = PREBUILT[platform];
  const musl = process.platform === 'linux' && process.report.getReport().header.glibcVersionRuntime === undefined;
  if (prebuilt === undefined || musl) {
    throw new BuildError(
      'engine-unavailable',
      `There are no prebuilt llama.cpp libraries for ${platform}${musl ? ' with musl' : ''}.`,
      `Use one of ${Object.keys(PREBUILT).join(', ')} (Linux with glibc).`,
    );
  }
  const [packageName, folder] = prebuilt;
  const libraries = requirePackage(packageName, from);
  const sources = requirePackage('node-llama-cpp', from);
  const addonApi = requirePackage('node-addon-api', from);
  const nodeHeaders = requirePackage('node-api-headers', from);
  const release = JSON.parse(readFileSync(join(sources, 'llama', 'llama.cpp.info.json'), 'utf8')).tag;
  return {
    platform,
    release,
    libraryDirectory: join(libraries, 'bins', folder),
    bundle: join(sources, 'llama', 'gitRelease.bundle'),
    addonApi,
    nodeHeaders: join(nodeHeaders, 'include'),
    versions: { platform, release, libraries: versionOf(libraries), addonApi: versionOf(addonApi), nodeHeaders: versionOf(nodeHeaders) },
  };
}

function answers(command) {
  const { status, stdout } = spawnSync(command, ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout : null;
}

const INSTALL = process.platform === 'darwin' ? 'brew install cmake; xcode-select --install' : 'e.g. apt-get install cmake g++ git';

/** Throws one clear sentence for the first tool that is missing or too old. */
export function checkTools() {
  const cmake = /version (\d+)\.(\d+)/.exec(answers('cmake') ?? '');
  if (cmake === null || Number(cmake[1]) * 1000 + Number(cmake[2]) < 3021) {
    const found = cmake === null ? 'none was found' : `${cmake[1]}.${cmake[2]} was found`;
    throw new BuildError('engine-build-failed', `Building the engine needs CMake 3.21 or newer; ${found}.`, `Install it: ${INSTALL}.`);
  }
  const compilers = process.env.CXX === undefined ? ['c++', 'g++', 'clang++'] : [process.env.CXX];
  if (!compilers.some((compiler) => answers(compiler) !== null)) {
    throw new BuildError(
      'engine-build-failed',
      `Building the engine needs a C++20 compiler (GCC 11 or Clang 14 and newer); ${compilers.join(', ')} did not answer.`,
      `Install one: ${INSTALL}.`,
    );
  }
  if (answers('git') === null) {
    throw new BuildError('engine-build-failed', 'Building the engine needs git, to take the llama.cpp headers out of their bundle.', `Install it: ${INSTALL}.`);
  }
}

function git(args) {
  const { status, stderr } = spawnSync('git', args, { encoding: 'utf8' });
  if (status !== 0) throw new BuildError('engine-build-failed', `git ${args[0]} failed: ${stderr.trim()}`, 'Run `npm ci` again.');
}

/** Takes the paths that match `patterns` out of the bundle into `target`, once. */
export function takeFromBundle(bundle, patterns, target) {
  if (existsSync(target)) return target;
  const scratch = mkdtempSync(`${target}-`);
  try {
    git(['clone', '--quiet', '--no-checkout', bundle, scratch]);
    git(['-C', scratch, 'sparse-checkout', 'set', '--no-cone', ...patterns]);
    git(['-C', scratch, '-c', 'advice.detachedHead=false', 'checkout', '--quiet', 'HEAD']);
    rmSync(join(scratch, '.git'), { recursive: true });
    renameSync(scratch, target);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return target;
}

/** Files below `folder` in a fixed order, relative to it. */
export function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();
}
