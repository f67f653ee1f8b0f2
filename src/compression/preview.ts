import type { LeftOutCounts } from './left-out.js';
import { drawOf } from './ratios.js';
import type { Importance } from './select.js';
import type { DifferenceCount, RatioTally } from './tally.js';

/** Why a chain is shown. */
export type PreviewReason = 'drawn' | 'longest' | 'furthest above' | 'furthest below';

/** Steps of importance that a page tells apart, 0 the least. */
export const SHADES = 5;

export interface PreviewChain {
  readonly dataset: string;
  readonly item: string;
  readonly repeat: number;
  readonly level: number | null;
  readonly question: string;
  readonly asked: number;
  /** Null where the chain before is not at hand. */
  readonly got: number | null;
  /** Texts of tokens, or of words where no tokenizer is at hand. */
  readonly tokens: readonly string[];
  readonly kept: readonly boolean[];
  /** Per token 0 … SHADES − 1; empty where nothing is known of importance. */
  readonly shades: readonly number[];
  readonly answer: string;
}

export interface ShownChain extends PreviewChain {
  readonly why: readonly PreviewReason[];
}

export type PreviewUnit = 'token' | 'word';

/** What a preview page says. */
export interface CompressionPreview {
  readonly title: string;
  /** Where it comes from, name by name. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** What is counted. */
  readonly unit: PreviewUnit;
  /** What chains are shown in. */
  readonly shownUnit: PreviewUnit;
  readonly ratios: readonly RatioTally[];
  readonly differences: readonly DifferenceCount[];
  readonly leftOut: LeftOutCounts;
  readonly shown: readonly ShownChain[];
}

/** Makes a page of a preview. */
export type RenderPreview = (preview: CompressionPreview) => string;

/** Fifths of a chain by rank of importance, equal importances alike. */
export function shadesOf(importance: Importance): number[] {
  const ranked = importance.toSorted((a, b) => a - b);
  const ranks = new Map<number, number>();
  for (const [rank, value] of ranked.entries()) if (!ranks.has(value)) ranks.set(value, rank);
  return importance.map((value) => Math.floor(((ranks.get(value) ?? 0) * SHADES) / importance.length));
}

interface Held {
  readonly draw: number;
  readonly order: number;
  readonly chain: PreviewChain;
}

interface Offer {
  readonly key: string;
  readonly asked: number;
  readonly got: number | null;
  readonly tokens: number;
}

/** Draws chains to show and keeps the extremes, holding no others. */
export class PreviewPicker {
  private drawn: Held[] = [];
  private readonly extremes = new Map<PreviewReason, Held & { readonly value: number }>();
  private order = 0;

  constructor(
    private readonly seed: number,
    private readonly most = 30,
  ) {}

  /** `make` is called only where the chain is held. */
  offer({ key, asked, got, tokens }: Offer, make: () => PreviewChain): void {
    const draw = drawOf(`${this.seed}/preview/${key}/${asked}`);
    let chain: PreviewChain | null = null;
    const order = this.order++;
    const held = (): Held => ({ draw, order, chain: (chain ??= make()) });
    if (this.drawn.length < this.most || draw < (this.drawn.at(-1)?.draw ?? 1)) {
      this.drawn = [...this.drawn, held()].toSorted((a, b) => a.draw - b.draw).slice(0, this.most);
    }
    const above = got === null ? 0 : got - asked;
    const values = { longest: tokens, 'furthest above': above, 'furthest below': -above } as const;
    for (const [why, value] of Object.entries(values) as [keyof typeof values, number][]) {
      if (value > (this.extremes.get(why)?.value ?? 0)) this.extremes.set(why, { ...held(), value });
    }
  }

  /** Extremes first, then in the order offered; each once. */
  get shown(): readonly ShownChain[] {
    const drawn = this.drawn.toSorted((a, b) => a.order - b.order).map((held) => ['drawn', held] as const);
    const shown = new Map<number, PreviewChain & { readonly why: PreviewReason[] }>();
    for (const [why, { order, chain }] of [...this.extremes, ...drawn]) {
      const known = shown.get(order);
      if (known) known.why.push(why);
      else shown.set(order, { ...chain, why: [why] });
    }
    return [...shown.values()];
  }
}
