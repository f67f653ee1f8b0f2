import { constants } from 'node:os';
import { ensureEngine } from '../../../engine/build.mjs';
import { LaconicError, type ErrorCode } from '../../domain/index.js';
import type { NativeAddon, NativeInfo } from './addon.js';

export interface LoadedAddon {
  readonly addon: NativeAddon;
  readonly info: NativeInfo;
  /** Part of the engine's identity in provenance, together with `info`. */
  readonly buildHash: string;
}

export interface LoadAddonOptions {
  /** Where to build when the package's own folder is read-only. */
  readonly home?: string;
  /** Gets a line before and after a build, nothing otherwise. */
  readonly log?: (line: string) => void;
}

/**
 * Builds the addon where needed and loads it. The compute libraries are found by the addon's own search path and by
 * `initialize`; opening them here first would make their registration abort.
 */
export async function loadAddon(options: LoadAddonOptions = {}): Promise<LoadedAddon> {
  try {
    const { addonPath, libraryDirectory, buildHash } = await ensureEngine(options);
    const loaded: { exports: object } = { exports: {} };
    process.dlopen(loaded, addonPath, constants.dlopen.RTLD_NOW);
    if (!isAddon(loaded.exports)) throw new TypeError(`${addonPath} is not the engine's addon`);
    const info = loaded.exports.initialize(libraryDirectory);
    return { addon: loaded.exports, info, buildHash };
  } catch (error) {
    throw asLaconicError(error);
  }
}

function isAddon(exports: object): exports is NativeAddon {
  return 'initialize' in exports && 'inspectModel' in exports && 'openEngine' in exports;
}

const BUILD_CODES = ['engine-unavailable', 'engine-build-failed'] as const satisfies readonly ErrorCode[];

function asLaconicError(error: unknown): LaconicError {
  const message = textOf(error, 'message') ?? String(error);
  const code = BUILD_CODES.find((known) => known === textOf(error, 'code')) ?? 'engine-unavailable';
  const hint = textOf(error, 'hint') ?? 'Remove engine/build and try again; the engine is then built anew.';
  return new LaconicError(code, message, { hint, cause: error });
}

function textOf(error: unknown, key: string): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const value: unknown = Reflect.get(error, key);
  return typeof value === 'string' ? value : undefined;
}
