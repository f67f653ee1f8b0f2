import { percentFigure } from '../format.js';
import { element, NOTHING, type Child } from '../markup.js';
import { concat, group, label, line, textWidth } from './figure.js';
import type { FrontierArm } from './frontier-arms.js';
import { LABEL_SIZE, labelText, NUMBER_SIZE, shortName, type FrontierGeometry } from './frontier-geometry.js';
import { placeLabels, type Box, type LabelRequest, type Obstacles, type PlacedLabel } from './labels.js';

const NAME = { size: LABEL_SIZE, height: 16, baseline: 12.5, gap: 0 } as const;
/** Two numbers side by side must not read as one. */
const NUMBER = { size: NUMBER_SIZE, height: 13, baseline: 10.5, gap: 5 } as const;

export interface PlacedMark {
  readonly arm: FrontierArm;
  readonly at: readonly [number, number];
}

/** Labels of marks in order of importance, those with names first: what matters most gets the best place. */
export function markLabels(
  geometry: FrontierGeometry,
  marks: readonly PlacedMark[],
  obstacles: Obstacles,
): readonly Child[] {
  const { numbers } = geometry;
  const ordered = marks.toSorted((a, b) => (numbers.get(a.arm) ?? 0) - (numbers.get(b.arm) ?? 0));
  const placed = placeLabels(
    ordered.map((each) => request(geometry, each)),
    obstacles,
  );
  return ordered.map((each, index) => markLabel(geometry, each, placed[index]));
}

function request(geometry: FrontierGeometry, { arm, at }: PlacedMark): LabelRequest {
  const { size, height, gap } = geometry.numbers.has(arm) ? NUMBER : NAME;
  const width = textWidth(labelText(arm, geometry.numbers, geometry.size), size) + gap;
  return { x: at[0], y: at[1], width, height };
}

function markLabel(geometry: FrontierGeometry, { arm, at }: PlacedMark, place: PlacedLabel | undefined): Child {
  if (place === undefined) return null;
  // The box is as wide as the widest face needs; the text sits on the side of it that is nearer to the mark.
  const anchor = place.x >= at[0] ? 'start' : place.x + place.width <= at[0] ? 'end' : 'middle';
  const x = anchor === 'start' ? place.x : anchor === 'end' ? place.x + place.width : place.x + place.width / 2;
  const leader = place.leader === null ? NOTHING : line('leader', at, [place.leader.x, place.leader.y]);
  const number = geometry.numbers.get(arm);
  const text =
    number === undefined
      ? label('lab', [x, place.y + NAME.baseline], named(geometry, arm), anchor)
      : label('num', [x, place.y + NUMBER.baseline], String(number), anchor);
  return group(arm.style.className, element('title', {}, arm.name), leader, text);
}

function named(geometry: FrontierGeometry, arm: FrontierArm): Child {
  return concat(`${shortName(arm, geometry.size)} `, element('tspan', { class: 'val' }, percentFigure(arm.accuracy)));
}

export function markBox(at: readonly [number, number]): Box {
  return { x: at[0] - 7, y: at[1] - 7, width: 14, height: 14 };
}

/** Interval bars, the staircase and the reference lines as thin boxes. */
export function lineBoxes(
  geometry: FrontierGeometry,
  frontier: readonly FrontierArm[],
  barred: readonly FrontierArm[],
): readonly Box[] {
  const { x, y, size, floor, plotBottom } = geometry;
  const bars = barred.flatMap((arm) => {
    const [left, right] = arm.deliveredInterval ?? [arm.delivered, arm.delivered];
    const top = y(Math.min(arm.accuracyInterval[1], geometry.ceiling));
    return [
      box(x(left), y(arm.accuracy) - 1.5, x(Math.max(right, arm.total)), y(arm.accuracy) + 1.5),
      box(x(arm.delivered) - 1.5, top, x(arm.delivered) + 1.5, y(Math.max(arm.accuracyInterval[0], floor))),
    ];
  });
  const stairs = frontier.flatMap((arm, index) => {
    const height = arm.accuracy < floor ? plotBottom : y(arm.accuracy);
    const next = frontier[index + 1];
    const right = next === undefined ? size.right : x(next.total);
    const rise = next === undefined ? height : y(Math.max(next.accuracy, floor));
    return [box(x(arm.total), height - 1, right, height + 1), box(right - 1, rise, right + 1, height)];
  });
  const references = geometry.inWindow
    .filter((arm) => arm.isReference)
    .map((arm) => box(x(arm.delivered) - 1, size.top, x(arm.delivered) + 1, plotBottom));
  return [...bars, ...stairs, ...references];
}

function box(left: number, top: number, right: number, bottom: number): Box {
  return { x: left, y: top, width: right - left, height: bottom - top };
}
