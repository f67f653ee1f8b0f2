import { Command, CommanderError } from 'commander';
import type { OpenApplication } from './application.js';
import { addBenchCommand } from './commands/bench.js';
import { addCompareCommand } from './commands/compare.js';
import { addFitCommand } from './commands/fit.js';
import { addRecomputeCommand } from './commands/recompute.js';
import { addRegistryCommands } from './commands/registries.js';
import { addRunCommands } from './commands/runs.js';
import { addServiceCommands } from './commands/service.js';
import { addStoredRunCommands } from './commands/stored-runs.js';
import { addTokenskipCommand } from './commands/tokenskip.js';
import { createEnvironment, type Environment } from './environment.js';
import { errorText, EXIT, exitCodeOf } from './exit-codes.js';
import { processTerminal } from './terminal.js';

export function createProgram(environment: Environment, version: string): Command {
  const program = new Command('laconic')
    .description('Measures how much of a language model’s chain-of-thought is needed.')
    .version(version, '-V, --version', 'print the version')
    .option('--debug', 'print stack traces with errors')
    .addHelpText('after', '\nExample:\n  laconic run datasets/suites/demo.yaml')
    .configureOutput({ writeOut: environment.terminal.out, writeErr: environment.terminal.err })
    .exitOverride()
    .showHelpAfterError('(--help shows what is allowed)');
  addRunCommands(program, environment);
  addStoredRunCommands(program, environment);
  addCompareCommand(program, environment);
  addRecomputeCommand(program, environment);
  addServiceCommands(program, environment);
  addRegistryCommands(program, environment);
  addFitCommand(program, environment);
  addTokenskipCommand(program, environment);
  addBenchCommand(program, environment);
  for (const command of allCommands(program)) command.exitOverride().configureOutput(program.configureOutput());
  return program;
}

/** Runs the command line; the returned number is the exit code. */
export async function main(
  argv: readonly string[],
  version: string,
  makeEnvironment = processEnvironment,
): Promise<number> {
  let exitCode: number = EXIT.done;
  const environment = makeEnvironment((code) => (exitCode = code));
  const program = createProgram(environment, version);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    environment.terminal.err(errorText(error, program.opts<{ debug?: boolean }>().debug === true));
    return exitCodeOf(error);
  }
}

function processEnvironment(setExitCode: (code: number) => void): Environment {
  return createEnvironment({
    terminal: processTerminal(),
    interrupted: interruption(),
    pollMilliseconds: 300,
    setExitCode,
    // Loaded late: `--help` and usage errors need none of it.
    open: async (options) =>
      ((await import('../command-line.js')) as { openApplication: OpenApplication }).openApplication(options),
    serve: async (options) => (await import('../application.js')).serve(options),
    work: async () => (await import('../application.js')).work(),
  });
}

/** The first Ctrl-C asks for a clean stop, the second ends the process. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
    process.stderr.write('\nstopping; press Ctrl-C again to stop at once\n');
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return controller.signal;
}

function allCommands(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...allCommands(child)]);
}
