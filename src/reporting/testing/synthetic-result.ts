import {
  tokenTotals,
  type Aggregate,
  type ArmResult,
  type ArmThinking,
  type ComparisonResult,
  type ComparisonVerdict,
  type RunResult,
  type SampleRecord,
  type TechniqueName,
  type TokenColumn,
  type TokenSummary,
} from '../../domain/index.js';
import {
  exactMcNemar,
  holmAdjusted,
  mean,
  minimumDetectableEffect,
  quantile,
  ratioOfMeans,
  tangoInterval,
  wilsonInterval,
} from '../../statistics/index.js';
import { armThinking, budgetCurves, columnsOf } from '../../results/index.js';
import { differenceEstimate, savingEstimate } from '../format.js';
import type { SyntheticArm } from './synthetic-arms.js';

export interface SyntheticRunShape {
  readonly arms: readonly SyntheticArm[];
  readonly families: readonly string[];
  readonly items: number;
  readonly maxTokens: number;
  readonly status: RunResult['run']['status'];
}

const SHA = '8f35f660c1d24b7e9a0356d1f4e27b90aa1c5d3e7f2841b6950cde84f73eedcc';
const MARGIN = 0.02;

/** The result that these samples would have: the figures of real runs come from the results feature. */
export function syntheticResult(samples: readonly SampleRecord[], shape: SyntheticRunShape): RunResult {
  const byArm = Map.groupBy(samples, (sample) => sample.arm);
  const arms = shape.arms.map((arm) => armResult(arm, byArm.get(arm.name) ?? [], shape));
  const baseline = byArm.get('baseline') ?? [];
  const judged = shape.status === 'completed';
  const comparisons = shape.arms
    .slice(1)
    .flatMap(({ name }) =>
      ['overall', ...shape.families].map((dataset) =>
        comparison(byArm.get(name) ?? [], baseline, { name, dataset, judged }),
      ),
    );
  return {
    schemaVersion: 1,
    run: runPart(shape),
    arms,
    comparisons: withHolm(comparisons),
    budgetCurves: budgetCurves(
      arms.map((arm) => ({
        ...arm,
        technique: techniqueOf(shape.arms, arm.name),
        prompt: { system: null, prefix: null, suffix: null },
      })),
      columnsOf(samples),
    ),
    engine: {
      decodedTokens: 103_207,
      chargedTokens: 185_368,
      sharingFactor: 1.8,
      prefillTokens: 24_000,
      prefillSharedTokens: 20_000,
      engineSeconds: 81.4,
      wallSeconds: 92.7,
    },
  };
}

function techniqueOf(arms: readonly SyntheticArm[], name: string): TechniqueName {
  return arms.find((arm) => arm.name === name)?.technique ?? 'baseline';
}

function runPart({ families, items, status }: SyntheticRunShape): RunResult['run'] {
  return {
    id: '054f19c7-2b1e-4d0a-9c55-7be2f9d1a604',
    suite: 'demo',
    suiteSha256: SHA,
    status,
    startedAt: '2026-11-23T14:03:10.000Z',
    finishedAt: '2026-11-23T14:05:09.000Z',
    against: 'baseline',
    nonInferiorityMargin: MARGIN,
    provenance: {
      laconic: '0.1.0',
      gitCommit: '0e4d149f2c7b8a5561d3f0a9b1c2d3e4f5061728',
      engine: { llamaCpp: 'b9999', build: SHA, cpuVariant: 'haswell', backend: 'cpu', threads: 1, profile: 'separate' },
      models: [
        {
          alias: 'reference',
          sha256: SHA,
          usageSha256: 'c'.repeat(64),
          arch: 'qwen3',
          parameters: 19_524_480,
          quantization: 'Q8_0',
          adapters: [],
        },
      ],
      datasets: families.map((name) => ({ name, sha256: SHA, itemSetSha256: SHA, items })),
      seed: 1,
      machine: { cpu: 'Intel(R) Xeon(R) Processor @ 2.60GHz', cores: 2, memoryBytes: 8_340_000_000 },
      suppression: { nowait: { vocabulary: 'whole-word', ids: 33, sha256: SHA } },
    },
  };
}

function armResult(arm: SyntheticArm, samples: readonly SampleRecord[], shape: SyntheticRunShape): ArmResult {
  const grouped = (key: (sample: SampleRecord) => string): Record<string, Aggregate> =>
    Object.fromEntries([...Map.groupBy(samples, key)].map(([name, group]) => [name, aggregate(group)]));
  return {
    name: arm.name,
    technique: arm.technique,
    params: arm.params,
    model: 'reference',
    sampling: { temperature: 0, topP: 1, topK: 0, minP: 0, maxTokens: shape.maxTokens, repeats: 1, seed: 1 },
    faithfulTo: 'variant',
    differences: arm.technique === 'baseline' ? [] : ['Made-up samples: nothing here was measured.'],
    overall: aggregate(samples),
    byDataset: grouped((sample) => sample.dataset),
    byLevel: grouped((sample) => String(sample.level)),
    timing: null,
    thinking: thinkingOf(samples),
  };
}

function thinkingOf(samples: readonly SampleRecord[]): ArmThinking | null {
  const [columns] = columnsOf(samples).arms.values();
  return columns ? armThinking(columns) : null;
}

