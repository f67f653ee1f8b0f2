import { InvalidArgumentError, Option, type Command } from 'commander';
import type { CompressForecast, CompressRequest, ImportRequest, TrainingFolderCard } from '../../compression/index.js';
import type { RatioControl } from '../../domain/index.js';
import type { Environment } from '../environment.js';
import { parseCount, parseUpTo } from '../options.js';
import type { Terminal } from '../terminal.js';

// Written out, because importing the lists would load the service for `--help`.
const SCORERS = [
  'llmlingua2',
  'self-information',
  'answer-contribution',
  'random',
  'keep-numbers',
  'truncate',
] as const satisfies readonly CompressRequest['scorer'][];
const UNITS = ['line', 'token'] as const;
const CONTROLS = ['reference', 'qwen', 'llama3'] as const satisfies readonly RatioControl[];
const FORMATS = [
  'llama-factory',
  'sharegpt',
  'messages',
] as const satisfies readonly CompressRequest['formats'][number][];

const LARGEST_SEED = 999_999_999;

interface FolderFlags {
  readonly out: string;
  readonly perChain: CompressRequest['perChain'];
  readonly seed: number;
  readonly control: RatioControl;
  readonly formats: CompressRequest['formats'];
  readonly force?: true;
}

interface CompressFlags extends FolderFlags {
  readonly run: string;
  readonly arm: string;
  readonly scorer: CompressRequest['scorer'];
  readonly ratios: readonly number[];
  readonly maxTokens: number;
  readonly forceTokens: readonly string[];
  readonly reserveDigits?: true;
  readonly dropConsecutive?: true;
  readonly unit: (typeof UNITS)[number];
  readonly modelFile?: string;
  readonly tokenizerFile?: string;
}

interface ImportFlags extends FolderFlags {
  readonly model?: string;
}

/** Commands around training a model to skip tokens (TokenSkip). */
export function addTokenskipCommand(program: Command, environment: Environment): void {
  const tokenskip = program
    .command('tokenskip')
    .description('make training files of compressed chains of thought (TokenSkip)');
  addCompress(tokenskip, environment);
  addImport(tokenskip, environment);
}

function addCompress(tokenskip: Command, environment: Environment): void {
  const command = tokenskip
    .command('compress')
    .description('drop the least important tokens of a run’s correct chains, and write training files and a preview')
    .requiredOption('--run <run>', 'a finished run on calibration items or items of your own')
    .option('--arm <name>', 'its baseline arm', 'baseline')
    .addOption(
      new Option('--scorer <name>', 'what says how important a token is').choices(SCORERS).makeOptionMandatory(),
    )
    .option('--ratios <list>', 'shares of the tokens to keep', parseRatios, [0.5, 0.6, 0.7, 0.8, 0.9, 1])
    .option('--max-tokens <n>', 'leave longer chains out', parseCount, 500)
    .option('--force-tokens <list>', 'tokens to keep whatever their importance, e.g. Step,:', parseWords, [])
    .option('--reserve-digits', 'keep tokens with a digit')
    .option('--drop-consecutive', 'drop a forced token that would follow an equal one')
    .addOption(
      new Option('--unit <unit>', 'what answer-contribution leaves out at a time').choices(UNITS).default('line'),
    )
    .option('--model-file <file>', 'ONNX file of the token classifier of llmlingua2')
    .option('--tokenizer-file <file>', 'its tokenizer.json');
  addFolderOptions(command, 'reference')
    .addHelpText(
      'after',
      '\nExample:\n  laconic tokenskip compress --run 3f9c2a51b07e --scorer keep-numbers --ratios 0.5,0.7,1.0 --out chains',
    )
    .action(async (flags: CompressFlags) => compress(flags, environment));
}

function addImport(tokenskip: Command, environment: Environment): void {
  const command = tokenskip
    .command('import <file...>')
    .description('check compressed chains of the published scripts, and write the same files as compress does')
    .option('--model <alias>', 'count with this model’s tokenizer (default: count words)');
  addFolderOptions(command, 'qwen')
    .addHelpText(
      'after',
      '\nExample:\n  laconic tokenskip import Compression/train_outputs_compressed_ratio_*.jsonl --model reference --out chains',
    )
    .action(async (files: string[], flags: ImportFlags) => importFiles(files, flags, environment));
}

