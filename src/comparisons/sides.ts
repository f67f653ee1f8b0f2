import { type Arm, LaconicError, nearestName } from '../domain/index.js';
import type { StoredRun } from '../runs/index.js';

/** A run, or one of its arms. */
export interface SideRequest {
  readonly run: string;
  readonly arm?: string | undefined;
}

export interface ComparisonRequest {
  readonly against: SideRequest;
  /** Empty: the other arms of the run compared against. */
  readonly sides: readonly SideRequest[];
}

export interface RunArm {
  readonly stored: StoredRun;
  readonly arm: Arm;
}

export interface ArmPair {
  readonly arm: RunArm;
  readonly against: RunArm;
}

export interface PairedArms {
  readonly pairs: readonly ArmPair[];
  readonly left: readonly { readonly run: string; readonly arm: string }[];
}

/** `run` or `run:arm`; the name of an arm may hold colons. Throws `usage`. */
export function parseSide(text: string): SideRequest {
  const colon = text.indexOf(':');
  const side = colon < 0 ? { run: text } : { run: text.slice(0, colon), arm: text.slice(colon + 1) };
  if (side.run !== '' && side.arm !== '') return side;
  throw new LaconicError('usage', `“${text}” is not the id of a run, nor one with the name of an arm.`, {
    hint: 'Write <run> or <run>:<arm>.',
  });
}

/**
 * The arms that a request means. Within one run, the arm compared against is the suite's unless named, and without sides
 * all others are compared with it. Over runs, arms are matched by name; a side that names an arm is compared with the arm
 * of that name unless the other side names one too. Throws `usage` where an arm is unknown or nothing is left.
 */
export function pairSides({ against, sides }: ComparisonRequest, runs: ReadonlyMap<string, StoredRun>): PairedArms {
  const reference = runOf(runs, against.run);
  const wanted = sides.length === 0 ? othersOf(reference, against) : sides;
  const paired = wanted.map((side) => pairSide(side, against, runs));
  const pairs = paired.flatMap((one) => one.pairs);
  if (pairs.length > 0) return { pairs, left: paired.flatMap((one) => one.left) };
  throw new LaconicError('usage', `There is no arm to compare with those of run ${against.run}.`, {
    hint: `Its arms are ${armNames(reference).join(', ')}; name two arms, as <run>:<arm>.`,
    where: against.run,
  });
}

function pairSide(side: SideRequest, against: SideRequest, runs: ReadonlyMap<string, StoredRun>): PairedArms {
  const [own, reference] = [runOf(runs, side.run), runOf(runs, against.run)];
  const names = { own: side.arm ?? against.arm, reference: against.arm ?? side.arm };
  if (names.own === undefined || names.reference === undefined) return pairByName(own, reference);
  const isWithin = side.run === against.run && against.arm === undefined;
  const other = armOf(reference, isWithin ? reference.suite.against : names.reference);
  return { pairs: [{ arm: armOf(own, names.own), against: other }], left: [] };
}

/** All arms that both have; of one run, each with itself. */
function pairByName(own: StoredRun, reference: StoredRun): PairedArms {
  const common = armNames(own).filter((name) => armNames(reference).includes(name));
  const left = [reference, own].flatMap((stored) =>
    armNames(stored)
      .filter((name) => !common.includes(name))
      .map((arm) => ({ run: stored.view.id, arm })),
  );
  return { pairs: common.map((name) => ({ arm: armOf(own, name), against: armOf(reference, name) })), left };
}

function othersOf(reference: StoredRun, against: SideRequest): SideRequest[] {
  const name = against.arm ?? reference.suite.against;
  return armNames(reference)
    .filter((other) => other !== name)
    .map((arm) => ({ run: against.run, arm }));
}

function armOf(stored: StoredRun, name: string): RunArm {
  const arm = stored.suite.arms.find((each) => each.name === name);
  if (arm) return { stored, arm };
  const nearest = nearestName(name, armNames(stored));
  throw new LaconicError('usage', `Run ${stored.view.id} has no arm ${name}.`, {
    hint: nearest === null ? `Its arms are ${armNames(stored).join(', ')}.` : `Did you mean ${nearest}?`,
    where: stored.view.id,
  });
}

function armNames({ suite }: StoredRun): string[] {
  return suite.arms.map(({ name }) => name);
}

function runOf(runs: ReadonlyMap<string, StoredRun>, id: string): StoredRun {
  const stored = runs.get(id);
  if (!stored) throw new RangeError(`run ${id} was not read`);
  return stored;
}
