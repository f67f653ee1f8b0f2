import type { ComparisonDocument } from '../../comparisons/index.js';
import { reportResources } from '../resources.js';
import { comparisonView } from './comparison-view.js';

/** The comparison as one HTML file: same document, same bytes. It makes no request and reads without its script. */
export function renderComparison(document: ComparisonDocument): string {
  const { comparisonAssets, templates } = reportResources();
  return templates.comparison({ ...comparisonAssets, ...comparisonView(document) });
}
