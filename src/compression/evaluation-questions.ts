import { evaluationItemRefused, type DatasetsService } from '../datasets/index.js';
import type { Item } from '../domain/index.js';

/** Evaluation items of every data set known here whose file is there, by question. */
export class EvaluationQuestions {
  private constructor(private readonly items: ReadonlyMap<string, Pick<Item, 'dataset' | 'id'>>) {}

  static async load(datasets: DatasetsService): Promise<EvaluationQuestions> {
    const items = new Map<string, Pick<Item, 'dataset' | 'id'>>();
    for (const { name, available } of await datasets.list()) {
      if (!available) continue;
      for (const { dataset, id, question } of (await datasets.load({ name })).items)
        items.set(question.trim(), { dataset, id });
    }
    return new EvaluationQuestions(items);
  }

  /** Throws `evaluation-items-refused` where results are quoted on the question. */
  refuse(question: string): void {
    const item = this.items.get(question.trim());
    if (item) throw evaluationItemRefused(item);
  }
}
