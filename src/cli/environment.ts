import type { LaconicApplication, OpenApplication, OpenOptions } from './application.js';
import type { Terminal } from './terminal.js';

/** What commands are given instead of reaching for globals. */
export interface Environment {
  readonly terminal: Terminal;
  readonly interrupted: AbortSignal;
  /** Between two looks at a run. */
  readonly pollMilliseconds: number;
  /** Opens the application, runs the command, closes whatever happens, and keeps the exit code. */
  readonly withApplication: (
    work: OpenOptions['work'],
    command: (application: LaconicApplication) => Promise<number>,
  ) => Promise<void>;
  readonly serve: (options: {
    readonly port?: number | undefined;
    readonly workers?: number | undefined;
  }) => Promise<void>;
  readonly work: () => Promise<void>;
}

export interface EnvironmentOptions {
  readonly terminal: Terminal;
  readonly interrupted: AbortSignal;
  readonly pollMilliseconds: number;
  readonly open: OpenApplication;
  readonly serve: Environment['serve'];
  readonly work: Environment['work'];
  readonly setExitCode: (code: number) => void;
}

export function createEnvironment(options: EnvironmentOptions): Environment {
  const { terminal, interrupted, pollMilliseconds, open, serve, work, setExitCode } = options;
  return {
    terminal,
    interrupted,
    pollMilliseconds,
    serve,
    work,
    withApplication: async (kind, command) => {
      const application = await open({ work: kind, log: (line) => terminal.err(`${line}\n`) });
      try {
        setExitCode(await command(application));
      } finally {
        await application.close();
      }
    },
  };
}
