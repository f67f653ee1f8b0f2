import type { TechniqueEntry } from '../../domain/index.js';
import { reportResources } from '../resources.js';
import { catalogueView } from './catalogue-view.js';

/** The catalogue as one HTML file without scripts: same entries, same bytes. */
export function renderCatalogue(entries: readonly TechniqueEntry[]): string {
  const { assets, templates } = reportResources();
  return templates.catalogue({ ...assets, ...catalogueView(entries) });
}
