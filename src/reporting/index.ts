export { renderCatalogue } from './catalogue/render-catalogue.js';
export { renderComparison } from './comparison/render-comparison.js';
export { renderCompressionPreview } from './compression/render-preview.js';
export { renderReport } from './render-report.js';
export { NEIGHBOUR_FILES, type ReportInput, type ReportLinks } from './report-input.js';
export { ReportSource } from './report-source.js';
export { ReportingModule } from './reporting.module.js';
export { ReportingService } from './reporting.service.js';
export { techniqueKinds } from './technique-kinds.js';
