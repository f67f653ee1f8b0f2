import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A LACONIC_HOME of its own for runs that are made up or only timed, so that they never show among the user's. Removed
 * afterwards, whatever happens.
 */
export async function withScratchHome<T>(home: string, work: (scratch: string) => Promise<T>): Promise<T> {
  const parent = join(home, 'bench');
  await mkdir(parent, { recursive: true });
  const scratch = await mkdtemp(join(parent, 'scratch-'));
  // PostgreSQL's unprivileged user has to pass.
  await chmod(scratch, 0o755);
  try {
    return await work(scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
