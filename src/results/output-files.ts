import { join } from 'node:path';
import type { RunResult, SampleRecord } from '../domain/index.js';
import { writeAtomically } from './atomic-file.js';
import { resultJson } from './result-json.js';
import { sampleLines, type SampleLineOptions } from './sample-json.js';

/** Writes result.json; returns its path. Throws `output-failed`. */
export async function writeResultFile(directory: string, result: RunResult): Promise<string> {
  const path = join(directory, 'result.json');
  await writeAtomically(path, resultJson(result));
  return path;
}

/** Writes samples.jsonl, streaming; returns its path. Throws `output-failed`. */
export async function writeSamplesFile(
  directory: string,
  samples: AsyncIterable<SampleRecord> | Iterable<SampleRecord>,
  options: SampleLineOptions,
): Promise<string> {
  const path = join(directory, 'samples.jsonl');
  await writeAtomically(path, sampleLines(samples, options));
  return path;
}
