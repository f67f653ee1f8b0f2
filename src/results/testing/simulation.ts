import type { SampleRecord } from '../../domain/index.js';
import { Xoshiro128 } from '../../statistics/index.js';
import { sampleBuilder } from './sample-builder.js';

export interface SimulatedArm {
  readonly name: string;
  /** Chance that an item which the baseline gets right is lost. */
  readonly lossRate: number;
  /** Thinking tokens as a share of the baseline's. */
  readonly thinkShare: number;
  /** Hard stop of the thinking, or none. */
  readonly budget?: number;
}

/** The shape of what the reference model does under the four techniques. */
export const SIMULATED_ARMS: readonly SimulatedArm[] = [
  { name: 'baseline', lossRate: 0, thinkShare: 1 },
  { name: 'budget-64', lossRate: 0.6, thinkShare: 1, budget: 64 },
  { name: 'nothinking', lossRate: 0.3, thinkShare: 0.012 },
  { name: 'nowait', lossRate: 0.1, thinkShare: 0.5 },
];

export interface SimulationOptions {
  readonly arms?: readonly SimulatedArm[];
  readonly datasets?: readonly string[];
  /** Per data set. */
  readonly items?: number;
  readonly repeats?: number;
  readonly seed?: number;
  readonly accuracy?: number;
  /** Items per cluster; 0 = no clusters. */
  readonly clusterSize?: number;
}

/** Samples of a whole run in the order in which the reader gives them; equal options give equal samples. */
export function simulatedSamples(options: SimulationOptions = {}): SampleRecord[] {
  const { arms = SIMULATED_ARMS, datasets = ['arithmetic', 'countdown'], items = 20, repeats = 1 } = options;
  const cells = datasets.flatMap((dataset) =>
    Array.from({ length: items }, (_unused, index) =>
      Array.from({ length: repeats }, (_none, repeat) => ({ dataset, index, repeat })),
    ).flat(),
  );
  return arms.flatMap((arm) => cells.map((cell) => simulatedSample(arm, cell, options)));
}

interface Cell {
  readonly dataset: string;
  readonly index: number;
  readonly repeat: number;
}

function simulatedSample(arm: SimulatedArm, cell: Cell, options: SimulationOptions): SampleRecord {
  const { seed = 1, accuracy = 0.9, clusterSize = 0 } = options;
  const shared = new Xoshiro128(hash(seed, cell, 0));
  const baseThink = 60 + Math.floor(-90 * Math.log((1 - shared.nextUnit()) * (1 - shared.nextUnit())));
  const baseRight = shared.nextUnit() < accuracy;
  const own = new Xoshiro128(hash(seed, cell, 1 + arm.name.length * 7 + (arm.name.codePointAt(2) ?? 0)));
  const correct = baseRight && own.nextUnit() >= arm.lossRate;
  const spread = arm.thinkShare === 1 ? 1 : 0.8 + 0.4 * own.nextUnit();
  const wanted = Math.max(3, Math.round(baseThink * arm.thinkShare * spread));
  const cut = arm.budget !== undefined && wanted > arm.budget;
  return sampleBuilder({
    arm: arm.name,
    dataset: cell.dataset,
    item: `${cell.dataset}-${String(cell.index).padStart(3, '0')}`,
    repeat: cell.repeat,
    level: 1 + (cell.index % 5),
    cluster: clusterSize > 0 ? `template-${Math.floor(cell.index / clusterSize)}` : null,
    question: `Question ${cell.index} of ${cell.dataset}?`,
    correct,
    thinkStop: arm.name === 'nothinking' ? 'none' : cut ? 'budget' : 'natural',
    events: cut ? [{ at: 64, type: 'forced', detail: '\n</think>\n\n' }] : [],
    ledger: { thinkSampled: cut ? 65 : wanted, thinkInjected: cut ? 3 : 0 },
  });
}

function hash(seed: number, cell: Cell, lane: number): number {
  return seed * 1_000_003 + cell.dataset.length * 50_021 + cell.index * 257 + cell.repeat * 17_389 + lane * 7_919;
}
