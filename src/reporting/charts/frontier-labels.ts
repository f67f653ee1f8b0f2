import { percentFigure } from '../format.js';
import { element, NOTHING, type Child } from '../markup.js';
import { concat, group, label, line, textWidth } from './figure.js';
import { LABEL_SIZE, shortName, type FrontierArm, type FrontierGeometry } from './frontier-geometry.js';
import type { Box, LabelRequest, PlacedLabel } from './labels.js';

const LABEL_HEIGHT = 16;

export function request(geometry: FrontierGeometry, arm: FrontierArm, at: readonly [number, number]): LabelRequest {
  const width = textWidth(`${shortName(arm, geometry.size)} ${percentFigure(arm.accuracy)}`, LABEL_SIZE);
  return { x: at[0], y: at[1], width, height: LABEL_HEIGHT };
}

export function armLabel(
  geometry: FrontierGeometry,
  arm: FrontierArm,
  at: readonly [number, number],
  place: PlacedLabel | undefined,
): Child {
  if (place === undefined) return null;
  // The box is as wide as the widest face needs; the text sits on the side of it that is nearer to the mark.
  const anchor = place.x >= at[0] ? 'start' : place.x + place.width <= at[0] ? 'end' : 'middle';
  const x = anchor === 'start' ? place.x : anchor === 'end' ? place.x + place.width : place.x + place.width / 2;
  const leader = place.leader === null ? NOTHING : line('leader', at, [place.leader.x, place.leader.y]);
  const text = concat(
    `${shortName(arm, geometry.size)} `,
    element('tspan', { class: 'val' }, percentFigure(arm.accuracy)),
  );
  return group(arm.style.className, leader, label('lab', [x, place.y + 12.5], text, anchor));
}

export function markBox(at: readonly [number, number]): Box {
  return { x: at[0] - 7, y: at[1] - 7, width: 14, height: 14 };
}

/** Interval bars, the staircase and the reference lines as thin boxes. */
export function lineBoxes(geometry: FrontierGeometry, frontier: readonly FrontierArm[]): readonly Box[] {
  const { x, y, size, floor, plotBottom } = geometry;
  const bars = geometry.inWindow.flatMap((arm) => {
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
