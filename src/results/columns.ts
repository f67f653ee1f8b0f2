import {
  MEASURE_RULES,
  routeOf,
  tokenTotals,
  type RouteDecision,
  type StopReason,
  type ThinkStop,
} from '../domain/index.js';
import type { SampleFigures } from '../execution/index.js';
import { gather } from './gather.js';
import { ItemTable } from './item-table.js';

export const THINK_STOPS = ['none', 'natural', 'budget', 'exit', 'cap'] as const satisfies readonly ThinkStop[];
export const STOP_REASONS = ['eos', 'stop_string', 'length_cap', 'error'] as const satisfies readonly StopReason[];

/** The way that a sample took, where its arm decides between two. */
export const WAYS = ['none', 'shorter', 'longer'] as const;

const STORED = [
  'item',
  'repeat',
  'prompt',
  'think',
  'thinkSampled',
  'answer',
  'injected',
  'probe',
  'rejected',
  'delivered',
  'total',
  'firstCorrect',
  'solutions',
  'solutionTokens',
  'distinctTokens',
  'keywordReflections',
  'rederivations',
  'sentences',
  'convergedAt',
  'repeatedTokens',
  'preparation',
] as const;
const FLAGS = ['correct', 'unanswered', 'thinkStop', 'stopReason', 'measured', 'positioned', 'looped', 'way'] as const;

export type NumberColumn = (typeof STORED)[number];
type FlagColumn = (typeof FLAGS)[number];
export type RouteRule = Pick<RouteDecision, 'signal' | 'threshold'>;

/** One entry per row. */
export interface RowFigures {
  readonly correct: ArrayLike<number>;
  readonly delivered: ArrayLike<number>;
  readonly total: ArrayLike<number>;
}

const FIRST_CAPACITY = 256;

/**
 * The numbers of one arm's samples, one typed array per column: about 100 bytes a sample, whatever its trace weighs.
 * `item` indexes the item table, `thinkStop`, `stopReason` and `way` index the lists above, flags are 0 or 1. Measures of the
 * trace count where `measured` is set; `firstCorrect` is −1 and `convergedAt` 0 where there is no such place; `signal` is
 * what the way was chosen by.
 */
export class ArmColumns {
  length = 0;
  private numbers: Record<NumberColumn, Int32Array> = numberColumns(FIRST_CAPACITY);
  private flags: Record<FlagColumn, Uint8Array> = flagColumns(FIRST_CAPACITY);
  private signals = new Float64Array(FIRST_CAPACITY);
  /** The rule of an arm's samples is one and the same; null where no sample took a decision. */
  private rule: RouteRule | null = null;

  constructor(readonly items: ItemTable) {}

  push(sample: SampleFigures): void {
    const row = this.nextRow();
    const totals = tokenTotals(sample.ledger);
    const { numbers, flags } = this;
    numbers.item[row] = this.items.indexOf(sample);
    numbers.repeat[row] = sample.repeat;
    numbers.prompt[row] = sample.ledger.prompt;
    numbers.think[row] = totals.think;
    numbers.thinkSampled[row] = sample.ledger.thinkSampled;
    numbers.answer[row] = totals.answer;
    numbers.injected[row] = totals.injected;
    numbers.probe[row] = totals.probe;
    numbers.rejected[row] = totals.rejected;
    numbers.delivered[row] = totals.delivered;
    numbers.total[row] = totals.total;
    numbers.preparation[row] = sample.replay?.preparationTokens ?? 0;
    flags.correct[row] = sample.correct ? 1 : 0;
    flags.unanswered[row] = sample.extracted === null ? 1 : 0;
    flags.thinkStop[row] = THINK_STOPS.indexOf(sample.thinkStop);
    flags.stopReason[row] = STOP_REASONS.indexOf(sample.stopReason);
    this.pushRoute(row, sample);
    this.pushMeasures(row, sample);
  }

  /** A view of the filled part; valid until the next push. */
  column(name: NumberColumn): Int32Array {
    return this.numbers[name].subarray(0, this.length);
  }

  flag(name: FlagColumn): Uint8Array {
    return this.flags[name].subarray(0, this.length);
  }

  signal(): Float64Array {
    return this.signals.subarray(0, this.length);
  }

  routeRule(): RouteRule | null {
    return this.rule;
  }

