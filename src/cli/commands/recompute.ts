import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { LaconicError, type RunResult } from '../../domain/index.js';
import type { Environment } from '../environment.js';
import { EXIT } from '../exit-codes.js';
import { defaultFolder } from '../options.js';

interface RecomputeOptions {
  readonly check?: boolean;
  readonly result?: string;
}

/** Figures are never stored, so what is checked is the file that was written from the samples. */
export function addRecomputeCommand(program: Command, environment: Environment): void {
  program
    .command('recompute <run>')
    .description('aggregate again from the stored samples, and print result.json')
    .option(
      '--check',
      'print nothing, but compare with the result.json that was written; exit with 1 where they differ',
    )
    .option('--result <file>', 'the file to compare with (default: reports/out/<run id>/result.json)')
    .addHelpText('after', '\nExample:\n  laconic recompute 3f9c2a51b07e --check')
    .action(async (runId: string, { check, result }: RecomputeOptions) => {
      await environment.withApplication({ kind: 'none' }, async (application) => {
        const { resultJson } = await import('../../results/index.js');
        const computed = await application.outputs.recompute(runId);
        if (check) return compareWith(result ?? join(defaultFolder(runId), 'result.json'), computed, environment);
        environment.terminal.out(resultJson(computed));
        return EXIT.done;
      });
    });
}

/** Bit for bit: JSON keeps every number whole, so equal text is equal figures. */
async function compareWith(file: string, computed: RunResult, { terminal }: Environment): Promise<number> {
  const { plainText, resultDifferences } = await import('../../results/index.js');
  const differences = resultDifferences(await writtenResult(file), computed);
  const [first] = differences;
  if (first === undefined) {
    terminal.out(`${plainText(file)} is what the samples give\n`);
    return EXIT.done;
  }
  const more = differences.length > 1 ? `; ${differences.length - 1} more differ` : '';
  terminal.err(`${plainText(file)} is not what the samples give\n  first at ${plainText(first)}${more}\n`);
  return EXIT.failed;
}

async function writtenResult(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    const hint = 'Name the result.json of this run with --result, or write it again with `laconic resume <run>`.';
    throw new LaconicError('result-invalid', `${file} is no result.json that can be read.`, {
      hint,
      where: file,
      cause,
    });
  }
}
