import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PageTrouble } from './browser.js';

export const QUIET: PageTrouble = { messages: [], requests: [] };
export const PHONE = { width: 390, height: 844 };
export const DESK = { width: 1440, height: 1000 };

/** A size and a colour scheme each. */
export const LOOKS = [
  [DESK, 'light'],
  [DESK, 'dark'],
  [PHONE, 'light'],
  [PHONE, 'dark'],
] as const;

export interface WrittenPages {
  /** Its address. */
  readonly write: (name: string, html: string) => Promise<string>;
  readonly remove: () => Promise<void>;
}

/** Pages as a user opens them: files in a folder of their own. */
export async function writtenPages(): Promise<WrittenPages> {
  const directory = await mkdtemp(join(tmpdir(), 'laconic-pages-'));
  return {
    write: async (name, html) => {
      await writeFile(join(directory, name), html);
      return pathToFileURL(join(directory, name)).href;
    },
    remove: async () => rm(directory, { recursive: true, force: true }),
  };
}
