import { spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import { newWorkerName, workerIsGone } from './worker-name.js';

describe('worker names', () => {
  it('differ between two workers of one process', () => {
    expect(newWorkerName()).not.toBe(newWorkerName());
  });

  it('show a living process as alive and an ended one as gone', () => {
    const ended = spawnSync(process.execPath, ['-e', '']).pid;
    expect(workerIsGone(newWorkerName())).toBe(false);
    expect(workerIsGone(`${hostname()}/${ended}/abc`)).toBe(true);
  });

  it('never call a worker of another host gone', () => {
    expect(workerIsGone('elsewhere/1/abc')).toBe(false);
    expect(workerIsGone('nonsense')).toBe(false);
  });
});
