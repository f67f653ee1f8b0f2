import { join } from 'node:path';
import { Option, type Command } from 'commander';
import { LaconicError } from '../../domain/index.js';
import type { ExportFormat, RunExport } from '../../results/index.js';
import type { Environment } from '../environment.js';
import { defaultFolder } from '../options.js';
import type { Terminal } from '../terminal.js';

/** Written out, because importing the list would load the service for `--help`. */
const EXPORT_FORMATS = [
  'csv',
  'jsonl',
  'md',
  'latex',
  'parquet',
  'lm-eval',
  'inspect',
] as const satisfies readonly ExportFormat[];

/** What a stream of text cannot carry: bytes, and several files. */
const NEEDS_OUT: readonly ExportFormat[] = ['parquet', 'lm-eval', 'inspect'];

/** Commands on runs that are stored already. */
export function addStoredRunCommands(program: Command, environment: Environment): void {
  addList(program, environment);
  addReport(program, environment);
  addExport(program, environment);
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

function addReport(program: Command, environment: Environment): void {
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
}

function addExport(program: Command, environment: Environment): void {
  const examples = [
    'laconic export 3f9c2a51b07e --format csv > samples.csv',
    'laconic export 3f9c2a51b07e --format parquet --out samples.parquet',
    'laconic export 3f9c2a51b07e --format inspect --out logs    # then: inspect view --log-dir logs',
  ];
  program
    .command('export <run>')
    .description(
      'the samples of a run (csv, jsonl, parquet), its table of arms with ± (md, latex), ' +
        'or logs for lm-evaluation-harness (lm-eval: a folder per arm) and Inspect (inspect: a log per arm and data set)',
    )
    .addOption(new Option('--format <format>', 'form of the output').choices(EXPORT_FORMATS).makeOptionMandatory())
    .option('--out <path>', 'file, or folder for lm-eval and inspect, to write instead of stdout')
    .addHelpText('after', `\nExample:\n${examples.map((example) => `  ${example}`).join('\n')}`)
    .action(async (runId: string, { format, out }: { format: ExportFormat; out?: string }) => {
      if (out === undefined && NEEDS_OUT.includes(format)) throw needsOut(format);
      await environment.withApplication({ kind: 'none' }, async (application) => {
        await deliver(application.outputs.export(runId, format), out, environment.terminal);
        return 0;
      });
    });
}

async function deliver(output: RunExport, out: string | undefined, terminal: Terminal): Promise<void> {
  if (out !== undefined) {
    const { writeAtomically, writeExportFolder } = await import('../../results/index.js');
    if (output.kind === 'folder') await writeExportFolder(out, output.files);
    else await writeAtomically(out, output.chunks);
    terminal.out(`${out}\n`);
    return;
  }
  if (output.kind !== 'text') return;
  for await (const text of output.chunks) {
    terminal.out(text);
    await terminal.drained();
  }
}

function needsOut(format: ExportFormat): LaconicError {
  const [what, example] = format === 'parquet' ? ['a file of bytes', 'samples.parquet'] : ['a folder', 'exported'];
  return new LaconicError('usage', `--format ${format} gives ${what}, which stdout cannot take.`, {
    hint: `Say where to write it: --format ${format} --out ${example}`,
    where: '--out',
  });
}
