import { itemSetSha256, requireCalibrationItems, type DatasetsService } from '../datasets/index.js';
import { identifiedItem, type FrozenSuite, type Item, type SampleRecord } from '../domain/index.js';
import { EvaluationQuestions } from './evaluation-questions.js';

/** The items that chains are made of, by where they come from. */
export interface ItemSet {
  readonly items: number;
  /** Over the content hashes of the items, in order; null where there are none. */
  readonly itemSetSha256: string | null;
}

/**
 * Decides which items of a run may be trained on: calibration items of the data sets known here, and items of a data set
 * of the user's own that are evaluation items of none.
 */
export class RunItems {
  private readonly calibrationUsed = new Set<Item>();
  private readonly ownUsed = new Map<string, Item>();

  private constructor(
    private readonly calibration: ReadonlyMap<string, Item>,
    private readonly evaluation: EvaluationQuestions,
  ) {}

  static async load(datasets: DatasetsService, suite: Pick<FrozenSuite, 'datasets'>): Promise<RunItems> {
    const wanted = new Set(suite.datasets.map(({ name }) => name));
    const calibration = new Map<string, Item>();
    for (const { name, calibrationItems } of await datasets.list()) {
      if (!wanted.has(name) || calibrationItems === 0) continue;
      for (const item of (await datasets.load({ name, split: 'calibration' })).items)
        calibration.set(keyOf(item.dataset, item.id), item);
    }
    return new RunItems(calibration, await EvaluationQuestions.load(datasets));
  }

  /** The sample's item. Throws `evaluation-items-refused` naming it. */
  of(sample: SampleRecord): Item {
    const item = this.calibration.get(keyOf(sample.dataset, sample.item));
    if (item?.question === sample.question) return item;
    this.evaluation.refuse(sample.question);
    return ownItem(sample);
  }

  /** Remembers that a chain was made of it. */
  use(item: Item): void {
    if (this.calibration.get(keyOf(item.dataset, item.id)) === item) this.calibrationUsed.add(item);
    else this.ownUsed.set(keyOf(item.dataset, item.id), item);
  }

  /** What was used so far. */
  get calibrationItems(): ItemSet {
    const items = [...this.calibrationUsed];
    return { items: items.length, itemSetSha256: items.length === 0 ? null : requireCalibrationItems(items) };
  }

  get ownItems(): ItemSet {
    const items = [...this.ownUsed.values()];
    return { items: items.length, itemSetSha256: items.length === 0 ? null : itemSetSha256(items) };
  }
}

/** What the sample tells of its item; how it was checked and a prompt of its own are not kept with a run. */
function ownItem({ dataset, item: id, question, reference: answer, level, cluster }: SampleRecord): Item {
  return identifiedItem({ dataset, id, question, answer, check: { type: 'text' }, level, cluster, prompt: null });
}

function keyOf(dataset: string, id: string): string {
  return JSON.stringify([dataset, id]);
}
