import {
  type ArmColumns,
  budgetWarnings,
  OVERALL,
  pairItems,
  type Pairs,
  plainText,
  unfairDifference,
  unfairPairs,
} from '../results/index.js';
import { compareItems, outcomeCounts } from './compare-items.js';
import type { ArmComparison, ComparedArm, NamedDifference } from './comparison-document.js';
import { modelOf, namedDifferences } from './differences.js';
import { byDataset, byLength, byLevel, compareGroup, type GroupOptions } from './groups.js';
import { changedItems, pairingOf, type PairedSide } from './pairing.js';
import type { ArmPair, RunArm } from './sides.js';

export interface PairedSides {
  readonly arm: PairedSide;
  readonly against: PairedSide;
}

/**
 * One arm against another, of the same run or of another. Statistics, verdict and sentence are those of result.json; two
 * arms of a run give the same figures here as there. Precondition: both sides' columns come from one item table, keyed by
 * the identity of items.
 */
export function compareArms(pair: ArmPair, sides: PairedSides): ArmComparison {
  const pairs = pairItems(sides.arm.columns, sides.against.columns);
  const { columns } = sides.arm;
  const [arm, against] = [comparedArm(pair.arm, pair), comparedArm(pair.against, pair)];
  const changed = changedItems(pairs, sides.arm, sides.against);
  const unfair = unfairRuns(pair) ?? unfairChecks(changed.check) ?? unfairDifference(...measured(pair, sides));
  const { suite } = pair.against.stored;
  const options: GroupOptions = {
    arm: arm.label,
    against: against.label,
    margin: suite.nonInferiorityMargin,
    seed: suite.seed,
    findings: true,
    models: { own: modelOf(pair.arm), other: modelOf(pair.against) },
    incomparable: unfair,
  };
  const whole = unfair ?? unfairPairs(pairs);
  const overall = compareGroup(pairs, OVERALL, options);
  const [own, other] = measured(pair, sides);
  const items = compareItems(pairs, pair, sides);
  const grouped = { pairs, columns, options };
  return {
    arm,
    against,
    incomparable: whole,
    differences: [...namedDifferences(pair.arm, pair.against), ...itemDifferences(changed)],
    pairing: pairingOf(pairs, sides.arm, sides.against),
    overall: { ...overall, warnings: budgetWarnings({ own, other, comparison: overall, margin: options.margin }) },
    byDataset: byDataset(grouped, datasetsOf(pairs, columns)),
    byLevel: byLevel(grouped),
    byLength: byLength({ ...grouped, options: { ...options, incomparable: whole } }),
    outcomes: outcomeCounts(items),
    items,
  };
}

type Measured = Parameters<typeof unfairDifference>;

function measured({ arm, against }: ArmPair, sides: PairedSides): Measured {
  return [
    { arm: arm.arm, columns: sides.arm.columns },
    { arm: against.arm, columns: sides.against.columns },
  ];
}

function comparedArm({ stored, arm }: RunArm, pair: ArmPair): ComparedArm {
  const run = stored.view.id;
  const isWithin = pair.arm.stored.view.id === pair.against.stored.view.id;
  const label = plainText(isWithin ? arm.name : `${run}:${arm.name}`);
  return { run, arm: arm.name, label, technique: arm.technique, model: arm.model };
}

/** What is missing of a run that is not complete is not missing by chance. */
function unfairRuns({ arm, against }: ArmPair): string | null {
  const told = [...new Set([against.stored, arm.stored])]
    .filter(({ view }) => view.status !== 'completed')
    .map(
      ({ view: { id, status, progress } }) => `run ${id} is ${status}, ${progress.done} of ${progress.total} samples`,
    );
  return told.length === 0 ? null : told.join('; ');
}

function unfairChecks(changed: number): string | null {
  return changed === 0 ? null : `answers of ${changed} common items are checked in another way`;
}

function itemDifferences(changed: { readonly check: number; readonly prompt: number }): NamedDifference[] {
  const kinds = [
    ['grader', 'check of answers', changed.check],
    ['prompt', 'prompt of items', changed.prompt],
  ] as const;
  return kinds.flatMap(([kind, name, count]) =>
    count === 0 ? [] : [{ kind, name, arm: `${count} common items differ`, against: '' }],
  );
}

function datasetsOf(pairs: Pairs, columns: ArmColumns): string[] {
  const indices = [...pairs.items, ...pairs.unpaired];
  return [...new Set(indices.map((item) => columns.items.at(item).dataset))];
}
