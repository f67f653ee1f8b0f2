import type { Command } from 'commander';
import { techniqueEntry, TECHNIQUES, type TechniqueEntry, type TechniqueParameter } from '../../domain/index.js';
import type { Environment } from '../environment.js';

interface Flags {
  readonly json?: boolean;
  readonly html?: string;
}

export function addTechniques(program: Command, { terminal }: Environment): void {
  program
    .command('techniques [name]')
    .description('the catalogue of techniques, or one of them')
    .option('--json', 'print JSON: an array of entries')
    .option('--html <file>', 'write the catalogue as one HTML page')
    .addHelpText('after', '\nExample:\n  laconic techniques lc-prompt\n  laconic techniques --html techniques.html')
    .action(async (name: string | undefined, { json, html }: Flags) => {
      const entries = name === undefined ? TECHNIQUES : [techniqueEntry(name)];
      if (html !== undefined) {
        const { renderCatalogue } = await import('../../reporting/index.js');
        const { writeAtomically } = await import('../../results/index.js');
        await writeAtomically(html, renderCatalogue(entries));
        terminal.err(`catalogue: ${html}\n`);
        if (!json) return;
      }
      terminal.out(json ? `${JSON.stringify(entries, null, 2)}\n` : entries.map(techniqueText).join('\n'));
    });
}

function techniqueText(entry: TechniqueEntry): string {
  const figures = entry.publishedFigures.map(
    (figure) => `    ${figure.model}, ${figure.benchmark}: ${figure.figure} (published, ${figure.marker})`,
  );
  return [
    `${entry.name}  [${entry.mode}${entry.replayable ? ' or replay' : ''}, faithful to: ${entry.faithfulTo}]`,
    `  ${entry.summary}`,
    ...(entry.prompt === null ? [] : ['  prompt:', ...entry.prompt.split('\n').map((line) => `    ${line}`)]),
    `  source: ${entry.source}`,
    ...entry.differences.map((difference) => `  differs: ${difference}`),
    ...(entry.parameters.length > 0 ? ['  parameters:', ...entry.parameters.map(parameterText)] : []),
    `  charged to: ${entry.ledgerColumns.join(', ')}`,
    ...(entry.events.length > 0 ? [`  events: ${entry.events.join(', ')}`] : []),
    ...(figures.length > 0 ? ['  published figures, not measured here:', ...figures] : []),
    '',
  ].join('\n');
}

function parameterText(parameter: TechniqueParameter): string {
  const { name, type, range, description } = parameter;
  const fallback =
    parameter.default === undefined || parameter.default === null
      ? ''
      : `, default ${JSON.stringify(parameter.default)}`;
  return `    ${name} (${type}: ${range}${fallback})  ${description}`;
}
