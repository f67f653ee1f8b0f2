export const CONTRIBUTION_UNITS = ['line', 'token'] as const;

/** What is left out at a time. */
export type ContributionUnit = (typeof CONTRIBUTION_UNITS)[number];

/** Tokens `first` to `end` - 1. */
export interface TokenRange {
  readonly first: number;
  readonly end: number;
}

/** The units of a chain, in order and without gaps. A line ends behind its newline and the blanks that follow it. */
export function unitsOf(tokens: readonly string[], unit: ContributionUnit): TokenRange[] {
  const units: TokenRange[] = [];
  for (let [first, end] = [0, 1]; end <= tokens.length; end += 1) {
    if (!endsUnit(tokens, end, unit)) continue;
    units.push({ first, end });
    first = end;
  }
  return units;
}

function endsUnit(tokens: readonly string[], end: number, unit: ContributionUnit): boolean {
  const next = tokens[end];
  if (unit === 'token' || next === undefined) return true;
  if (next.trim() === '') return false;
  const blanksOrLineEnd = tokens.slice(0, end).findLast((token) => token.includes('\n') || token.trim() !== '');
  return blanksOrLineEnd?.includes('\n') ?? false;
}
