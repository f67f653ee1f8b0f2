import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { LaconicError, sha256Hex } from '../domain/index.js';
import type { RemoteFile } from './registry.js';

const TIMEOUT_MS = 60_000;

export type Fetch = (
  url: string,
  init: { readonly signal: AbortSignal; readonly redirect: 'follow' },
) => Promise<Response>;

/**
 * Fetches a file whose size and sha256 are known and puts it at `target`, whole or not at all. Addresses are tried in order; if none
 * delivers the right bytes, one error tells what each of them said.
 */
export async function download(remote: RemoteFile, target: string, fetchFile: Fetch): Promise<void> {
  const failures: string[] = [];
  for (const url of remote.urls) {
    const result = await fetchExactly(url, remote, fetchFile).catch((error: unknown) => reasonOf(error));
    if (typeof result === 'string') {
      failures.push(`${url}: ${result}`);
      continue;
    }
    await mkdir(path.dirname(target), { recursive: true });
    const temporary = `${target}.${randomUUID()}.tmp`;
    try {
      await writeFile(temporary, result, { flag: 'wx' });
      await rename(temporary, target);
    } finally {
      await rm(temporary, { force: true });
    }
    return;
  }
  throw new LaconicError('dataset-unknown', `The data set could not be downloaded. ${failures.join(' ')}`, {
    hint: `Check the network and try again, or put the file at ${target} yourself.`,
    where: remote.urls[0] ?? target,
  });
}

/** The bytes, or why they are not those asked for. */
async function fetchExactly(url: string, remote: RemoteFile, fetchFile: Fetch): Promise<Buffer | string> {
  const response = await fetchFile(url, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'follow' });
  if (!response.ok || !response.body) return `the server answered ${response.status}.`;
  const chunks: Uint8Array[] = [];
  let received = 0;
  for await (const chunk of response.body) {
    received += chunk.length;
    // More than expected is wrong already; reading on would let a server fill the memory.
    if (received > remote.bytes) return `it sent more than the ${remote.bytes} bytes expected.`;
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  const sha256 = sha256Hex(bytes);
  return sha256 === remote.sha256 ? bytes : `its content has sha256 ${sha256}, expected ${remote.sha256}.`;
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const message = cause instanceof Error ? cause.message : 'unknown error';
  return `it cannot be reached (${message}).`;
}
