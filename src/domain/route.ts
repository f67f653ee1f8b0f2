import { z } from 'zod';
import type { SampleEvent } from './sample.js';

/** What an arm does where it takes the longer of two ways: it thinks, or it hands the item to its next arm. */
export type LongerWay = 'thinks' | 'escalates';

/** Which of two ways a sample took, and the figure that decided: the detail of a `route` event, as JSON. */
export interface RouteDecision {
  /** What was looked at, e.g. `confidence`. */
  readonly signal: string;
  readonly value: number;
  readonly threshold: number;
  /** Whether it was the longer way. */
  readonly taken: boolean;
}

/** How often an arm takes the longer way: mean of item means, with its 95 % interval. */
export interface ArmRouting {
  readonly of: LongerWay;
  readonly share: number;
  readonly interval: readonly [number, number];
  readonly intervalMethod: 'wilson' | 't';
  readonly signal: string;
  readonly threshold: number;
  /** Items and samples that carry a decision. */
  readonly items: number;
  readonly samples: number;
}

/** What each threshold on the recorded signals of an arm would have come to. */
export interface RouteFrontier {
  readonly arm: string;
  /** The arms that always take one way. */
  readonly shorter: string;
  readonly longer: string;
  readonly signal: string;
  /** The longer way is taken where the signal is above the threshold, or at most the threshold. */
  readonly longerWhen: 'above' | 'at-most';
  readonly samples: number;
  /** From no sample on the longer way to all; at most about 200. */
  readonly points: readonly RouteFrontierPoint[];
}

export interface RouteFrontierPoint {
  /** Null where all samples take the same way. */
  readonly threshold: number | null;
  readonly share: number;
  /** Means of item means; tokens with those of the probe that decides. */
  readonly accuracy: number;
  readonly totalTokens: number;
}

const decision = z.object({ signal: z.string(), value: z.number(), threshold: z.number(), taken: z.boolean() });

/** The first decision among the events; null where there is none that can be read. */
export function routeOf(events: readonly SampleEvent[]): RouteDecision | null {
  for (const event of events) {
    if (event.type === 'route') return readDecision(event.detail);
  }
  return null;
}

function readDecision(detail: string): RouteDecision | null {
  try {
    return decision.safeParse(JSON.parse(detail)).data ?? null;
  } catch {
    return null;
  }
}
