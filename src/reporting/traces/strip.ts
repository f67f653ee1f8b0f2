import type { SampleRecord } from '../../domain/index.js';
import { tokenTotals } from '../../domain/index.js';
import { integer } from '../format.js';
import { element, NOTHING, type TrustedMarkup } from '../markup.js';

/** One trace on the token scale that both traces share. */
export interface Strip {
  readonly drawing: TrustedMarkup;
  readonly words: string;
}

/** `scale`: tokens of the longer trace; `shared`: tokens before the fork, null where not known. */
export function strip(sample: SampleRecord, scale: number, shared: number | null): Strip {
  const { think, delivered } = tokenTotals(sample.ledger);
  const first = sample.measures?.firstCorrect ?? null;
  const isCut = sample.thinkStop !== 'natural' && sample.thinkStop !== 'none';
  return {
    words: stripWords(sample),
    drawing: element(
      'svg',
      {
        viewBox: `0 0 ${Math.max(1, scale)} 18`,
        preserveAspectRatio: 'none',
        'aria-hidden': 'true',
        focusable: 'false',
      },
      segment('st-t', 0, think),
      segment('st-a', think, delivered),
      shared === null ? NOTHING : segment('st-s', 0, Math.min(shared, delivered)),
      ...sample.events.slice(0, 200).map((event) => tick('st-e', event.at)),
      first === null ? NOTHING : tick('st-k', first.tokens),
      isCut ? tick(sample.thinkStop === 'cap' ? 'st-cap' : 'st-cut', think) : NOTHING,
    ),
  };
}

function segment(className: string, from: number, to: number): TrustedMarkup {
  return to <= from ? NOTHING : element('rect', { class: className, x: from, y: 3, width: to - from, height: 13 });
}

function tick(className: string, at: number): TrustedMarkup {
  return element('path', { class: className, d: `M${at} 0V18` });
}

function stripWords({ ledger }: SampleRecord): string {
  const { think, answer, injected, probe } = tokenTotals(ledger);
  const extra = [injected > 0 ? `${integer(injected)} injected` : '', probe > 0 ? `${integer(probe)} probe` : ''];
  return [`${integer(think)} think + ${integer(answer)} answer`, ...extra.filter((word) => word !== '')].join(', ');
}
