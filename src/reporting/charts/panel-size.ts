/** One of several small panels in a row, each a curve on the same axis. */
export interface PanelSize {
  readonly variant: 'wide' | 'narrow';
  readonly width: number;
  readonly ticks: number;
}

export const SIZES: readonly PanelSize[] = [
  { variant: 'wide', width: 226, ticks: 4 },
  { variant: 'narrow', width: 164, ticks: 3 },
];
export const HEIGHT = 112;
export const TOP = 8;
export const BOTTOM = 92;

/** Height of a share from 0 to 1. */
export function yOfShare(share: number): number {
  return BOTTOM - share * (BOTTOM - TOP);
}
