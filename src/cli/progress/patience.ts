import { LaconicError } from '../../domain/index.js';

/** How long the database may be away before the command gives up; the run itself loses nothing by it. */
const PATIENCE_MS = 60_000;

/** Bears a database that is away for a while: the work goes on when it is back. */
export class Patience {
  private since: number | null = null;

  constructor(
    private readonly note: (text: string) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** The answer; null while the database is away. */
  async ask<T>(question: () => Promise<T>): Promise<T | null> {
    try {
      const answer = await question();
      if (this.since !== null) this.note('the database is back');
      this.since = null;
      return answer;
    } catch (error) {
      if (!(error instanceof LaconicError) || error.code !== 'database-unavailable') throw error;
      const now = this.now();
      if (this.since === null) this.note('the database does not answer; waiting for it');
      this.since ??= now;
      if (now - this.since > PATIENCE_MS) throw error;
      return null;
    }
  }
}
