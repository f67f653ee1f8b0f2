import { NOTHING, type TrustedMarkup } from '../markup.js';
import { group, label, line } from './figure.js';
import type { PlacedLabel } from './labels.js';

/** Baseline of a label's text below its upper edge. */
const BASELINE = 12.5;

/** A name in its place beside a mark, in the colour of `className`, with a line to the mark where it stands off. */
export function placedLabel(
  { name, className }: { readonly name: string; readonly className: string },
  at: readonly [number, number],
  place: PlacedLabel | undefined,
): TrustedMarkup {
  if (place === undefined) return NOTHING;
  const anchor = place.x >= at[0] ? 'start' : place.x + place.width <= at[0] ? 'end' : 'middle';
  const x = anchor === 'start' ? place.x : anchor === 'end' ? place.x + place.width : place.x + place.width / 2;
  const leader = place.leader === null ? NOTHING : line('leader', at, [place.leader.x, place.leader.y]);
  return group(className, leader, label('lab', [x, place.y + BASELINE], name, anchor));
}
