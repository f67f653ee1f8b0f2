import type { TechniqueKind } from '../../domain/index.js';
import { concat, element, type TrustedMarkup } from '../markup.js';

export interface MarkPlace {
  readonly x: number;
  readonly y: number;
  /** Half of the mark's extent, before the optical correction per shape. */
  readonly radius: number;
}

/** Mark of a technique kind as an SVG element; colour comes from the class around it. */
export function mark(kind: TechniqueKind, place: MarkPlace, hollow = false): TrustedMarkup {
  const className = hollow ? 'mk hollow' : 'mk';
  if (kind === 'baseline') return element('circle', { class: className, cx: place.x, cy: place.y, r: place.radius });
  return element('path', { class: className, d: outline(kind, place) });
}

/** Arm label of tables and lists: the mark at the size of the text beside it. */
export function inlineMark(kind: TechniqueKind): TrustedMarkup {
  return element(
    'svg',
    { class: 'mark', width: 14, height: 14, viewBox: '0 0 14 14', 'aria-hidden': 'true' },
    mark(kind, { x: 7, y: 7, radius: 4.6 }),
  );
}

/** Arrow at the left edge of an interval column: the value lies below its scale. */
export function belowScaleMark(y: number): TrustedMarkup {
  return element('path', { class: 'mk', d: `M1 ${y}l8 -4.5v9Z` });
}

/** Two strokes through an axis that leaves out a range. */
export function axisBreak(x: number, y: number): TrustedMarkup {
  return concat(
    element('path', { class: 'axis', d: `M${x - 4} ${y + 2}l8 -5` }),
    element('path', { class: 'axis', d: `M${x - 4} ${y + 6}l8 -5` }),
  );
}

type PolygonKind = Exclude<TechniqueKind, 'baseline'>;

/** Vertices around the centre; the factors make the shapes look equally large. */
function outline(kind: PolygonKind, { x, y, radius }: MarkPlace): string {
  const vertices = corners(kind).map(([dx, dy]) => `${round(x + dx * radius)} ${round(y + dy * radius)}`);
  return `M${vertices.join('L')}Z`;
}

function corners(kind: PolygonKind): readonly (readonly [number, number])[] {
  switch (kind) {
    case 'suppression':
      return square(0.89);
    case 'budget':
      return [
        [0, -1.15],
        [1.1, 0.85],
        [-1.1, 0.85],
      ];
    case 'exit':
      return [
        [0, -1.26],
        [1.26, 0],
        [0, 1.26],
        [-1.26, 0],
      ];
    case 'compression':
      return [
        [0, 1.15],
        [1.1, -0.85],
        [-1.1, -0.85],
      ];
    case 'steering':
      return [
        [-1.1, -1.1],
        [0, -1.1],
        [1.2, 0],
        [0, 1.1],
        [-1.1, 1.1],
        [0.1, 0],
      ];
    case 'prompt':
      return plus(0.42, 1.15);
    case 'voting':
      return [
        [0, -1.15],
        [1.09, -0.36],
        [0.68, 0.93],
        [-0.68, 0.93],
        [-1.09, -0.36],
      ];
    case 'none':
      return [
        [-0.55, -1],
        [0.55, -1],
        [1.1, 0],
        [0.55, 1],
        [-0.55, 1],
        [-1.1, 0],
      ];
  }
}

function plus(thin: number, long: number): readonly (readonly [number, number])[] {
  return [
    [-thin, -long],
    [thin, -long],
    [thin, -thin],
    [long, -thin],
    [long, thin],
    [thin, thin],
    [thin, long],
    [-thin, long],
    [-thin, thin],
    [-long, thin],
    [-long, -thin],
    [-thin, -thin],
  ];
}

function square(half: number): readonly (readonly [number, number])[] {
  return [
    [-half, -half],
    [half, -half],
    [half, half],
    [-half, half],
  ];
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