/** What both commands are asked about the folder that they write. */
function addFolderOptions(command: Command, control: RatioControl): Command {
  return command
    .requiredOption('--out <folder>', 'folder to write')
    .addOption(
      new Option('--per-chain <which>', 'one of the ratios, drawn for each chain, or all of them')
        .choices(['one', 'all'])
        .default('one'),
    )
    .option('--seed <n>', 'of all draws', parseUpTo(LARGEST_SEED), 42)
    .addOption(new Option('--control <form>', 'how the prompt names the ratio').choices(CONTROLS).default(control))
    .option('--formats <list>', `training files: ${FORMATS.join(', ')}`, parseFormats, FORMATS)
    .option('--force', 'replace a folder that this command wrote before');
}

async function importFiles(files: string[], flags: ImportFlags, environment: Environment): Promise<void> {
  const { out: directory, perChain, seed, control, formats, force: replace = false, model = null } = flags;
  const request: ImportRequest = { files, directory, replace, model, perChain, seed, control, formats };
  await environment.withApplication({ kind: 'plan' }, async ({ tokenskip }) => {
    const card = await tokenskip.import(request, environment.interrupted);
    environment.terminal.out(`${cardText(card)}${directory}/preview.html\n`);
    return 0;
  });
}

async function compress(flags: CompressFlags, { withApplication, terminal, interrupted }: Environment): Promise<void> {
  await withApplication({ kind: 'plan' }, async ({ tokenskip }) => {
    const card = await tokenskip.compress(requestOf(flags), {
      signal: interrupted,
      onForecast: (forecast) => terminal.err(`${forecastText(forecast)}\n`),
      onProgress: progressLine(terminal),
    });
    terminal.out(`${cardText(card)}${flags.out}/preview.html\n`);
    return 0;
  });
}

function requestOf(flags: CompressFlags): CompressRequest {
  const { unit, modelFile, tokenizerFile } = flags;
  const scorerOptions = { unit, modelFile, tokenizerFile };
  const { run: runId, arm, scorer, out: directory, ratios, perChain, seed, maxTokens, control, formats } = flags;
  const keep = {
    forceTokens: flags.forceTokens,
    reserveDigits: flags.reserveDigits ?? false,
    dropConsecutive: flags.dropConsecutive ?? false,
  };
  const replace = flags.force ?? false;
  return {
    runId,
    arm,
    scorer,
    scorerOptions,
    directory,
    replace,
    ratios,
    perChain,
    seed,
    maxTokens,
    control,
    formats,
    keep,
  };
}

function forecastText({ chains, leftOut, tokens, seconds }: CompressForecast): string {
  const left = Object.entries(leftOut).map(([reason, count]) => `${count} ${reason}`);
  const cost =
    tokens === 0 ? 'no token has to be read for it' : `${tokens} tokens to read, about ${Math.ceil(seconds)} s`;
  return `${chains} chains to compress (left out: ${left.join(', ') || 'none'}); ${cost}`;
}

function cardText({ asked, scorer }: TrainingFolderCard): string {
  const rows = asked.map(
    ({ asked: ratio, chains, mean, least, most }) =>
      `${ratio.toFixed(2).padStart(5)}  ${String(chains).padStart(8)}  ${mean.toFixed(3).padStart(5)}  ${least.toFixed(2)}–${most.toFixed(2)}\n`,
  );
  return `${scorer.name}\nasked  examples   kept  range\n${rows.join('')}\n`;
}

/** At most one line for every tenth of the work. */
function progressLine(terminal: Terminal): (done: number, total: number) => void {
  let shown = 0;
  return (done, total) => {
    const tenth = Math.floor((10 * done) / total);
    if (tenth <= shown) return;
    shown = tenth;
    terminal.err(`${done} of ${total} chains scored\n`);
  };
}

function parseRatios(text: string): number[] {
  const ratios = text.split(',').map((part) => (/^\s*(0|1|0?\.\d{1,4}|1\.0{1,4})\s*$/.test(part) ? Number(part) : 0));
  if (ratios.some((ratio) => ratio <= 0) || new Set(ratios).size < ratios.length)
    throw new InvalidArgumentError('shares above 0, at most 1, each once, with commas between, e.g. 0.5,0.7,1.0');
  return ratios;
}

function parseWords(text: string): string[] {
  return text.split(',').filter((word) => word !== '');
}

function parseFormats(text: string): CompressRequest['formats'] {
  const wanted = text.split(',').map((name) => FORMATS.find((format) => format === name));
  if (wanted.includes(undefined)) throw new InvalidArgumentError(`of ${FORMATS.join(', ')}, with commas between`);
  return FORMATS.filter((format) => wanted.includes(format));
}
