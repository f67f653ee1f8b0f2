import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import type { SuiteInput } from '../../domain/index.js';
import type { Environment } from '../environment.js';
import { defaultFolder, parseCount } from '../options.js';
import type { FollowOptions } from './follow-run.js';

interface RunFlags {
  readonly limit?: number;
  readonly out?: string;
  readonly arm?: string[];
  readonly set?: string[];
  readonly tokenIds?: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** Modules that bring in the service are imported when a command runs: help and usage errors must not wait for them. */
export function addRunCommands(program: Command, environment: Environment): void {
  const { terminal } = environment;

  suiteOptions(program.command('run <suite>'))
    .description('run a suite to its end and write its report')
    .option('--out <dir>', 'folder for report.html, result.json and samples.jsonl (default: reports/out/<run id>)')
    .option('--token-ids', 'write token ids into samples.jsonl')
    .option('--quiet', 'no progress')
    .option('--json', 'print result.json on stdout instead of the table')
    .addHelpText('after', '\nExample:\n  laconic run datasets/suites/demo.yaml --limit 10 --set model=reference-nano')
    .action(async (file: string, flags: RunFlags) => {
      const suite = await readSuite(file, flags);
      const runId = randomBytes(6).toString('hex');
      await environment.withApplication({ kind: 'run', runId }, async (application) => {
        await application.runs.create({ suite, id: runId });
        terminal.err(`run ${runId}\n`);
        const { followRun } = await import('./follow-run.js');
        return followRun(application, runId, followOptions(runId, flags), environment);
      });
    });

  program
    .command('resume <run>')
    .description('finish what a run is missing, nothing else')
    .option('--out <dir>', 'folder for the files (default: reports/out/<run id>)')
    .option('--token-ids', 'write token ids into samples.jsonl')
    .option('--quiet', 'no progress')
    .option('--json', 'print result.json on stdout instead of the table')
    .addHelpText('after', '\nExample:\n  laconic resume 3f9c2a51b07e')
    .action(async (runId: string, flags: RunFlags) => {
      await environment.withApplication({ kind: 'run', runId }, async (application) => {
        await application.runs.resume(runId);
        const { followRun } = await import('./follow-run.js');
        return followRun(application, runId, followOptions(runId, flags), environment);
      });
    });

  suiteOptions(program.command('plan <suite>'))
    .description('show what a run would do, without doing it')
    .option('--json', 'print the plan as JSON')
    .addHelpText('after', '\nExample:\n  laconic plan datasets/suites/full.yaml')
    .action(async (file: string, flags: RunFlags) => {
      const suite = await readSuite(file, flags);
      await environment.withApplication({ kind: 'plan' }, async (application) => {
        const { planText } = await import('./plan-text.js');
        const plan = await application.runs.plan({ suite });
        terminal.out(flags.json ? `${JSON.stringify(plan, null, 2)}\n` : planText(plan));
        return 0;
      });
    });

  addSuiteCommands(program, environment);
}

function addSuiteCommands(program: Command, { terminal }: Environment): void {
  program
    .command('suite')
    .description('suite files')
    .command('validate <suite>')
    .description('check a suite file without running anything; every problem with its line')
    .option('--set <key=value...>', 'override a value of the suite')
    .addHelpText('after', '\nExample:\n  laconic suite validate my-suite.yaml')
    .action(async (file: string, flags: RunFlags) => {
      const { name, datasets, arms } = await readSuite(file, flags);
      const names = arms.map((arm) => arm.name).join(', ');
      terminal.out(`suite ${name} is valid: ${datasets.length} data sets, ${arms.length} arms (${names})\n`);
    });
}

function suiteOptions(command: Command): Command {
  return command
    .option('--limit <n>', 'at most so many items of each data set', parseCount)
    .option('--arm <name...>', 'only these arms; the one compared with always stays')
    .option('--set <key=value...>', 'override a value of the suite');
}

async function readSuite(file: string, flags: RunFlags): Promise<SuiteInput> {
  const { readSuiteFile } = await import('../../suites/index.js');
  return readSuiteFile(file, { set: flags.set ?? [], arms: flags.arm ?? [], limit: flags.limit });
}

function followOptions(runId: string, flags: RunFlags): FollowOptions {
  return {
    out: flags.out ?? defaultFolder(runId),
    tokenIds: flags.tokenIds ?? false,
    json: flags.json ?? false,
    quiet: flags.quiet ?? false,
  };
}
