import type { Command } from 'commander';
import type { ComparisonRequest } from '../../comparisons/index.js';
import { LaconicError } from '../../domain/index.js';
import type { Environment } from '../environment.js';

interface CompareFlags {
  readonly arm?: string;
  readonly against?: string;
  readonly json?: boolean;
  readonly allItems?: boolean;
  readonly out?: string;
}

export function addCompareCommand(program: Command, { terminal, withApplication }: Environment): void {
  program
    .command('compare <run> [others...]')
    .description('compare arms of a run, or runs with the first, paired by item')
    .option('--arm <name>', 'the arm to compare (default: all that have a counterpart)')
    .option('--against <name>', 'the arm of the first run to compare with (default: the suite’s, over runs the same)')
    .option('--json', 'print JSON')
    .option('--all-items', 'list items without a difference too (with --json)')
    .option('--out <file>', 'write the comparison as an HTML page')
    .addHelpText(
      'after',
      '\nA run may be written with its arm, as <run>:<arm>.\n\nExample:\n  laconic compare 3f9c2a51b07e 81d0c4aa92f3 --arm nowait --out comparison.html',
    )
    .action(async (run: string, others: string[], flags: CompareFlags) => {
      const { comparisonJson, comparisonText, parseSide } = await import('../../comparisons/index.js');
      const request = compareRequest([run, ...others].map(parseSide), flags);
      await withApplication({ kind: 'none' }, async ({ comparisons }) => {
        const { out, json, allItems = false } = flags;
        const written = out === undefined ? null : await comparisons.write(request, out);
        const document = written && !json ? written : await comparisons.compare(request, { allItems });
        terminal.out(json ? comparisonJson(document) : comparisonText(document));
        if (out !== undefined) (json ? terminal.err : terminal.out)(`${json ? '' : '\n'}${out}\n`);
        return 0;
      });
    });
}

/** The first run is compared against; the flags name arms where the runs do not. */
function compareRequest(runs: readonly ComparisonRequest['against'][], flags: CompareFlags): ComparisonRequest {
  const [first, ...others] = runs;
  if (!first) throw new LaconicError('usage', 'There is no run to compare.', { hint: 'Name one or more.' });
  if (others.length === 0) {
    const arm = flags.arm ?? first.arm;
    return {
      against: { run: first.run, arm: flags.against },
      sides: arm === undefined ? [] : [{ run: first.run, arm }],
    };
  }
  return {
    against: { run: first.run, arm: flags.against ?? first.arm ?? flags.arm },
    sides: others.map(({ run, arm = flags.arm }) => ({ run, arm })),
  };
}
