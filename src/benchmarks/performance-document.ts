import type { BenchDocument, BenchName } from './bench-document.js';
import { benchMarkdown } from './bench-table.js';
import { reaches } from './paired-ratio.js';

const INTRODUCTION = `# Performance

Written by \`laconic bench --record docs\`; not by hand. Every figure to trust is a ratio: both sides are measured in the
same run, one right after the other, the order changing from repetition to repetition. The ratio is the median over the
repetitions, the spread its smallest and largest value. Absolute figures belong to the machine and the minute.

## How the engine gets there

- **Shared decoding.** All arms of an item start as one path. The model computes the logits of a step once, each arm's
  policy decides on them, and only arms that decide differently go on apart. What each arm would have spent alone is
  still what its ledger says.
- **Full batches.** One thread feeds the model; at each step every live sequence has a row in the same batch, and a
  sequence that ends makes room for the next one at once.
- **Prompts in blocks.** A prompt is read in blocks of 64 tokens that begin at multiples of 64: large enough for ggml's
  fast attention, and always the same, so that the logits do not depend on what a prompt shares or who is beside it.
- **Nothing but the model per token.** JavaScript is not in the token loop: it hands over requests and receives
  finished samples. Sampling reads the logits in place with vector instructions; a suppressed token is overwritten there.
- **Processes instead of threads.** Two processes with a thread each do at least as much as one with two, and their
  results do not depend on how threads split a sum. Weights that llama.cpp does not repack are shared by mapping the file.

## What limits it

With one sequence each token reads all weights once. Models that fit into the caches are limited by arithmetic and by
the fixed cost of a step, larger ones by memory bandwidth. With many sequences a weight is read once for all of them and
arithmetic is the limit for every model, as it is for prefill. The notes below the engine's table say which holds where.
`;

const TITLES: Readonly<Record<BenchName, { readonly title: string; readonly text: string }>> = {
  engine: {
    title: 'Engine',
    text:
      'Tokens per second, greedy. Decoding starts from prompts of one token, so that it is decoding alone; ends of ' +
      'generation are passed over, so that all sequences have their full length. The llama.cpp peer is a C++ loop ' +
      '(test/bench/llama_loop.cpp) with a persistent thread pool, the same context profile and an argmax of its own. ' +
      'Laconic is asked through its engine process, messages included.',
  },
  sweep: {
    title: 'Sweep',
    text:
      'The suite datasets/suites/sweep.yaml, greedy, through the engine processes as a run uses them. `wall/baseline`: ' +
      'all arms in one sweep against the baseline arm alone. `wall/naive` and `decoded/naive`: against the same arms, ' +
      'each run alone with the same batching. `fork-step/p99`: the 99th percentile of the time of those decodes in which ' +
      'a branch got a KV stream of its own, against the median of the decodes with as many rows in the same pass.',
  },
  service: {
    title: 'Service',
    text:
      'What a run costs beside its engine time (queue, database, scoring), and how long the API takes to answer while ' +
      'an evaluation keeps all cores busy.',
  },
  report: {
    title: 'Report',
    text: 'Figures, comparisons and report of one stored run of a million synthetic samples: made for this, not measured on a model.',
  },
};

/** docs/performance.md from the documents at hand. */
export function performanceDocument(documents: readonly BenchDocument[]): string {
  return [INTRODUCTION, ...documents.map(sectionOf)].join('\n');
}

function sectionOf(document: BenchDocument): string {
  const { title, text } = TITLES[document.bench];
  const { cpu, cores, memoryBytes } = document.machine;
  const missed = document.rows.filter((row) => reaches(row) === false).length;
  return [
    `## ${title}`,
    '',
    text,
    '',
    `\`${document.command}\` on ${document.date}: ${cpu}, ${cores} cores, ${(memoryBytes / 2 ** 30).toFixed(0)} GiB.` +
      (missed > 0 ? ` Bars missed: ${missed}.` : ''),
    '',
    benchMarkdown(document.rows),
    '',
    ...document.notes.map((note) => `- ${note}`),
    ...(document.notes.length > 0 ? [''] : []),
  ].join('\n');
}
