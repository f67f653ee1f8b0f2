import { FINAL_STATUSES, type RunProgress, type RunStatus } from '../../domain/index.js';
import { armTable, formatTable, resultJson } from '../../results/index.js';
import type { LaconicApplication } from '../application.js';
import { EXIT } from '../exit-codes.js';
import { Patience } from '../progress/patience.js';
import { ProgressView } from '../progress/progress-view.js';
import type { Terminal } from '../terminal.js';

export interface FollowOptions {
  readonly out: string;
  readonly tokenIds: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

export interface CommandContext {
  readonly terminal: Terminal;
  /** Fires at the first Ctrl-C. */
  readonly interrupted: AbortSignal;
  /** Between two looks at a run. */
  readonly pollMilliseconds: number;
}

/** Watches a run to its end, writes its files and prints the table of arms; the report's path is the last line. */
export async function followRun(
  application: LaconicApplication,
  runId: string,
  options: FollowOptions,
  context: CommandContext,
): Promise<number> {
  const { terminal, interrupted } = context;
  const end = await watch(application, runId, options, context);
  // A run that ended while Ctrl-C was pressed has ended: there is nothing to interrupt.
  if (interrupted.aborted && !isFinal(end.status)) {
    await application.runs.cancel(runId);
    terminal.err(`interrupted; what is done is kept. Go on with:\n  laconic resume ${runId}\n`);
    return EXIT.interrupted;
  }
  if (end.status === 'failed' || end.status === 'cancelled') {
    terminal.err(
      `run ${runId} ${end.status}${end.reason === null ? '' : `: ${end.reason}`}\n  Go on with: laconic resume ${runId}\n`,
    );
    return EXIT.failed;
  }
  const { report, result } = await application.outputs.write(runId, options.out, { tokenIds: options.tokenIds });
  if (end.status === 'partial') {
    terminal.err(
      `run ${runId} is partial: ${end.reason ?? 'items are missing'}; findings are off.\n  Try the missing items again: laconic resume ${runId}\n`,
    );
  }
  if (options.json) terminal.out(resultJson(result));
  else terminal.out(`\n${formatTable(armTable(result))}\n\n${report}\n`);
  return end.status === 'completed' ? EXIT.done : EXIT.failed;
}

async function watch(
  application: LaconicApplication,
  runId: string,
  options: FollowOptions,
  { terminal, interrupted, pollMilliseconds }: CommandContext,
): Promise<RunProgress> {
  let progress = await application.runs.progress(runId);
  const view = options.quiet ? null : new ProgressView(terminal, progress);
  const patience = new Patience((text) => view?.note(text));
  while (!isFinal(progress.status) && !interrupted.aborted) {
    await pause(pollMilliseconds, interrupted);
    progress = (await patience.ask(async () => application.runs.progress(runId))) ?? progress;
    view?.update(progress);
  }
  view?.end(progress);
  return progress;
}

function isFinal(status: RunStatus): boolean {
  return FINAL_STATUSES.some((final) => final === status);
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, milliseconds);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}