  /** The rows for which `keep` holds, as columns of their own. */
  select(keep: (row: number) => boolean): ArmColumns {
    const kept = new Int32Array(this.length);
    let count = 0;
    for (let row = 0; row < this.length; row += 1) if (keep(row)) kept[count++] = row;
    const rows = kept.subarray(0, count);
    const selected = new ArmColumns(this.items);
    selected.rule = this.rule;
    selected.length = count;
    // Column by column: what is read and written then lies together.
    for (const name of STORED) selected.numbers[name] = gather(this.numbers[name], rows, new Int32Array(count));
    for (const name of FLAGS) selected.flags[name] = gather(this.flags[name], rows, new Uint8Array(count));
    selected.signals = gather(this.signals, rows, new Float64Array(count));
    return selected;
  }

  /** The same samples with other verdicts and tokens, one per row: what they would have come to. */
  withFigures({ correct, delivered, total }: RowFigures): ArmColumns {
    const changed = this.select(() => true);
    changed.flags.correct.set(correct);
    changed.numbers.delivered.set(delivered);
    changed.numbers.total.set(total);
    return changed;
  }

  private pushRoute(row: number, { events }: SampleFigures): void {
    const route = events.length === 0 ? null : routeOf(events);
    if (route === null) return;
    this.flags.way[row] = WAYS.indexOf(route.taken ? 'longer' : 'shorter');
    this.signals[row] = route.value;
    this.rule ??= route;
  }

  private pushMeasures(row: number, { measures, stopReason }: SampleFigures): void {
    if (measures?.rules !== MEASURE_RULES || stopReason === 'error') return;
    const { numbers, flags } = this;
    numbers.firstCorrect[row] = measures.firstCorrect?.tokens ?? -1;
    numbers.solutions[row] = measures.solutions;
    numbers.solutionTokens[row] = measures.solutionTokens;
    numbers.distinctTokens[row] = measures.distinctTokens;
    numbers.keywordReflections[row] = measures.keywordReflections;
    numbers.rederivations[row] = measures.rederivations;
    numbers.sentences[row] = measures.sentences;
    numbers.convergedAt[row] = measures.convergedAt ?? 0;
    numbers.repeatedTokens[row] = measures.repeatedTokens;
    flags.measured[row] = 1;
    flags.positioned[row] = measures.positions === 'proportional' ? 0 : 1;
    flags.looped[row] = measures.loop === null ? 0 : 1;
  }

  private nextRow(): number {
    const row = this.length;
    const capacity = this.numbers.item.length;
    if (row === capacity) {
      const more = Math.max(FIRST_CAPACITY, capacity * 2);
      for (const name of STORED) this.numbers[name] = enlarged(this.numbers[name], new Int32Array(more));
      for (const name of FLAGS) this.flags[name] = enlarged(this.flags[name], new Uint8Array(more));
      this.signals = enlarged(this.signals, new Float64Array(more));
    }
    this.length = row + 1;
    return row;
  }
}

/** All arms of a run; `items` is shared, so that equal indices mean the same item. */
export interface RunColumns {
  readonly items: ItemTable;
  readonly arms: ReadonlyMap<string, ArmColumns>;
}

/** Reads a run once. Pass the item table of another run to compare the two. */
export async function collectColumns(
  samples: AsyncIterable<SampleFigures> | Iterable<SampleFigures>,
  items: ItemTable = new ItemTable(),
): Promise<RunColumns> {
  const arms = new Map<string, ArmColumns>();
  for await (const sample of samples) armOf(arms, sample.arm, items).push(sample);
  return { items, arms };
}

/** For samples that are in memory already. */
export function columnsOf(samples: Iterable<SampleFigures>, items: ItemTable = new ItemTable()): RunColumns {
  const arms = new Map<string, ArmColumns>();
  for (const sample of samples) armOf(arms, sample.arm, items).push(sample);
  return { items, arms };
}

function armOf(arms: Map<string, ArmColumns>, name: string, items: ItemTable): ArmColumns {
  const known = arms.get(name);
  if (known) return known;
  const columns = new ArmColumns(items);
  arms.set(name, columns);
  return columns;
}

function numberColumns(capacity: number): Record<NumberColumn, Int32Array> {
  return columnsNamed(STORED, () => new Int32Array(capacity));
}

function flagColumns(capacity: number): Record<FlagColumn, Uint8Array> {
  return columnsNamed(FLAGS, () => new Uint8Array(capacity));
}

function columnsNamed<Name extends string, Column>(names: readonly Name[], make: () => Column): Record<Name, Column> {
  return Object.fromEntries(names.map((name) => [name, make()])) as Record<Name, Column>;
}

function enlarged<Column extends Int32Array | Uint8Array | Float64Array>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}
