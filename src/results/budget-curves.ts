import type { Arm, BudgetCurve, BudgetPoint } from '../domain/index.js';
import { areaWeights, clusteredMeanInterval, itemMeans, mean, slopeWeights } from '../statistics/index.js';
import { aggregate } from './aggregate.js';
import type { ArmColumns, RunColumns } from './columns.js';
import { intervalOf } from './thinking.js';

interface BudgetArm {
  readonly arm: Arm;
  readonly budget: number;
  readonly columns: ArmColumns;
}

/** The opening and the closing delimiter, which the model may have sampled: a budget counts neither. */
const DELIMITERS = 2;

/**
 * A curve for each family of `budget` arms that differ in nothing but the budget, where there are at least two: accuracy
 * at budget B, measured live. Items that some arm of the family lacks are left out.
 */
export function budgetCurves(arms: readonly Arm[], run: RunColumns): BudgetCurve[] {
  const budgetArms = arms.flatMap((arm) => {
    const budget = arm.technique === 'budget' ? Number(arm.params['tokens']) : Number.NaN;
    const columns = run.arms.get(arm.name);
    return Number.isFinite(budget) && columns && columns.length > 0 ? [{ arm, budget, columns }] : [];
  });
  const families = Map.groupBy(budgetArms, ({ arm: { model, sampling, prompt, params } }) =>
    JSON.stringify([model, sampling, prompt, params['closing'] ?? null, params['style'] ?? null]),
  );
  return [...families.values()].flatMap((family) => {
    const distinct = new Map(family.map((one) => [one.budget, one]));
    return distinct.size < 2
      ? []
      : [
          curveOf(
            [...distinct.values()].toSorted((a, b) => a.budget - b.budget),
            run,
          ),
        ];
  });
}

function curveOf(family: readonly BudgetArm[], run: RunColumns): BudgetCurve {
  const budgets = family.map(({ budget }) => budget);
  const accuracies = family.map(({ columns }) =>
    itemMeans(columns.flag('correct'), columns.column('item'), run.items.size),
  );
  const items = Array.from({ length: run.items.size }, (_unused, item) => item).filter((item) =>
    accuracies.every((byItem) => !Number.isNaN(byItem[item])),
  );
  const first = family[0]?.columns;
  const clusters = first ? first.items.clustersOf(items) : null;
  const weighted = (weights: readonly number[]): number[] =>
    items.map((item) => weights.reduce((sum, weight, at) => sum + weight * (accuracies[at]?.[item] ?? 0), 0));
  const areas = weighted(areaWeights(budgets));
  const slopes = weighted(slopeWeights(budgets));
  const points = family.map(pointOf);
  const best = points.toSorted((a, b) => b.accuracy - a.accuracy)[0];
  return {
    model: family[0]?.arm.model ?? '',
    closing: closingOf(family[0]),
    items: items.length,
    points,
    area: {
      value: mean(areas),
      interval: intervalOf(areas, clusters, true),
      from: budgets[0] ?? 0,
      to: budgets.at(-1) ?? 0,
    },
    control: controlOf(family),
    scaling: { perToken: mean(slopes), interval: clusteredMeanInterval(slopes, clusters) },
    performance: {
      accuracy: best?.accuracy ?? Number.NaN,
      interval: best?.accuracyInterval ?? [Number.NaN, Number.NaN],
      arm: best?.arm ?? '',
    },
  };
}

function pointOf({ arm, budget, columns }: BudgetArm): BudgetPoint {
  const { accuracy, accuracyInterval, tokens } = aggregate(columns);
  return {
    arm: arm.name,
    budget,
    accuracy,
    accuracyInterval,
    thinkTokens: tokens.think.mean,
    deliveredTokens: tokens.delivered.mean,
  };
}

function closingOf(family: BudgetArm | undefined): string | null {
  const closing = family?.arm.params['closing'];
  return typeof closing === 'string' ? closing : null;
}

function controlOf(family: readonly BudgetArm[]): BudgetCurve['control'] {
  const within = family.map(({ budget, columns }) =>
    Array.from(columns.column('thinkSampled'), (tokens) => Number(tokens <= budget + DELIMITERS)),
  );
  const budgets = family.map(({ budget, columns }) =>
    Number(mean(columns.column('thinkSampled')) <= budget + DELIMITERS),
  );
  return { budgets: mean(budgets), samples: mean(within.flat()) };
}
