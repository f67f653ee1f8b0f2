import type { CompressionCard } from './card.js';
import type { CompressionPreview, ShownChain } from './preview.js';

/** What the preview page says of a card and the chains chosen to be shown. */
export function previewOf(card: Omit<CompressionCard, 'files'>, shown: readonly ShownChain[]): CompressionPreview {
  const { run, model, scorer, ratios, selection, items, control } = card;
  const { seed, perChain, maxTokens, forceTokens, reserveDigits, dropConsecutive } = selection;
  const kept = [
    ...(forceTokens.length > 0 ? [`forced ${forceTokens.map((token) => `“${token}”`).join(' ')}`] : []),
    ...(reserveDigits ? ['digits'] : []),
    ...(dropConsecutive ? ['repeats of forced tokens dropped'] : []),
  ];
  return {
    title: `Chains compressed by ${scorer.name}`,
    facts: [
      ['run', `${run.suite} / ${run.id}, arm ${run.arm}`],
      ['model', `${model.alias}, sha256 ${model.sha256}`],
      ['items', itemWords(items)],
      ['scorer', scorer.name],
      ['ratios', `${ratios.join(', ')}; ${perChain === 'one' ? 'one drawn per chain' : 'all for every chain'}`],
      ['kept in any case', kept.length === 0 ? 'nothing' : kept.join(', ')],
      ['length cut', `${maxTokens} tokens`],
      ['control', control],
      ['seed', String(seed)],
    ],
    unit: 'token',
    shownUnit: 'token',
    ratios: card.asked,
    differences: card.differences,
    leftOut: card.leftOut,
    shown,
  };
}

function itemWords({ calibration, own }: CompressionCard['items']): string {
  const sets = [
    ...(calibration.items > 0 ? [`${calibration.items} calibration items`] : []),
    ...(own.items > 0 ? [`${own.items} items of a data set of one’s own`] : []),
  ];
  return sets.join(', ');
}
