import { Option, type Command } from 'commander';
import type { Environment } from '../environment.js';
import { addAdapters } from './adapters.js';
import { addTechniques } from './techniques.js';

interface Json {
  readonly json?: boolean;
}

export function addRegistryCommands(program: Command, environment: Environment): void {
  addTechniques(program, environment);
  addModels(program, environment);
  addAdapters(program, environment);
  addDatasets(program, environment);
}

function addModels(program: Command, environment: Environment): void {
  const { terminal } = environment;
  const models = program.command('models').description('registered models');
  models
    .command('ls')
    .description('list the models')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  laconic models ls')
    .action(async ({ json }: Json) => {
      await environment.withApplication({ kind: 'none' }, async (application) => {
        const { plainText } = await import('../../results/index.js');
        const list = await application.models.list();
        if (json) terminal.out(`${JSON.stringify(list, null, 2)}\n`);
        for (const model of json ? [] : list) {
          const state = model.available ? `${((model.fileBytes ?? 0) / 1e6).toFixed(1)} MB` : 'file missing';
          terminal.out(
            `${model.alias.padEnd(20)}  ${state.padStart(12)}  ${model.chatFormat.padEnd(12)}  ${plainText(model.description)}\n`,
          );
        }
        return 0;
      });
    });
  models
    .command('add <file>')
    .description('register a GGUF model under an alias')
    .requiredOption('--alias <alias>', 'the name to use in suites')
    .option('--chat-format <name>', 'how the model is spoken to (recognised from the file where possible)')
    .addHelpText(
      'after',
      '\nExample:\n  laconic models add qwen3-0.6b-q8_0.gguf --alias qwen3-0.6b --chat-format chatml',
    )
    .action(async (file: string, flags: { alias: string; chatFormat?: string }) => {
      await environment.withApplication({ kind: 'none' }, async (application) => {
        const card = await application.models.add(file, { alias: flags.alias, chatFormat: flags.chatFormat });
        terminal.out(`${JSON.stringify(card, null, 2)}\n`);
        return 0;
      });
    });
  models
    .command('inspect <file>')
    .description('what a GGUF file says about itself')
    .addHelpText('after', '\nExample:\n  laconic models inspect engine/models/reference/reference.gguf')
    .action(async (file: string) => {
      await environment.withApplication({ kind: 'none' }, async (application) => {
        terminal.out(`${JSON.stringify(await application.models.inspect(file), null, 2)}\n`);
        return 0;
      });
    });
}

function addDatasets(program: Command, environment: Environment): void {
  const { terminal } = environment;
  const datasets = program.command('datasets').description('registered data sets');
  datasets
    .command('ls')
    .description('list the data sets')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  laconic datasets ls')
    .action(async ({ json }: Json) => {
      await environment.withApplication({ kind: 'none' }, async (application) => {
        const { plainText } = await import('../../results/index.js');
        const list = await application.datasets.list();
        if (json) terminal.out(`${JSON.stringify(list, null, 2)}\n`);
        for (const dataset of json ? [] : list) {
          const state = dataset.available
            ? `${dataset.items} items`
            : `not here: laconic datasets pull ${dataset.name}`;
          terminal.out(
            `${dataset.name.padEnd(16)}  ${dataset.answerType.padEnd(11)}  ${state.padEnd(12)}  ${plainText(`${dataset.title} (${dataset.licence})`)}\n`,
          );
        }
        return 0;
      });
    });
  datasets
    .command('pull <name>')
    .description('download a registered data set and check its sha256')
    .addHelpText('after', '\nExample:\n  laconic datasets pull gsm8k')
    .action(async (name: string) => {
      await environment.withApplication({ kind: 'none' }, async (application) => {
        const dataset = await application.datasets.pull(name);
        terminal.out(`${dataset.name}: ${dataset.items} items, sha256 ${dataset.sha256}\n`);
        return 0;
      });
    });
  datasets
    .command('add <file>')
    .description('register a JSONL file of your own under a name')
    .requiredOption('--name <name>', 'the name to use in suites')
    .addOption(new Option('--check <check>', 'how answers are checked where the items do not say it').choices(CHECKS))
    .addHelpText('after', '\nExample:\n  laconic datasets add my-items.jsonl --name mine --check integer')
    .action(async (file: string, flags: { name: string; check?: (typeof CHECKS)[number] }) => {
      await environment.withApplication({ kind: 'none' }, async (application) => {
        const dataset = await application.datasets.add(file, { name: flags.name, check: flags.check });
        terminal.out(`${dataset.name}: ${dataset.items} items, sha256 ${dataset.sha256}\n`);
        return 0;
      });
    });
}

const CHECKS = ['integer', 'number', 'choice', 'text', 'clock', 'expression'] as const;
