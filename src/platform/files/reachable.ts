import { existsSync, statSync } from 'node:fs';
import path from 'node:path';

const OTHERS_MAY_PASS = 0o001;

/** The first folder on the way from the root to `target` (itself included) that other users may not pass; null where the way is open. */
export function closedFolder(target: string): string | null {
  const { root } = path.parse(path.resolve(target));
  let folder = root;
  for (const part of path.resolve(target).slice(root.length).split(path.sep)) {
    folder = path.join(folder, part);
    if (!existsSync(folder)) return null;
    if ((statSync(folder).mode & OTHERS_MAY_PASS) === 0) return folder;
  }
  return null;
}
