import { Injectable } from '@nestjs/common';
import { FINAL_STATUSES, LaconicError, type SampleRecord } from '../domain/index.js';
import { SamplePages, type SampleFigures, type SamplePlace, SamplesReader } from '../execution/index.js';
import { ArmColumns, collectColumns, ItemTable, type RunColumns, withHolm } from '../results/index.js';
import { RunsReader, type StoredRun } from '../runs/index.js';
import { compareArms } from './compare-arms.js';
import {
  type ArmComparison,
  type ComparedRun,
  type ComparisonDocument,
  DIFFERING,
  type GroupComparison,
  type ItemComparison,
  type ItemSample,
} from './comparison-document.js';
import { worstFirst } from './groups.js';
import { identifyItems, type RunItems } from './item-identity.js';
import type { PairedSide } from './pairing.js';
import { type ComparisonRequest, pairSides, type RunArm } from './sides.js';

export interface ComparisonOptions {
  /** Also the items in which the two sides do not differ. */
  readonly allItems?: boolean;
}

/** Items that are told with their texts. */
const MOST_WITH_TEXTS = 2000;

interface ReadRun {
  readonly stored: StoredRun;
  readonly items: RunItems;
  readonly columns: RunColumns;
}

/** Paired comparisons of stored runs, computed from their samples each time. */
@Injectable()
export class ComparisonsService {
  constructor(
    private readonly runs: RunsReader,
    private readonly samples: SamplesReader,
    private readonly pages: SamplePages,
  ) {}

  /** Throws `run-unknown`, `run-not-finished`, and `usage` where there is nothing to compare. */
  async compare(request: ComparisonRequest, { allItems = false }: ComparisonOptions = {}): Promise<ComparisonDocument> {
    const stored = await this.storedRuns(request);
    const { pairs, left } = pairSides(request, stored);
    const read = await this.readRuns(stored);
    const compared = pairs.map((pair) =>
      compareArms(pair, { arm: sideOf(pair.arm, read), against: sideOf(pair.against, read) }),
    );
    const told: ArmComparison[] = [];
    for (const one of withHolmOverArms(compared)) {
      const items = allItems ? one.items : one.items.filter(({ outcome }) => DIFFERING.has(outcome));
      told.push({ ...one, items: await this.withTexts(items) });
    }
    return {
      schemaVersion: 1,
      nonInferiorityMargin: stored.get(request.against.run)?.suite.nonInferiorityMargin ?? 0,
      runs: [...stored.values()].map(comparedRun),
      compared: told.toSorted((a, b) => (worstFirst([a.overall, b.overall])[0] === a.overall ? -1 : 1)),
      armsLeftOut: left,
    };
  }

  /** The run compared against first. */
  private async storedRuns({ against, sides }: ComparisonRequest): Promise<ReadonlyMap<string, StoredRun>> {
    const stored = new Map<string, StoredRun>();
    for (const id of new Set([against.run, ...sides.map(({ run }) => run)])) {
      const run = await this.runs.stored(id);
      if (!FINAL_STATUSES.some((final) => final === run.view.status)) throw notFinished(run);
      stored.set(id, run);
    }
    return stored;
  }

  private async readRuns(stored: ReadonlyMap<string, StoredRun>): Promise<ReadonlyMap<string, ReadRun>> {
    const table = new ItemTable();
    const read = new Map<string, ReadRun>();
    for (const [id, run] of stored) {
      const items = identifyItems(await this.runs.items(id));
      const columns = await collectColumns(byIdentity(this.samples.figures(id), items), table);
      read.set(id, { stored: run, items, columns });
    }
    return read;
  }

  private async withTexts(items: readonly ItemComparison[]): Promise<ItemComparison[]> {
    const telling = items.filter(({ arm, against }) => arm.sample && against.sample).slice(0, MOST_WITH_TEXTS);
    const samples = telling.flatMap(({ arm, against }) => [arm.sample, against.sample]).filter((one) => one !== null);
    const found = new Map<string, SampleRecord>();
    for (const [run, places] of Map.groupBy(samples, (sample) => sample.run)) {
      for (const record of await this.pages.at(run, places)) found.set(sampleKey(run, record), record);
    }
    return items.map((item) => withText(item, found));
  }
}

async function* byIdentity(samples: AsyncIterable<SampleFigures>, items: RunItems): AsyncGenerator<SampleFigures> {
  for await (const sample of samples) yield { ...sample, item: items.identityOf(sample.dataset, sample.item) };
}

function sideOf({ stored, arm }: RunArm, read: ReadonlyMap<string, ReadRun>): PairedSide {
  const run = read.get(stored.view.id);
  if (!run) throw new RangeError(`run ${stored.view.id} was not read`);
  return { items: run.items, columns: run.columns.arms.get(arm.name) ?? new ArmColumns(run.columns.items) };
}

/** Corrects over the arms that are compared, for each data set and overall. */
function withHolmOverArms(compared: readonly ArmComparison[]): ArmComparison[] {
  const groups = compared.flatMap(({ overall, byDataset }) => [overall, ...byDataset]);
  const corrected = new Map<GroupComparison, GroupComparison>();
  withHolm(groups).forEach((group, index) => {
    const original = groups[index];
    if (original) corrected.set(original, group);
  });
  const of = (group: GroupComparison): GroupComparison => corrected.get(group) ?? group;
  return compared.map((one) => ({ ...one, overall: of(one.overall), byDataset: one.byDataset.map(of) }));
}

function withText(item: ItemComparison, records: ReadonlyMap<string, SampleRecord>): ItemComparison {
  const recordOf = (sample: ItemSample | null): SampleRecord | undefined =>
    sample ? records.get(sampleKey(sample.run, sample)) : undefined;
  const [own, other] = [recordOf(item.arm.sample), recordOf(item.against.sample)];
  if (!own || !other || !item.arm.sample || !item.against.sample) return item;
  return {
    ...item,
    arm: { ...item.arm, sample: { ...item.arm.sample, extracted: own.extracted } },
    against: { ...item.against, sample: { ...item.against.sample, extracted: other.extracted } },
    text: { question: other.question, reference: other.reference },
  };
}

function sampleKey(run: string, { arm, dataset, item, repeat }: SamplePlace): string {
  return JSON.stringify([run, arm, dataset, item, repeat]);
}

function comparedRun({ view, suite }: StoredRun): ComparedRun {
  const items = suite.datasets.reduce((sum, dataset) => sum + dataset.items, 0);
  return { id: view.id, suite: suite.name, status: view.status, finishedAt: view.finishedAt, items };
}

function notFinished({ view }: StoredRun): LaconicError {
  return new LaconicError(
    'run-not-finished',
    `Run ${view.id} is ${view.status}; it can be compared once it has ended.`,
    {
      hint: 'Wait for its end (GET /api/v1/runs/<id>/events), or continue it with `laconic resume`.',
      where: view.id,
    },
  );
}
