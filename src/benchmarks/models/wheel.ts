import { LaconicError } from '../../domain/index.js';

/** The content of one entry of a zip file. Throws `output-failed` where the file has no such entry or is damaged. */
export async function* wheelEntry(path: string, name: string): AsyncGenerator<Buffer> {
  // Development only, like the benchmarks' other peers: the installed product does without.
  const { openPromise } = await import('yauzl');
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false });
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName !== name) continue;
      yield* await zip.openReadStreamPromise(entry);
      return;
    }
  } finally {
    zip.close();
  }
  throw new LaconicError('output-failed', `${path} has no entry ${name}.`, {
    hint: 'Remove the file and run `npm run bench:models` again.',
    where: path,
  });
}
