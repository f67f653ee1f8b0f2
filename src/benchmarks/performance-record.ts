import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BENCH_NAMES, type BenchDocument } from './bench-document.js';
import { performanceDocument } from './performance-document.js';

/**
 * Keeps a benchmark's document as <folder>/performance/<bench>.json and writes <folder>/performance.md again from all
 * that are there. Benchmarks can so be repeated one by one.
 */
export async function recordBench(folder: string, document: BenchDocument): Promise<string> {
  const kept = join(folder, 'performance');
  await mkdir(kept, { recursive: true });
  await writeFile(join(kept, `${document.bench}.json`), `${JSON.stringify(document, null, 2)}\n`);
  const documents = await Promise.all(BENCH_NAMES.map(async (name) => stored(join(kept, `${name}.json`))));
  const file = join(folder, 'performance.md');
  await writeFile(file, performanceDocument(documents.filter((each) => each !== null)));
  return file;
}

async function stored(file: string): Promise<BenchDocument | null> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return text === null ? null : (JSON.parse(text) as BenchDocument);
}
