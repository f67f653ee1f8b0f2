import { ensureDatabase } from '../../src/platform/database/ensure-database.js';

/**
 * A process that uses the embedded database in the folder given as its argument: prints what it logs as `log: …` and its
 * URL as `url: …`, and leaves when its standard input ends.
 */
async function main(home: string): Promise<void> {
  const database = await ensureDatabase({ databaseUrl: null, home }, (line) => process.stdout.write(`log: ${line}\n`));
  process.stdout.write(`url: ${database.url}\n`);
  for await (const _chunk of process.stdin);
  await database.release();
  process.stdout.write('released\n');
}

main(process.argv[2] ?? '').catch((error: unknown) => {
  process.stdout.write(`error: ${String(error)}\n`);
  process.exitCode = 1;
});
