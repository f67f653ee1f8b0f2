import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LaconicError } from '../../domain/index.js';
import { isLivingStamp, processStamp } from './process-stamp.js';

const FREE = 'free';
const POLL_MILLISECONDS = 25;
/** A file that stays empty this long was left by a process that died between creating and writing it. */
const EMPTY_MILLISECONDS = 10_000;

interface Generation {
  readonly number: number;
  readonly held: boolean;
}

export interface ProcessLockOptions {
  readonly waitMilliseconds: number;
  /** Called once when the lock is not free at the first try. */
  readonly onWait: () => void;
}

/**
 * A lock among processes that survives the death of its holder. Each holder makes the file `lock.<n>` with the next
 * number; the newest file says who holds. A dead holder's file is never deleted to take over but outnumbered, so two
 * processes that find it dead cannot both win, and the newest file is never deleted, so numbers only grow.
 */
export class ProcessLock {
  constructor(
    private readonly folder: string,
    private readonly options: ProcessLockOptions,
  ) {}

  async hold<T>(work: () => Promise<T>): Promise<T> {
    const number = await this.take();
    try {
      return await work();
    } finally {
      writeFileSync(this.file(number), FREE);
    }
  }

  private async take(): Promise<number> {
    const deadline = Date.now() + this.options.waitMilliseconds;
    for (let round = 0; ; round++) {
      const number = this.tryTake();
      if (number !== null) return number;
      if (round === 0) this.options.onWait();
      if (Date.now() > deadline) throw this.timeout();
      await sleep(POLL_MILLISECONDS);
    }
  }

  private tryTake(): number | null {
    const newest = this.newest();
    if (newest?.held) return null;
    const number = (newest?.number ?? 0) + 1;
    try {
      writeFileSync(this.file(number), processStamp(process.pid) ?? '', { flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return null;
      throw error;
    }
    // The number can have been used and deleted since it was looked up; then a higher one exists, and that one counts.
    if ((this.newest()?.number ?? 0) > number) {
      rmSync(this.file(number), { force: true });
      return null;
    }
    for (const older of this.numbers().filter((each) => each < number)) rmSync(this.file(older), { force: true });
    return number;
  }

  private newest(): Generation | null {
    const number = Math.max(0, ...this.numbers());
    return number === 0 ? null : { number, held: isHeld(this.file(number)) };
  }

  private numbers(): number[] {
    return readdirSync(this.folder).flatMap((name) => Number(/^lock\.(\d+)$/.exec(name)?.[1] ?? []));
  }

  private file(number: number): string {
    return join(this.folder, `lock.${number}`);
  }

  private timeout(): LaconicError {
    const seconds = Math.round(this.options.waitMilliseconds / 1000);
    return new LaconicError(
      'database-unavailable',
      `Another Laconic process has been busy with the database for ${seconds} s.`,
      {
        hint: `Try again when it is done. If no Laconic process runs, delete the files lock.* in ${this.folder}.`,
        where: this.folder,
      },
    );
  }
}

function isHeld(file: string): boolean {
  try {
    const text = readFileSync(file, 'utf8');
    if (text !== '') return text !== FREE && isLivingStamp(text);
    return Date.now() - statSync(file).mtimeMs < EMPTY_MILLISECONDS;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    throw error;
  }
}
