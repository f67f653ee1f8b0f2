import { InvalidArgumentError, type Command } from 'commander';
import type { Environment } from '../environment.js';

interface FitFlags {
  readonly run: string;
  readonly arm: string;
  readonly ridge: number;
  readonly name?: string;
  readonly out?: string;
}

/** Commands that fit something on calibration items. */
export function addFitCommand(program: Command, environment: Environment): void {
  program
    .command('fit')
    .description('fit what a technique needs, on calibration items')
    .command('overclock')
    .description('fit how far along the thinking is, from the states of a stored baseline run; overclock steers by it')
    .requiredOption('--run <run>', 'a finished run on calibration items, e.g. of datasets/suites/calibration.yaml')
    .option('--arm <name>', 'its baseline arm', 'baseline')
    .option('--ridge <lambda>', 'weight of the penalty on the direction', parseRidge, 1000)
    .option('--name <name>', 'register the vector under this name')
    .option('--out <file>', 'write the vector to a file instead')
    .addHelpText('after', '\nExample:\n  laconic fit overclock --run 3f9c2a51b07e --name mine')
    .action(async (flags: FitFlags, command: Command) => {
      const { run: runId, arm, ridge, name, out } = flags;
      if ((name === undefined) === (out === undefined)) {
        command.error('error: name either --name or --out', { exitCode: 2 });
      }
      await environment.withApplication({ kind: 'plan' }, async (application) => {
        environment.terminal.err(`reading the thinking of ${arm} in run ${runId} once more\n`);
        const signal = environment.interrupted;
        const target = name === undefined ? { file: out ?? '' } : { name };
        const { sha256, vector } = await application.fit.overclock({ runId, arm, ridge, seed: 1, signal }, target);
        const { r2, heldOutR2, items, tokens } = vector.fit;
        environment.terminal.out(
          `${name ?? out}: R² ${heldOutR2.toFixed(3)} on items held out, ${r2.toFixed(3)} where fitted ` +
            `(${items} items, ${tokens} thinking tokens); sha256 ${sha256}\n`,
        );
        return 0;
      });
    });
}

function parseRidge(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0 && value <= 1e12))
    throw new InvalidArgumentError('a number above 0, at most 1e12');
  return value;
}
