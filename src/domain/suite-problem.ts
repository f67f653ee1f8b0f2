/** One thing wrong with a suite, by its place in the parsed value; files add the line. */
export interface SuiteProblem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly hint: string;
}
