import { loadAssets, type ReportAssets } from './assets.js';
import { loadTemplates, type ReportTemplates } from './templates.js';

export interface ReportResources {
  readonly assets: ReportAssets;
  readonly comparisonAssets: ReportAssets;
  readonly templates: ReportTemplates;
}

let loaded: ReportResources | null = null;

/** Read and compiled once per process; the files belong to the package and do not change under it. */
export function reportResources(): ReportResources {
  loaded ??= {
    assets: loadAssets('report.js'),
    comparisonAssets: loadAssets('comparison.js'),
    templates: loadTemplates(),
  };
  return loaded;
}
