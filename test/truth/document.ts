import type { CoverageRow, PowerRow, RealFigures, TruthFigures } from './figures.js';
import type { RealComparisons } from './real-pairs.js';
import type { Records } from './records.js';

/** docs/truth.md. */
export function truthDocument(records: Records, figures: TruthFigures): string {
  return [
    head(records, figures),
    itself(figures),
    coverage(figures),
    loss(figures),
    real(records, figures.real),
    again(),
  ].join('\n');
}

function head(
  { model, items, suiteItems, repeats, temperature }: Records,
  { scale: { suites } }: TruthFigures,
): string {
  return `# Do the statistics keep their word?

Written by \`npm run truth\`; not by hand. Suites are simulated from what was recorded (test/truth/records.json: ${model}, ${items.length} of the suite's ${suiteItems} items,
${2 * repeats} draws each at temperature ${temperature}, two seeds) and go through the functions that judge a run. ${whole(suites)} suites behind every share
unless said otherwise; margin of every verdict 2 points. \`npm test\` checks the bars below with fewer suites.
`;
}

function itself({ itself: rows }: TruthFigures): string {
  const cells = rows.map(({ items, repeats, worse, better, discordant }) => [
    repeats === 1 ? whole(items) : `${whole(items)}, ${repeats} repeats`,
    percent(worse),
    percent(better),
    percent(discordant),
  ]);
  return `## An arm against itself with another seed

Items drawn from the recorded ones with their success rates; both arms draw on their own. Bar: "worse" in at most 5 %.

${table(['items', 'worse', 'better', 'items that flip'], cells)}`;
}

function coverage({ coverage: rows, ratios, scale }: TruthFigures): string {
  const cells = rows.map((row) => {
    const shares = [row.wilson, row.tango, row.tangoOfLoss, row.repeated];
    return [whole(row.items), percent(row.accuracy), ...shares.map(percent), missed(row)];
  });
  return `## How often 95 % intervals hold the truth

Every item is right with the same chance, both arms on their own. Wilson is exact (summed over all counts), the others are simulated: the paired
difference of equal arms (Tango), of an arm that is 5 points worse, and of equal arms over 4 repeats (t on item means, never narrower than Tango's
interval on majorities, and this floor, which ignores that a mean over repeats varies less than one draw, makes it too wide; ${whole(Math.ceil(scale.suites / 4))} suites). Bar: at least 93 %, above 97 % only where n(1 − p) < 5.

${table(['items', 'accuracy', 'Wilson', 'difference 0', 'difference −5', '4 repeats', 'bar'], cells)}
The ratio of mean delivered tokens (nowait over baseline, BCa with ${whole(scale.resamples)} resamples, ${whole(scale.ratioSuites)} suites of recorded pairs; few items
make it too narrow):

${table(
  ['items', 'ratio'],
  ratios.map(({ items, held }) => [whole(items), percent(held)]),
)}`;
}

/** Which columns miss the bar, in words. */
function missed({ items, accuracy, wilson, tango, tangoOfLoss, repeated }: CoverageRow): string {
  const named = { Wilson: wilson, 'difference 0': tango, 'difference −5': tangoOfLoss, '4 repeats': repeated };
  const few = items * (1 - accuracy) < 5;
  const words = Object.entries(named).flatMap(([name, share]) => {
    if (share < 0.93) return [`${name} below`];
    return share > 0.97 && !few ? [`${name} above`] : [];
  });
  return words.length === 0 ? 'kept' : words.join(', ');
}

function loss({ power }: TruthFigures): string {
  const rows = power.map((row) => [lossWords(row), percent(row.discordant), percent(row.worse)]);
  return `## A loss of 5 points among 500 items

Bar: found ("worse") in at least 80 %. The power hangs on how many items flip besides the loss, so it is shown for several shares; with draws of
their own from the recorded rates (another seed) the arms flip most.

${table(['arms', 'items that flip', 'found'], rows)}`;
}

function lossWords({ flips }: PowerRow): string {
  return flips === null ? 'another seed, recorded rates' : `same seed, ${percent(flips)} flip besides`;
}

function real({ items }: Records, { same, other, baseline, nowait }: RealFigures): string {
  const variance = (same.meanWidth / other.meanWidth) ** 2;
  return `## What was really run

${items.length} items; every comparison is one repeat against one repeat. An arm against itself: all pairs of its draws, which are comparisons
without a difference but share draws.

${table(
  ['comparison', 'how many', 'items that flip', 'mean width of the interval', 'worse / better'],
  [
    realRow('nowait against baseline, same seed', same),
    realRow('nowait against baseline, another seed', other),
    realRow('baseline against itself', baseline),
    realRow('nowait against itself', nowait),
  ],
)}
**Common random numbers**: the interval of nowait's difference is ${(same.meanWidth / other.meanWidth).toFixed(2)} times as wide with the same seed as with another: ${variance.toFixed(2)} times
as many items give the same width.
`;
}

function realRow(what: string, one: RealComparisons): string[] {
  return [
    what,
    whole(one.count),
    percent(one.discordant),
    `${(100 * one.meanWidth).toFixed(1)} points`,
    `${one.worse} / ${one.better}`,
  ];
}

function again(): string {
  return `## Again

    npx laconic run test/truth/suite.yaml --out reports/out/truth
    node test/support/run-typescript.cjs test/truth/record.ts reports/out/truth   # writes records.json
    npm run truth                                                           # writes this page
    LACONIC_TRUTH=long npx jest test/truth --selectProjects=integration     # the bars, with as many suites
`;
}

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  return [line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('');
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}

function whole(count: number): string {
  return count.toLocaleString('en-US');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
