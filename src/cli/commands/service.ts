import type { Command } from 'commander';
import type { Environment } from '../environment.js';
import { parseUpTo } from '../options.js';

export function addServiceCommands(program: Command, environment: Environment): void {
  const { terminal } = environment;
  program
    .command('serve')
    .description('API, pages and workers')
    .option('--port <port>', 'port to listen on (default: 3000)', parseUpTo(65_535))
    .option('--workers <n>', 'engine processes in this process; 0 = none (default: one per core)', parseUpTo(256))
    .addHelpText('after', '\nExample:\n  laconic serve --port 3000 --workers 2')
    .action(async (options: { port?: number; workers?: number }) => environment.serve(options));

  program
    .command('worker')
    .description('a worker alone')
    .addHelpText('after', '\nExample:\n  DATABASE_URL=postgres://user:secret@host/laconic laconic worker')
    .action(async () => environment.work());

  const keys = program.command('keys').description('API keys');
  keys
    .command('add <name>')
    .description('make a key; it is shown once')
    .option('--scopes <scopes>', 'read, run, admin (comma-separated)', 'read')
    .addHelpText('after', '\nExample:\n  laconic keys add ci --scopes read,run')
    .action(async (name: string, { scopes }: { scopes: string }) => {
      await environment.withApplication({ kind: 'none' }, async (application) => {
        const { id, secret } = await application.keys.add(name, scopes.split(','));
        terminal.err(`key ${id} for ${name}; it cannot be shown again:\n`);
        terminal.out(`${secret}\n`);
        return 0;
      });
    });
  keys
    .command('ls')
    .description('list the keys')
    .addHelpText('after', '\nExample:\n  laconic keys ls')
    .action(async () => {
      await environment.withApplication({ kind: 'none' }, async (application) => {
        for (const key of await application.keys.list())
          terminal.out(`${key.id}  ${key.scopes.join(',')}  ${key.name}\n`);
        return 0;
      });
    });
  keys
    .command('revoke <id>')
    .description('make a key invalid')
    .addHelpText('after', '\nExample:\n  laconic keys revoke 7a9f…')
    .action(async (id: string) => {
      await environment.withApplication({ kind: 'none' }, async (application) => {
        await application.keys.revoke(id);
        return 0;
      });
    });
}
