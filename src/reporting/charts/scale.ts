import { nice, ticks } from 'd3-array';

/** From figures to pixels, linearly. */
export interface Scale {
  (value: number): number;
  readonly domain: readonly [number, number];
  readonly ticks: (most: number) => readonly number[];
}

export function linearScale(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const [from, to] = domain;
  const unit = to === from ? 0 : (range[1] - range[0]) / (to - from);
  const scale = (value: number): number => range[0] + (value - from) * unit;
  return Object.assign(scale, { domain, ticks: (most: number) => roundTicks(domain, most) });
}

/** The domain widened to round ends. */
export function roundDomain([from, to]: readonly [number, number], count: number): readonly [number, number] {
  return nice(from, to, count);
}

/** Round ticks, never more than `most`. */
function roundTicks([from, to]: readonly [number, number], most: number): readonly number[] {
  for (let count = most; count > 1; count -= 1) {
    const found = ticks(from, to, count);
    if (found.length <= most) return found;
  }
  return ticks(from, to, 1);
}
