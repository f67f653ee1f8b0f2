import { z } from 'zod';
import { RATIO_TOKEN, type FileProblem } from '../../domain/index.js';

/** One example of the published scripts' files, whichever of them it comes from. */
export interface OfficialExample {
  readonly instruction: string;
  readonly question: string;
  /** Share of the chain that was asked for. */
  readonly ratio: number;
  /** The chain before; null where the file has none. */
  readonly original: string | null;
  readonly compressed: string;
  /** What follows the chain. */
  readonly ending: string;
  readonly isCorrect: boolean;
  /** Kept share by the file's own token counts, where it has them. */
  readonly sourceRatio: number | null;
}

export type ParsedExample = { readonly example: OfficialExample } | { readonly problems: readonly LineProblem[] };

export type LineProblem = Pick<FileProblem, 'key' | 'message' | 'hint'>;

/** What the scripts put before every question. */
const INSTRUCTION = 'Please reason step by step, and put your final answer within \\boxed{}.';
const ENDING = '\n\nThe final answer is:';

const answer = z
  .union([z.string(), z.number(), z.array(z.union([z.string(), z.number()]))])
  .transform((value) => (Array.isArray(value) ? value.join(', ') : String(value)));

const correct = z.union([z.boolean(), z.number()]).transform(Boolean).default(true);

/** `LLMLingua.py`: a chain and what is left of it, at the ratio in the file's name. */
const compressedLine = z.looseObject({
  question: z.string().min(1),
  cot: z.string().min(1),
  compressed_cot: z.string(),
  model_answer: answer,
  is_correct: correct,
  original_cot_tokens: z.number().positive().optional(),
  compressed_cot_tokens: z.number().nonnegative().optional(),
});

/** `evaluation.py`, filtered by `LLMLingua.py`: the chains that nothing was taken from. */
const originalLine = z.looseObject({
  messages: z.array(z.looseObject({ content: z.string().min(1) })).min(1),
  model_output: z.string(),
  cot: z.string().optional(),
  prediction: answer,
  accuracy: correct,
});

/** `get_llamafactory_input.py`: what LLaMA-Factory trains on. */
const trainingEntry = z.looseObject({
  instruction: z.string().default(''),
  input: z.string().min(1),
  output: z.string().min(1),
});

/** A line of a JSONL file; `ratio` is what the file's name says, null where it says nothing. */
export function parseLine(value: unknown, ratio: number | null): ParsedExample {
  if (isRecord(value) && 'compressed_cot' in value) {
    return parsed(compressedLine, value, (line) =>
      ratio === null ? problem('', NO_RATIO) : { example: compressedExample(line, ratio) },
    );
  }
  return parsed(originalLine, value, (line) => ({ example: originalExample(line) }));
}

/** An entry of a JSON list. */
export function parseEntry(value: unknown): ParsedExample {
  return parsed(trainingEntry, value, ({ instruction, input, output }) => {
    const asked = askedOf(input);
    if (!asked) return problem('input', BROKEN_RATIO);
    const end = output.lastIndexOf(ENDING);
    const [compressed, ending] = end < 0 ? [output, ''] : [output.slice(0, end), output.slice(end)];
    const unknown = { original: null, isCorrect: true, sourceRatio: null };
    return { example: { instruction, ...asked, compressed, ending, ...unknown } };
  });
}

function compressedExample(line: z.infer<typeof compressedLine>, ratio: number): OfficialExample {
  const { original_cot_tokens: before, compressed_cot_tokens: after } = line;
  return {
    instruction: INSTRUCTION,
    question: line.question,
    ratio,
    original: line.cot,
    compressed: line.compressed_cot,
    ending: endingOf(line.model_answer),
    isCorrect: line.is_correct,
    sourceRatio: before === undefined || after === undefined ? null : after / before,
  };
}

function originalExample(line: z.infer<typeof originalLine>): OfficialExample {
  const cot = line.cot ?? line.model_output;
  return {
    instruction: INSTRUCTION,
    question: line.messages[0]?.content ?? '',
    ratio: 1,
    original: cot,
    compressed: cot,
    ending: endingOf(line.prediction),
    isCorrect: line.accuracy,
    sourceRatio: null,
  };
}

function endingOf(text: string): string {
  return `${ENDING} $\\boxed{${text}}$`;
}

/** Question and ratio; 1 where none is written, null where something else stands in its place. */
function askedOf(input: string): Pick<OfficialExample, 'question' | 'ratio'> | null {
  if (!input.includes(RATIO_TOKEN)) return { question: input, ratio: 1 };
  const [question = '', figure = '', ...rest] = input.split(RATIO_TOKEN);
  const ratio = /^[01](\.\d+)?$/.test(figure) ? Number(figure) : 0;
  if (rest.join('') !== '' || rest.length !== 1 || !(ratio > 0 && ratio <= 1)) return null;
  return { question: question.trimEnd(), ratio };
}

const NO_RATIO: LineProblem = {
  key: '',
  message: 'The file’s name does not say the ratio of its chains.',
  hint: 'Name it as the published script does, e.g. train_outputs_compressed_ratio_0.5.jsonl.',
};

const BROKEN_RATIO: LineProblem = {
  key: 'input',
  message: `What stands behind the question is no ratio above 0, at most 1, between two ${RATIO_TOKEN}.`,
  hint: `Write {question}${RATIO_TOKEN}0.5${RATIO_TOKEN}, or the question alone at ratio 1.`,
};

function problem(key: string, { message, hint }: LineProblem): ParsedExample {
  return { problems: [{ key, message, hint }] };
}

function parsed<S extends z.ZodType>(
  schema: S,
  value: unknown,
  make: (line: z.infer<S>) => ParsedExample,
): ParsedExample {
  const result = schema.safeParse(value);
  if (result.success) return make(result.data);
  return {
    problems: result.error.issues.map(({ path, message }) => ({
      key: path.map(String).join('.'),
      message: `${message}.`,
      hint: 'Use a file as LLMLingua.py or get_llamafactory_input.py of hemingkx/TokenSkip writes it.',
    })),
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
