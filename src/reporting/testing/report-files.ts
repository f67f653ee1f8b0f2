import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { LaconicError, type RunResult, type SampleRecord } from '../../domain/index.js';
import { NEIGHBOUR_FILES, type ReportInput } from '../report-input.js';
import { techniqueKinds } from '../technique-kinds.js';

/**
 * A report's input from the files that a run left behind: `result.json` and `samples.jsonl` of one directory. Without
 * token ids in the samples, what needs them (identical traces, ids at the fork) is left out of the report.
 */
export async function readReportFiles(directory: string): Promise<ReportInput> {
  const file = join(directory, 'result.json');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the file is one that results wrote
  const result = parsed(await readFile(file, 'utf8'), file) as RunResult;
  const samples: SampleRecord[] = [];
  const path = join(directory, 'samples.jsonl');
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === '') continue;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
    samples.push(completed(parsed(line, path) as Partial<SampleRecord> & SampleCore));
  }
  return { result, samples, kinds: techniqueKinds(result), links: NEIGHBOUR_FILES };
}

/** Fields that samples.jsonl always has. */
type SampleCore = Omit<SampleRecord, 'question' | 'thinkIds' | 'answerIds'>;

/** The file holds the prompt, of which the question is a part; what a reader wants to see is near enough to it. */
function completed(line: Partial<SampleRecord> & SampleCore): SampleRecord {
  const question = line.question ?? questionIn(line.prompt);
  return { ...line, question, thinkIds: line.thinkIds ?? [], answerIds: line.answerIds ?? [] };
}

/** The user's turn of a prompt in one of the known chat formats, without control tokens. */
function questionIn(prompt: string): string {
  const turns = prompt.split(/<\|[^|>]*\|>/).map((turn) => turn.replace(/^(?:user|system|assistant)\s/, '').trim());
  return turns.filter((turn) => turn !== '' && turn !== 'assistant').at(-1) ?? prompt;
}

function parsed(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new LaconicError('usage', `${where} is not valid JSON.`, {
      hint: 'Give the directory that `laconic run` or `laconic export` wrote.',
      where,
      cause,
    });
  }
}
