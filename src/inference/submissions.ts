import type { GenerationTask } from './generation-work.js';

/** Hands tasks to an engine; while they run, `more` takes what their samples call for. */
export type Submit = (
  tasks: readonly GenerationTask[],
  more: (tasks: readonly GenerationTask[]) => void,
) => Promise<void>;

/**
 * Submits tasks and whatever follows them: as soon as it is known or, `inTurn`, when what runs is over, so that nothing
 * runs beside it. Resolves when nothing is left; rejects with the first failure once all submissions are over, and submits
 * nothing behind it.
 */
export async function submitAll(tasks: readonly GenerationTask[], submit: Submit, inTurn = false): Promise<void> {
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const waiting: GenerationTask[] = [];
  const start = (wanted: readonly GenerationTask[]): void => {
    if (failures.length > 0) return;
    const submission = submit(wanted, (more) => {
      if (inTurn) waiting.push(...more);
      else if (more.length > 0) start(more);
    })
      .catch((error: unknown) => void failures.push(error))
      .finally(() => running.delete(submission));
    running.add(submission);
  };
  start(tasks);
  while (running.size > 0) {
    await Promise.all(running);
    if (running.size === 0 && waiting.length > 0) start(waiting.splice(0));
  }
  if (failures.length > 0) throw failures[0];
}
