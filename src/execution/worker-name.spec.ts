import { spawnSync } from 'node:child_process';
import { newWorkerName, workerIsGone } from './worker-name.js';

/** The name that another process of this machine would bear. */
function nameOf(process: string): string {
  return newWorkerName().replace(/\/.*\//, `/${process}/`);
}

describe('worker names', () => {
  it('differ between two workers of one process', () => {
    expect(newWorkerName()).not.toBe(newWorkerName());
  });

  it('show a living process as alive and an ended one as gone', () => {
    const ended = spawnSync(process.execPath, ['-e', '']).pid;
    expect(workerIsGone(newWorkerName())).toBe(false);
    expect(workerIsGone(nameOf(`${ended} 1`))).toBe(true);
  });

  it('show a worker as gone when a later process got its id', () => {
    expect(workerIsGone(nameOf(`${process.pid} 1`))).toBe(true);
  });

  it('never call a worker of another machine gone, nor one whose name says nothing', () => {
    expect(workerIsGone('elsewhere/1 1/abc')).toBe(false);
    expect(workerIsGone(nameOf('unknown'))).toBe(false);
    expect(workerIsGone('nonsense')).toBe(false);
  });
});
