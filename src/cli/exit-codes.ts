import { InvalidFileError, LaconicError } from '../domain/index.js';

export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** 2 where the command or one of its inputs is wrong, 130 for an interruption, 1 for everything else. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof LaconicError)) return EXIT.failed;
  switch (error.code) {
    case 'usage':
    case 'suite-invalid':
    case 'unknown-technique':
    case 'technique-refused':
    case 'dataset-unknown':
    case 'dataset-invalid':
    case 'evaluation-items-refused':
    case 'model-unknown':
    case 'model-missing':
    case 'model-invalid':
    case 'run-unknown':
      return EXIT.usage;
    case 'interrupted':
      return EXIT.interrupted;
    default:
      return EXIT.failed;
  }
}

/** What was wrong, where, what to do. */
export function errorText(error: unknown, debug: boolean): string {
  const stack = debug && error instanceof Error ? `\n${error.stack ?? ''}\n` : '';
  if (error instanceof InvalidFileError) return `error: ${error.message}\n${stack}`;
  if (error instanceof LaconicError) {
    const where = error.where === undefined || error.message.includes(error.where) ? '' : `  where: ${error.where}\n`;
    return `error: ${error.message}\n${where}  ${error.hint}\n${stack}`;
  }
  const message = error instanceof Error ? error.message : String(error);
  return `error: ${message}\n  This is a defect; run again with --debug and report what it prints.\n${stack}`;
}
