import { Argument, Option, type Command } from 'commander';
import type { BenchName, PeerGroup } from '../../benchmarks/index.js';
import type { Environment } from '../environment.js';
import { parseCount } from '../options.js';

/** Written out, because importing the list would load the service for `--help`. */
const NAMES = ['engine', 'sweep', 'service', 'report'] as const satisfies readonly BenchName[];
const PEERS = ['python'] as const satisfies readonly PeerGroup[];
const FEWEST_ROUNDS = 5;

interface BenchFlags {
  readonly json?: boolean;
  readonly peers?: PeerGroup[];
  readonly rounds: number;
  readonly threads: number;
  readonly limit?: number;
  readonly record?: string;
}

export function addBenchCommand(program: Command, environment: Environment): void {
  program
    .command('bench')
    .description('measure speed as ratios against named peers in the same run')
    .addArgument(new Argument('[what]', 'one benchmark (default: all)').choices(NAMES))
    .option('--json', 'print JSON, one document a line')
    .addOption(new Option('--peers <group...>', 'slow peers too, in an environment of their own').choices(PEERS))
    .option('--rounds <n>', 'repetitions, at least 5', parseCount, FEWEST_ROUNDS)
    .option('--threads <n>', 'threads of the engine and of its peers', parseCount, 1)
    .option('--limit <n>', 'at most so many items of each data set', parseCount)
    .option('--record <folder>', 'keep the figures there and write its performance.md again')
    .addHelpText('after', '\nExample:\n  laconic bench engine\n  laconic bench sweep --json')
    .action(async (what: BenchName | undefined, flags: BenchFlags) => bench(what, flags, environment));
}

async function bench(what: BenchName | undefined, flags: BenchFlags, environment: Environment): Promise<void> {
  const { terminal, interrupted } = environment;
  const { benchTable, recordBench, runBenches } = await import('../../benchmarks/index.js');
  const { loadConfig } = await import('../../platform/config/index.js');
  const documents = runBenches({
    names: what === undefined ? NAMES : [what],
    config: loadConfig({ logLevel: 'error' }),
    threads: flags.threads,
    rounds: Math.max(FEWEST_ROUNDS, flags.rounds),
    peers: flags.peers ?? [],
    limit: flags.limit,
    signal: interrupted,
    log: (line) => terminal.err(`${line}\n`),
  });
  for await (const document of documents) {
    terminal.out(flags.json ? `${JSON.stringify(document)}\n` : `${benchTable(document)}\n`);
    if (flags.record !== undefined) terminal.err(`${await recordBench(flags.record, document)}\n`);
  }
}
