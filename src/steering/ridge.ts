import { CholeskyDecomposition, Matrix } from 'ml-matrix';

/** prediction = intercept + direction · state. */
export interface LinearProbe {
  readonly direction: readonly number[];
  readonly intercept: number;
}

/**
 * Sums over rows (state, target) from which a regression is solved and its error is known, whatever the number of rows:
 * memory grows with the square of the width only.
 */
export class RegressionSums {
  count = 0;
  targets = 0;
  squaredTargets = 0;
  readonly states: Float64Array;
  /** (width), of state × target. */
  readonly products: Float64Array;
  /** Lower triangle, row by row, of the sum of state · stateᵀ. */
  readonly scatter: Float64Array;

  constructor(readonly width: number) {
    this.states = new Float64Array(width);
    this.products = new Float64Array(width);
    this.scatter = new Float64Array((width * (width + 1)) / 2);
  }

  /** Precondition: `state` has the width. */
  add(state: ArrayLike<number>, target: number): void {
    this.count++;
    this.targets += target;
    this.squaredTargets += target * target;
    let place = 0;
    for (let row = 0; row < this.width; row++) {
      const value = state[row] as number;
      this.states[row] = (this.states[row] as number) + value;
      this.products[row] = (this.products[row] as number) + value * target;
      for (let column = 0; column <= row; column++, place++) {
        this.scatter[place] = (this.scatter[place] as number) + value * (state[column] as number);
      }
    }
  }

  /** The sums over the rows of all `parts`, which have one width. */
  static total(parts: readonly RegressionSums[]): RegressionSums {
    const total = new RegressionSums(parts[0]?.width ?? 0);
    for (const part of parts) {
      total.count += part.count;
      total.targets += part.targets;
      total.squaredTargets += part.squaredTargets;
      for (const key of ['states', 'products', 'scatter'] as const) {
        for (const [index, value] of part[key].entries()) total[key][index] = (total[key][index] as number) + value;
      }
    }
    return total;
  }
}

/**
 * Ridge regression with a free intercept: least squares plus `ridge` × |direction|². Precondition: there are rows; with
 * ridge 0 they must span the width.
 */
export function fitRidge(sums: RegressionSums, ridge: number): LinearProbe {
  const { width, count, states, products, targets } = sums;
  const left = Matrix.zeros(width, width);
  const right = Matrix.zeros(width, 1);
  let place = 0;
  for (let row = 0; row < width; row++) {
    right.set(row, 0, (products[row] as number) - ((states[row] as number) * targets) / count);
    for (let column = 0; column <= row; column++, place++) {
      const centred = (sums.scatter[place] as number) - ((states[row] as number) * (states[column] as number)) / count;
      left.set(row, column, centred);
      left.set(column, row, centred);
    }
    left.set(row, row, left.get(row, row) + ridge);
  }
  const direction = new CholeskyDecomposition(left).solve(right).to1DArray();
  return { direction, intercept: (targets - dot(direction, states)) / count };
}

/** Sum of squared errors of the probe on the rows. */
export function squaredError(sums: RegressionSums, { direction, intercept }: LinearProbe): number {
  let quadratic = 0;
  let place = 0;
  for (const [row, value] of direction.entries()) {
    for (let column = 0; column <= row; column++, place++) {
      const twice = column < row ? 2 : 1;
      quadratic += twice * value * (direction[column] as number) * (sums.scatter[place] as number);
    }
  }
  const reached = dot(direction, sums.products) + intercept * sums.targets;
  const shift = 2 * intercept * dot(direction, sums.states) + sums.count * intercept * intercept;
  return sums.squaredTargets - 2 * reached + quadratic + shift;
}

export interface RidgeFit {
  readonly probe: LinearProbe;
  /** Share of the targets' variance that the probe explains where it was fitted. */
  readonly r2: number;
  /** The same on each fold, by a probe fitted on the others; what is left out of account is the mean of those others. */
  readonly heldOutR2: number;
}

/** Precondition: at least two folds, all with rows. */
export function crossValidatedRidge(folds: readonly RegressionSums[], ridge: number): RidgeFit {
  const all = RegressionSums.total(folds);
  const probe = fitRidge(all, ridge);
  let left = 0;
  let spread = 0;
  for (const fold of folds) {
    const others = RegressionSums.total(folds.filter((other) => other !== fold));
    left += squaredError(fold, fitRidge(others, ridge));
    spread += spreadAround(others.targets / others.count, fold);
  }
  return {
    probe,
    r2: 1 - squaredError(all, probe) / spreadAround(all.targets / all.count, all),
    heldOutR2: 1 - left / spread,
  };
}

function spreadAround(mean: number, { count, targets, squaredTargets }: RegressionSums): number {
  return squaredTargets - 2 * mean * targets + count * mean * mean;
}

function dot(a: readonly number[], b: ArrayLike<number>): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] as number), 0);
}
