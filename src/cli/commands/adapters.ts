import type { Command } from 'commander';
import type { Environment } from '../environment.js';

export function addAdapters(program: Command, environment: Environment): void {
  const { terminal } = environment;
  const adapters = program.command('adapters').description('LoRA adapters of models');
  adapters
    .command('ls')
    .description('list the adapters')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  laconic adapters ls')
    .action(async ({ json }: { readonly json?: boolean }) => {
      await environment.withApplication({ kind: 'none' }, async (application) => {
        const { plainText } = await import('../../results/index.js');
        const list = await application.adapters.list();
        if (json) terminal.out(`${JSON.stringify(list, null, 2)}\n`);
        for (const { name, card } of json ? [] : list) {
          const size = `rank ${card.rank}, ${((4 * card.parameters) / 1e6).toFixed(1)} MB`;
          terminal.out(
            `${name.padEnd(24)}  ${card.base.alias.padEnd(20)}  ${size.padEnd(18)}  ${plainText(card.description)}\n`,
          );
        }
        return 0;
      });
    });
  adapters
    .command('add <source>')
    .description('register a copy of a GGUF LoRA file, or of a PEFT folder turned into one, for a model')
    .option('--name <name>', 'the name to use in suites (the name of the file or folder)')
    .option('--base <alias>', 'the model that it was trained for (the one that the file names)')
    .addHelpText('after', '\nExample:\n  laconic adapters add out/adapter --base reference --name mine')
    .action(async (source: string, flags: { readonly name?: string; readonly base?: string }) => {
      await environment.withApplication({ kind: 'none' }, async (application) => {
        const { name, card } = await application.adapters.add(source, flags);
        terminal.out(`${JSON.stringify({ name, ...card }, null, 2)}\n`);
        return 0;
      });
    });
  adapters
    .command('inspect <file>')
    .description('what a GGUF LoRA file says about itself')
    .addHelpText('after', '\nExample:\n  laconic adapters inspect my-adapter.gguf')
    .action(async (file: string) => {
      await environment.withApplication({ kind: 'none' }, async (application) => {
        terminal.out(`${JSON.stringify(await application.adapters.inspect(file), null, 2)}\n`);
        return 0;
      });
    });
}
