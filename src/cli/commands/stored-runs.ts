import { join } from 'node:path';
import { Option, type Command } from 'commander';
import type { ExportFormat } from '../../results/index.js';
import type { Environment } from '../environment.js';
import { defaultFolder } from '../options.js';

/** Written out, because importing the list would load the service for `--help`. */
const EXPORT_FORMATS = ['csv', 'jsonl', 'md'] as const satisfies readonly ExportFormat[];

/** Commands on runs that are stored already. */
export function addStoredRunCommands(program: Command, environment: Environment): void {
  addList(program, environment);
  addOutputs(program, environment);
}

function addList(program: Command, environment: Environment): void {
  const { terminal } = environment;
  program
    .command('runs')
    .description('the runs of this database')
    .command('ls')
    .description('list the runs, newest first')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  laconic runs ls --json')
    .action(async ({ json }: { json?: boolean }) => {
      await environment.withApplication({ kind: 'none' }, async (application) => {
        const { plainText } = await import('../../results/index.js');
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
            `${run.id}  ${run.status.padEnd(9)}  ${run.createdAt}  ${run.progress.done}/${run.progress.total}  ${plainText(run.suite)}\n`,
          );
        }
        return 0;
      });
    });
}

function addOutputs(program: Command, environment: Environment): void {
  const { terminal } = environment;
  program
    .command('report <run>')
    .description('write the report of a finished run again')
    .option('--out <file>', 'the file (default: reports/out/<run id>/report.html)')
    .addHelpText('after', '\nExample:\n  laconic report 3f9c2a51b07e --out report.html')
    .action(async (runId: string, { out }: { out?: string }) => {
      await environment.withApplication({ kind: 'none' }, async (application) => {
        terminal.out(`${await application.outputs.report(runId, out ?? join(defaultFolder(runId), 'report.html'))}\n`);
        return 0;
      });
    });

  program
    .command('export <run>')
    .description('print the samples (csv, jsonl) or the table of arms (md) of a run')
    .addOption(new Option('--format <format>', 'form of the output').choices(EXPORT_FORMATS).makeOptionMandatory())
    .option('--out <file>', 'file to write instead of stdout')
    .addHelpText('after', '\nExample:\n  laconic export 3f9c2a51b07e --format csv > samples.csv')
    .action(async (runId: string, { format, out }: { format: ExportFormat; out?: string }) => {
      await environment.withApplication({ kind: 'none' }, async (application) => {
        const texts = application.outputs.export(runId, format);
        if (out !== undefined) {
          const { writeAtomically } = await import('../../results/index.js');
          await writeAtomically(out, texts);
          terminal.out(`${out}\n`);
          return 0;
        }
        for await (const text of texts) {
          terminal.out(text);
          await terminal.drained();
        }
        return 0;
      });
    });
}
