import {
  answerKey,
  techniqueDefinition,
  type Arm,
  type ArmPaths,
  type ArmResult,
  type ItemEstimate,
  type PassAtK,
  type PassPoint,
} from '../domain/index.js';
import type { PathFigures, SampleFigures } from '../execution/index.js';
import { generalPassAtK, majorityAtK, mean, passAtK, type AnswerGroup } from '../statistics/index.js';
import type { ItemTable } from './item-table.js';
import { intervalOf } from './thinking.js';

type Samples = AsyncIterable<SampleFigures> | Iterable<SampleFigures>;

/** Shares of right samples that G-Pass@k asks for. */
const TAUS = [0.5, 1] as const;

/** What the samples (or paths) of one item came to. */
class ItemAnswers {
  readonly groups = new Map<string, { samples: number; correct: boolean }>();
  readonly paths: number[] = [];
  count = 0;
  correct = 0;

  add({ extracted, correct }: PathFigures): void {
    this.count += 1;
    if (correct) this.correct += 1;
    if (extracted === null) return;
    const key = answerKey(extracted);
    const group = this.groups.get(key) ?? { samples: 0, correct };
    group.samples += 1;
    this.groups.set(key, group);
  }

  silent(): number {
    return this.count - [...this.groups.values()].reduce((sum, { samples }) => sum + samples, 0);
  }
}

/** Gathers, beside the columns, what estimators over several samples of an item need: which of them agree. */
export class RepeatedAnswers {
  /** By arm, then by index of the item; a sample that was taken over from another arm's vote counts as one. */
  private readonly arms: ReadonlyMap<string, { readonly votes: boolean; readonly items: Map<number, ItemAnswers> }>;

  constructor(
    arms: readonly Arm[],
    private readonly items: ItemTable,
  ) {
    this.arms = new Map(
      arms.filter(isRepeated).map((arm) => [arm.name, { votes: pathsOf(arm).most > 1, items: new Map() }]),
    );
  }

  /** The same samples; those of arms that repeat are taken note of as they pass. */
  watch(samples: Samples): Samples {
    return this.arms.size === 0 ? samples : this.watched(samples);
  }

  of(arm: Arm): Pick<ArmResult, 'passAtK' | 'paths'> {
    const { items } = this.arms.get(arm.name) ?? {};
    if (!items || items.size === 0) return {};
    const passAt = this.passAtK(arm, items);
    const paths = this.paths(arm, items);
    return { ...(passAt && { passAtK: passAt }), ...(paths && { paths }) };
  }

  private async *watched(samples: Samples): AsyncGenerator<SampleFigures> {
    for await (const sample of samples) {
      this.add(sample);
      yield sample;
    }
  }

  private add(sample: SampleFigures): void {
    const { items, votes } = this.arms.get(sample.arm) ?? {};
    if (!items) return;
    const item = this.items.indexOf(sample);
    const answers = items.get(item) ?? new ItemAnswers();
    items.set(item, answers);
    const drawn = (votes && sample.paths) || [sample];
    for (const path of drawn) answers.add(path);
    answers.paths.push(drawn.length);
  }

  private passAtK(arm: Arm, items: ReadonlyMap<number, ItemAnswers>): PassAtK | null {
    const { least, most } = pathsOf(arm);
    const samples = [...items.values()].reduce((fewest, { count }) => Math.min(fewest, count), Infinity);
    if (least !== most || samples < 2) return null;
    const points = counts(samples).map((k): PassPoint => ({
      k,
      pass: this.estimate(items, ({ count, correct }) => passAtK(count, correct, k)),
      majority: this.estimate(items, (item) => majorityAtK(groupsOf(item), item.silent(), k)),
      general: TAUS.map((tau) => ({
        tau,
        ...this.estimate(items, ({ count, correct }) => generalPassAtK(count, correct, { k, tau })),
      })),
    }));
    return { of: most > 1 ? 'paths' : 'repeats', samples, items: items.size, points };
  }

  private paths(arm: Arm, items: ReadonlyMap<number, ItemAnswers>): ArmPaths | null {
    const { most } = pathsOf(arm);
    if (most === 1) return null;
    return { asked: most, run: this.estimate(items, ({ paths }) => mean(paths), false) };
  }

  private estimate(
    items: ReadonlyMap<number, ItemAnswers>,
    value: (item: ItemAnswers) => number,
    isShare = true,
  ): ItemEstimate {
    const values = [...items.values()].map(value);
    const clusters = this.items.clustersOf([...items.keys()]);
    return { value: mean(values), interval: intervalOf(values, clusters, isShare) };
  }
}

function pathsOf({ technique, params }: Arm): { readonly least: number; readonly most: number } {
  return techniqueDefinition(technique).traits.paths(params);
}

function isRepeated(arm: Arm): boolean {
  return arm.sampling.repeats > 1 || pathsOf(arm).most > 1;
}

function groupsOf({ groups }: ItemAnswers): AnswerGroup[] {
  return [...groups.values()];
}

/** 1, 2, 4, 8 … and all of them. */
function counts(samples: number): number[] {
  const powers = Array.from({ length: Math.floor(Math.log2(samples)) + 1 }, (_, power) => 2 ** power);
  return powers.at(-1) === samples ? powers : [...powers, samples];
}
