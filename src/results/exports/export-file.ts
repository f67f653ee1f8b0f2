import { join } from 'node:path';
import type { SampleRecord } from '../../domain/index.js';
import type { StoredRun } from '../../runs/index.js';
import { type FileChunks, writeAtomically } from '../atomic-file.js';
import type { RunTally } from './tally.js';

/** One file of an export that is a folder. */
export interface ExportFile {
  /** Below the folder, parts joined by `/`. */
  readonly path: string;
  /** Can be read once, and before the next file is asked for. */
  readonly chunks: FileChunks;
}

/** What an export for another program is made of. */
export interface ExportSource {
  readonly stored: StoredRun;
  readonly tally: RunTally;
  /** In the order of samples.jsonl. */
  readonly samples: AsyncIterable<SampleRecord>;
}

/** Writes each file whole or not at all. Throws `output-failed`. */
export async function writeExportFolder(folder: string, files: AsyncIterable<ExportFile>): Promise<void> {
  for await (const { path, chunks } of files) await writeAtomically(join(folder, ...path.split('/')), chunks);
}
