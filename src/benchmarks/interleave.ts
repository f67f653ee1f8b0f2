export const MIN_REPETITIONS = 5;

/** The order of a round: each round begins with the next contestant, so that none always follows the same one. */
export function roundOrder<T>(contestants: readonly T[], round: number): T[] {
  return contestants.map((_, index) => contestants[(index + round) % contestants.length] as T);
}

/** Measures every contestant once per round; the values of a contestant stand in the order of the rounds. */
export async function interleaved<T>(
  contestants: readonly T[],
  rounds: number,
  measure: (contestant: T, round: number) => Promise<number>,
): Promise<Map<T, number[]>> {
  const values = new Map<T, number[]>(contestants.map((contestant) => [contestant, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const contestant of roundOrder(contestants, round)) {
      values.get(contestant)?.push(await measure(contestant, round));
    }
  }
  return values;
}