function aggregate(samples: readonly SampleRecord[]): Aggregate {
  const right = samples.filter((sample) => sample.correct).length;
  const share = (holds: (sample: SampleRecord) => boolean): number => samples.filter(holds).length / samples.length;
  const counts = (key: (sample: SampleRecord) => string): Record<string, number> =>
    Object.fromEntries([...Map.groupBy(samples, key)].map(([name, group]) => [name, group.length]));
  return {
    items: samples.length,
    samples: samples.length,
    accuracy: right / samples.length,
    accuracyInterval: wilsonInterval(right, samples.length),
    accuracyIntervalMethod: 'wilson',
    tokens: tokenSummaries(samples),
    censoredShare: share((sample) => sample.thinkStop === 'cap'),
    noAnswerShare: share((sample) => sample.extracted === null),
    thinkStops: counts((sample) => sample.thinkStop),
    stopReasons: counts((sample) => sample.stopReason),
  };
}

function tokenSummaries(samples: readonly SampleRecord[]): Aggregate['tokens'] {
  const of = (column: TokenColumn): TokenSummary => summary(samples.map((one) => tokenTotals(one.ledger)[column]));
  return {
    think: of('think'),
    answer: of('answer'),
    injected: of('injected'),
    probe: of('probe'),
    rejected: of('rejected'),
    delivered: of('delivered'),
    total: of('total'),
  };
}

function summary(values: readonly number[]): TokenSummary {
  return { mean: mean(values), p50: quantile(values, 0.5), p90: quantile(values, 0.9), p99: quantile(values, 0.99) };
}

function comparison(
  all: readonly SampleRecord[],
  others: readonly SampleRecord[],
  { name, dataset, judged }: { name: string; dataset: string; judged: boolean },
): ComparisonResult {
  const of = (samples: readonly SampleRecord[]) =>
    samples.filter((one) => dataset === 'overall' || one.dataset === dataset);
  const [arm, against] = [of(all), of(others)];
  const lost = arm.filter((sample, index) => !sample.correct && against[index]?.correct).length;
  const won = arm.filter((sample, index) => sample.correct && against[index]?.correct === false).length;
  const pairs = arm.length;
  const interval = tangoInterval({ won, lost, pairs });
  const lowerBound = tangoInterval({ won, lost, pairs }, 0.9)[0];
  const delta = (won - lost) / pairs;
  const ratio = (column: 'think' | 'delivered') =>
    ratioOfMeans(
      arm.map((one) => tokenTotals(one.ledger)[column]),
      against.map((one) => tokenTotals(one.ledger)[column]),
      { seed: 1, resamples: 400 },
    );
  const [think, delivered] = [ratio('think'), ratio('delivered')];
  const verdict = verdictOf(interval, lowerBound);
  return {
    arm: name,
    against: 'baseline',
    dataset,
    pairs,
    accuracyDelta: delta,
    accuracyDeltaInterval: interval,
    method: 'tango',
    mcnemarP: exactMcNemar(won, lost),
    flips: { lost, won },
    tokenRatio: delivered.ratio,
    tokenRatioInterval: delivered.interval,
    thinkRatio: think.ratio,
    thinkRatioInterval: think.interval,
    accuracyDeltaLowerBound: lowerBound,
    verdict,
    aes: { value: 0, weights: [1, 3, 5] },
    minimumDetectableEffect: minimumDetectableEffect(interval),
    finding: judged ? finding(verdict, { delta, interval, lowerBound, think }) : null,
  };
}

function verdictOf(interval: readonly [number, number], lowerBound: number): ComparisonVerdict {
  if (interval[0] > 0) return 'better';
  if (lowerBound >= -MARGIN) return 'within-margin';
  return interval[1] < 0 ? 'worse' : 'not-decisive';
}

interface Figures {
  readonly delta: number;
  readonly interval: readonly [number, number];
  readonly lowerBound: number;
  readonly think: { readonly ratio: number; readonly interval: readonly [number, number] };
}

function finding(verdict: ComparisonVerdict, { delta, interval, lowerBound, think }: Figures): string {
  const saving = savingEstimate(think.ratio, think.interval);
  const accuracy = differenceEstimate(delta, interval);
  const saves = `saves ${saving.value} of thinking tokens (${saving.interval})`;
  const plain = `accuracy ${accuracy.value}\u00a0pts (${accuracy.interval})`;
  if (verdict === 'within-margin') {
    return `${saves}; accuracy is at most ${(-lowerBound * 100).toFixed(1)} points worse (95\u202f%), within your margin of 2`;
  }
  return verdict === 'not-decisive'
    ? `${saves}; ${plain}, a loss beyond your margin is not excluded; about 1,900 items would settle it`
    : `${saves}; ${plain}`;
}

function withHolm(comparisons: readonly ComparisonResult[]): readonly ComparisonResult[] {
  const overall = comparisons.filter((one) => one.dataset === 'overall');
  const adjusted = holmAdjusted(overall.map((one) => one.mcnemarP ?? 1));
  return comparisons.map((one) => ({ ...one, mcnemarHolmP: adjusted[overall.indexOf(one)] ?? null }));
}
