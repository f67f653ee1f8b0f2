import { access } from 'node:fs/promises';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Tokenizer } from 'tokenizers';
import { LaconicError } from '../../domain/index.js';
import { unitsBefore, type Piece } from './pieces.js';

export interface ClassifierFiles {
  /** ONNX file of a token classifier with two classes, the second of which is "keep". */
  readonly modelFile?: string | undefined;
  /** The tokenizer.json that belongs to it. */
  readonly tokenizerFile?: string | undefined;
}

/** A text as a classifier reads it: its pieces, and the ids that every reading begins and ends with. */
export interface ClassifierPieces {
  readonly before: readonly number[];
  readonly pieces: readonly Piece[];
  readonly after: readonly number[];
}

export interface TokenClassifier {
  readonly pieces: (text: string) => Promise<ClassifierPieces>;
  /** P(keep) of every id of one reading. */
  readonly keep: (ids: readonly number[]) => Promise<readonly number[]>;
}

const PACKAGES = 'onnxruntime-node@1.30.0 tokenizers@0.23.2';
const EXPORT =
  'Get microsoft/llmlingua-2-xlm-roberta-large-meetingbank as ONNX, e.g. with `optimum-cli export onnx --model microsoft/llmlingua-2-xlm-roberta-large-meetingbank --task token-classification classifier`, and name --model-file classifier/model.onnx --tokenizer-file classifier/tokenizer.json.';

/**
 * Throws `usage` where a file is not named or the packages that read it are not installed, `model-missing` where it is
 * not there, `model-invalid` where it is something else.
 */
export async function openTokenClassifier(files: ClassifierFiles): Promise<TokenClassifier> {
  const modelFile = await present(files.modelFile, '--model-file');
  const tokenizerFile = await present(files.tokenizerFile, '--tokenizer-file');
  const [onnx, tokenizers] = await Promise.all([
    installed(import('onnxruntime-node')),
    installed(import('tokenizers')),
  ]);
  const tokenizer = await read(tokenizerFile, () => tokenizers.Tokenizer.fromFile(tokenizerFile));
  tokenizer.disableTruncation();
  tokenizer.disablePadding();
  const session = await read(modelFile, async () =>
    onnx.InferenceSession.create(modelFile, { executionProviders: ['cpu'] }),
  );
  requireInputs(session, modelFile);
  return {
    pieces: async (text) => piecesOf(text, tokenizer),
    keep: async (ids) => {
      const feeds = Object.fromEntries(session.inputNames.map((name) => [name, inputOf(name, ids, onnx.Tensor)]));
      const outputs = await read(modelFile, async () => session.run(feeds));
      return keepOf(outputs[session.outputNames[0] ?? ''], ids.length, modelFile);
    },
  };
}

async function present(file: string | undefined, option: string): Promise<string> {
  if (file === undefined)
    throw new LaconicError('usage', `The scorer llmlingua2 needs a token classifier: ${option} is not given.`, {
      hint: EXPORT,
      where: option,
    });
  try {
    await access(file);
    return file;
  } catch (cause) {
    throw new LaconicError('model-missing', `There is no ${file}, which ${option} names.`, {
      hint: EXPORT,
      where: file,
      cause,
    });
  }
}

async function installed<Package>(loading: Promise<Package>): Promise<Package> {
  try {
    return await loading;
  } catch (cause) {
    throw new LaconicError('usage', 'The scorer llmlingua2 needs packages that are not installed or cannot run here.', {
      hint: `Install them beside Laconic: npm install ${PACKAGES}`,
      cause,
    });
  }
}

async function read<Content>(file: string, reading: () => Content | Promise<Content>): Promise<Content> {
  try {
    return await reading();
  } catch (cause) {
    throw invalid(file, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/** Offsets come in code points. Ids of special tokens stand at the ends only. */
async function piecesOf(text: string, tokenizer: Tokenizer): Promise<ClassifierPieces> {
  const encoding = await tokenizer.encode(text, null, { addSpecialTokens: true });
  const [ids, special, offsets] = [encoding.getIds(), encoding.getSpecialTokensMask(), encoding.getOffsets()];
  const first = special.indexOf(0) < 0 ? ids.length : special.indexOf(0);
  const end = special.lastIndexOf(0) + 1;
  const units = unitsBefore(text);
  const pieces = ids.slice(first, end).map((id, place): Piece => {
    const [start = 0, stop = 0] = offsets[first + place] ?? [];
    return { id, start: units[start] ?? 0, end: units[stop] ?? 0 };
  });
  return { before: ids.slice(0, first), pieces, after: ids.slice(Math.max(first, end)) };
}

const INPUTS = ['input_ids', 'attention_mask', 'token_type_ids'];

function requireInputs({ inputNames }: InferenceSession, file: string): void {
  const unknown = inputNames.find((name) => !INPUTS.includes(name));
  if (unknown !== undefined || !inputNames.includes('input_ids'))
    throw invalid(file, `its inputs are ${inputNames.join(', ')}, a token classifier's are ${INPUTS.join(', ')}`);
}

function inputOf(name: string, ids: readonly number[], TensorType: typeof Tensor): Tensor {
  const value = (id: number): number => (name === 'input_ids' ? id : Number(name === 'attention_mask'));
  return new TensorType(
    'int64',
    BigInt64Array.from(ids, (id) => BigInt(value(id))),
    [1, ids.length],
  );
}

/** Softmax over the two classes; `logits`: (1, ids, 2). */
function keepOf(logits: Tensor | undefined, count: number, file: string): number[] {
  if (logits?.type !== 'float32' || logits.dims.join() !== `1,${count},2`)
    throw invalid(
      file,
      `it gives ${logits?.type ?? 'nothing'} (${logits?.dims.join(', ') ?? ''}), not float32 (1, ${count}, 2)`,
    );
  const values = logits.data as Float32Array;
  return Array.from({ length: count }, (_, place) => {
    const [drop = 0, keep = 0] = values.subarray(2 * place, 2 * place + 2);
    return 1 / (1 + Math.exp(drop - keep));
  });
}

function invalid(file: string, why: string, cause?: unknown): LaconicError {
  return new LaconicError('model-invalid', `${file} cannot be used as a token classifier: ${why}.`, {
    hint: EXPORT,
    where: file,
    cause,
  });
}
