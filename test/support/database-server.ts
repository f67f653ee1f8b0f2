import { spawn } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import type { TestDatabase } from './test-database.js';

/** Takes the PostgreSQL of a test database down and brings it up again, as an administrator would. */
export class DatabaseServer {
  private constructor(
    private readonly url: string,
    private readonly data: string,
    private readonly command: readonly string[],
  ) {}

  static async of(database: TestDatabase): Promise<DatabaseServer> {
    const [row] = await database.query<{ data_directory: string }>('SHOW data_directory');
    const data = row!.data_directory;
    const line = await readFile(join(data, 'postmaster.opts'), 'utf8');
    const [binary, rest = ''] = line.trim().split(/ (.*)/s) as [string, string?];
    return new DatabaseServer(database.url, data, [
      binary,
      ...[...rest.matchAll(/"([^"]*)"/g)].map((match) => match[1]!),
    ]);
  }

  /** Open connections are cut. */
  async stop(): Promise<void> {
    const pid = Number((await readFile(join(this.data, 'postmaster.pid'), 'utf8')).split('\n')[0]);
    process.kill(pid, 'SIGINT');
    await until(async () =>
      stat(join(this.data, 'postmaster.pid')).then(
        () => false,
        () => true,
      ),
    );
  }

  async start(): Promise<void> {
    const [binary, ...args] = this.command as [string, ...string[]];
    const { uid, gid } = await stat(this.data);
    const owner = process.getuid?.() === 0 ? { uid, gid } : {};
    spawn(binary, args, { detached: true, stdio: 'ignore', cwd: this.data, ...owner }).unref();
    await until(async () => {
      const client = new Client({ connectionString: this.url });
      const open = await client.connect().then(
        () => true,
        () => false,
      );
      await client.end().catch(() => {});
      return open;
    });
  }
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 50));
}
