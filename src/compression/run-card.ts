import { adapterUses } from '../domain/index.js';
import { packageVersion } from '../platform/config/index.js';
import type { BaselineArm, StoredRun } from '../runs/index.js';
import { OWN_ITEMS_NOTE, type CompressionCard } from './card.js';
import type { ExampleOptions, ExampleWriter } from './example-writer.js';
import type { RunItems } from './run-items.js';

interface Compressed {
  readonly request: ExampleOptions & { readonly maxTokens: number };
  readonly stored: StoredRun;
  readonly baseline: BaselineArm;
  readonly items: RunItems;
}

/** The card of chains of a run, but for the files. */
export function runCard(
  { request, stored, baseline, items }: Compressed,
  { writer, scorer, leftOut }: Pick<CompressionCard, 'scorer' | 'leftOut'> & { readonly writer: ExampleWriter },
): Omit<CompressionCard, 'files'> {
  const { view, suite, provenance } = stored;
  const { arm, model } = baseline;
  const { ratios, perChain, seed, maxTokens, keep, control, formats } = request;
  const { calibrationItems: calibration, ownItems: own } = items;
  return {
    schemaVersion: 1,
    kind: 'tokenskip-compression',
    laconic: packageVersion(),
    run: {
      id: view.id,
      suite: suite.name,
      suiteSha256: suite.sha256,
      arm: arm.name,
      laconic: provenance.laconic,
      gitCommit: provenance.gitCommit,
    },
    model: { alias: model.alias, sha256: model.sha256, usageSha256: model.usageSha256 },
    adapters: adapterUses(arm.adapters ?? []),
    sampling: arm.sampling,
    prompt: arm.prompt,
    datasets: suite.datasets,
    items: { calibration, own, note: own.items > 0 ? OWN_ITEMS_NOTE : null },
    scorer,
    ratios,
    selection: { perChain, seed, maxTokens, ...keep },
    control,
    formats,
    chains: writer.count,
    examples: writer.tallies.examples,
    leftOut,
    asked: writer.tallies.ratios,
    differences: writer.tallies.differences,
  };
}
