import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { isCode } from './json-file.js';

/** Null where nothing stands at the path; what may not be looked at, or cannot be read, is an error. */
export async function statIfThere(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch (error) {
    if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR')) return null;
    throw error;
  }
}
