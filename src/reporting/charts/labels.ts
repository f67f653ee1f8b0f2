/**
 * Places text labels beside marks: candidates on five rings and eleven angles, the cheapest one wins. Deterministic;
 * labels come in order of importance, each yields to those before it. Where a crowd leaves no free candidate, the
 * nearest free place on a grid is taken, so labels never cover each other as long as the area has room.
 */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface LabelRequest {
  /** Centre of the mark. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedLabel extends Box {
  /** From the mark to the label's nearest edge, drawn where the label stands off; null otherwise. */
  readonly leader: { readonly x: number; readonly y: number } | null;
}

export interface Obstacles {
  readonly area: Box;
  /** Other text; covered only where the area is full. */
  readonly texts: readonly Box[];
  /** Marks should not be covered either. */
  readonly marks: readonly Box[];
  /** Interval bars and lines are better not covered. */
  readonly lines: readonly Box[];
}

const RINGS = [9, 15, 24, 36, 52] as const;
/** Degrees, counter-clockwise from the right; right and upper sides first among equals. */
const ANGLES = [18, -18, 162, 198, 60, -60, 90, 120, 240, 270, 0] as const;
const LEADER_FROM = 20;
const GRID_STEP = 8;
/** Cost of a covered pixel, against 1 for a pixel of distance. */
const COST = { label: 50, mark: 12, line: 1.6, outside: 200 } as const;

export function placeLabels(requests: readonly LabelRequest[], obstacles: Obstacles): readonly PlacedLabel[] {
  const placed: PlacedLabel[] = [];
  for (const request of requests) {
    const box = bestCandidate(request, obstacles, [...obstacles.texts, ...placed]);
    placed.push({ ...box, leader: leaderOf(request, box) });
  }
  return placed;
}

function bestCandidate(request: LabelRequest, obstacles: Obstacles, texts: readonly Box[]): Box {
  const ringed = RINGS.flatMap((ring) => ANGLES.map((angle) => candidate(request, ring, angle)));
  const isFree = (box: Box): boolean =>
    contains(obstacles.area, box) && !texts.some((other) => overlap(box, other) > 0);
  const free = ringed.filter(isFree);
  const choice = free.length > 0 ? free : gridCandidates(request, obstacles.area).filter(isFree);
  return cheapest(choice.length > 0 ? choice : ringed, (box) => cost(box, request, obstacles, texts));
}

/** The label's box whose nearest edge lies on the ring: anchored left, right, or centred by the angle. */
function candidate(request: LabelRequest, ring: number, angle: number): Box {
  const radians = (angle * Math.PI) / 180;
  const dx = Math.cos(radians);
  const dy = -Math.sin(radians);
  const { width, height } = request;
  const left = Math.abs(dx) < 0.3 ? -width / 2 : dx > 0 ? 0 : -width;
  return {
    x: request.x + dx * ring + left,
    y: request.y + dy * ring - height / 2 + (dy * height) / 3,
    width,
    height,
  };
}

function gridCandidates(request: LabelRequest, area: Box): readonly Box[] {
  const boxes: Box[] = [];
  for (let y = area.y; y + request.height <= area.y + area.height; y += GRID_STEP) {
    for (let x = area.x; x + request.width <= area.x + area.width; x += GRID_STEP) {
      boxes.push({ x, y, width: request.width, height: request.height });
    }
  }
  return boxes;
}

function cost(box: Box, request: LabelRequest, obstacles: Obstacles, texts: readonly Box[]): number {
  const covered = (boxes: readonly Box[]): number => boxes.reduce((sum, other) => sum + overlap(box, other), 0);
  return (
    distance(request, box) +
    covered(texts) * COST.label +
    covered(obstacles.marks) * COST.mark +
    covered(obstacles.lines) * COST.line +
    (contains(obstacles.area, box) ? 0 : COST.outside)
  );
}

function leaderOf(request: LabelRequest, box: Box): PlacedLabel['leader'] {
  if (distance(request, box) < LEADER_FROM) return null;
  return nearestPoint(request, box);
}

function nearestPoint(from: { readonly x: number; readonly y: number }, box: Box): { x: number; y: number } {
  return {
    x: Math.min(Math.max(from.x, box.x), box.x + box.width),
    y: Math.min(Math.max(from.y, box.y), box.y + box.height),
  };
}

function distance(from: { readonly x: number; readonly y: number }, box: Box): number {
  const nearest = nearestPoint(from, box);
  return Math.hypot(nearest.x - from.x, nearest.y - from.y);
}

/** Covered area in square pixels; most pairs lie apart, which four comparisons tell. */
export function overlap(a: Box, b: Box): number {
  if (a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y) return 0;
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return width > 0 && height > 0 ? width * height : 0;
}

export function contains(outer: Box, inner: Box): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

function cheapest(boxes: readonly Box[], priceOf: (box: Box) => number): Box {
  let best = boxes[0] ?? { x: 0, y: 0, width: 0, height: 0 };
  let lowest = Number.POSITIVE_INFINITY;
  for (const box of boxes) {
    const price = priceOf(box);
    if (price < lowest) [best, lowest] = [box, price];
  }
  return best;
}
