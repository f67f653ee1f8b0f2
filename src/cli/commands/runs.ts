import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { EXPORT_FORMATS, type ExportFormat } from '../../results/index.js';
import { readSuiteFile } from '../../suites/index.js';
import type { Environment } from '../environment.js';
import { parseCount } from '../options.js';
import { followRun } from './follow-run.js';
import { planText } from './plan-text.js';

interface RunFlags {
  readonly limit?: number;
  readonly out?: string;
  readonly arm?: string[];
  readonly set?: string[];
  readonly tokenIds?: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

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
        const plan = await application.runs.plan({ suite });
        terminal.out(flags.json ? `${JSON.stringify(plan, null, 2)}\n` : planText(plan));
        return 0;
      });
    });

  addStoredRunCommands(program, environment);
}

function addStoredRunCommands(program: Command, environment: Environment): void {
  const { terminal } = environment;
  program
    .command('runs')
    .description('the runs of this database')
    .command('ls')
    .description('list the runs, newest first')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  laconic runs ls --json')
    .action(async ({ json }: RunFlags) => {
      await environment.withApplication({ kind: 'none' }, async (application) => {
        const runs = (await application.runs.list()).map(({ id, suite, status, createdAt, progress }) => ({
          id,
          suite,
          status,
          createdAt,
          progress,
        }));
        if (json) terminal.out(`${JSON.stringify(runs, null, 2)}\n`);
        else if (runs.length === 0)
          terminal.err('no runs yet; start one with `laconic run datasets/suites/demo.yaml`\n');
        for (const run of json ? [] : runs) {
          terminal.out(
            `${run.id}  ${run.status.padEnd(9)}  ${run.createdAt}  ${run.progress.done}/${run.progress.total}  ${run.suite}\n`,
          );
        }
        return 0;
      });
    });

  program
    .command('report <run>')
    .description('write the report of a finished run again')
    .option('--out <file>', 'the file (default: reports/out/<run id>/report.html)')
    .addHelpText('after', '\nExample:\n  laconic report 3f9c2a51b07e --out report.html')
    .action(async (runId: string, { out }: RunFlags) => {
      await environment.withApplication({ kind: 'none' }, async (application) => {
        terminal.out(`${await application.outputs.report(runId, out ?? join(defaultFolder(runId), 'report.html'))}\n`);
        return 0;
      });
    });

  program
    .command('export <run>')
    .description('print the samples (csv, jsonl) or the table of arms (md) of a run')
    .requiredOption('--format <format>', EXPORT_FORMATS.join(' | '), exportFormat)
    .addHelpText('after', '\nExample:\n  laconic export 3f9c2a51b07e --format csv > samples.csv')
    .action(async (runId: string, { format }: { format: ExportFormat }) => {
      await environment.withApplication({ kind: 'none' }, async (application) => {
        for await (const text of application.outputs.export(runId, format)) terminal.out(text);
        return 0;
      });
    });
}

function suiteOptions(command: Command): Command {
  return command
    .option('--limit <n>', 'at most so many items of each data set', parseCount)
    .option('--arm <name...>', 'only these arms; the one compared with always stays')
    .option('--set <key=value...>', 'override a value of the suite');
}

async function readSuite(file: string, flags: RunFlags): ReturnType<typeof readSuiteFile> {
  return readSuiteFile(file, { set: flags.set ?? [], arms: flags.arm ?? [], limit: flags.limit });
}

function followOptions(runId: string, flags: RunFlags): Parameters<typeof followRun>[2] {
  return {
    out: flags.out ?? defaultFolder(runId),
    tokenIds: flags.tokenIds ?? false,
    json: flags.json ?? false,
    quiet: flags.quiet ?? false,
  };
}

function defaultFolder(runId: string): string {
  return join('reports', 'out', runId);
}

function exportFormat(text: string): ExportFormat {
  const format = EXPORT_FORMATS.find((known) => known === text);
  if (format) return format;
  throw new InvalidArgumentError(`one of ${EXPORT_FORMATS.join(', ')}`);
}
