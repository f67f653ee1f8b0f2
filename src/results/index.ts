export { budgetCurves } from './budget-curves.js';
export { budgetWarnings } from './budget-guard.js';
export { aggregate, aggregateArm, type ArmAggregates } from './aggregate.js';
export { armTable, type ArmTable, formatTable, markdownTable } from './arm-table.js';
export { assembleResult } from './assemble.js';
export { type FileChunks, type FileOperations, outputFailed, writeAtomically } from './atomic-file.js';
export { ArmColumns, collectColumns, columnsOf, type RunColumns } from './columns.js';
export { compare, type CompareOptions, comparePairs, OVERALL, unfairPairs, withHolm } from './compare.js';
export { tokenWilcoxonP } from './comparison-checks.js';
export { compressionRate, type ModelChange } from './efficiency-figures.js';
export { csvLines } from './csv.js';
export { DivergenceIndex, divergencePlan, type DivergencePlan, withDivergence } from './divergence.js';
export { type ExportFile, writeExportFolder } from './exports/export-file.js';
export {
  EXPORT_FORMATS,
  type ExportFormat,
  type ExportOptions,
  ExportsService,
  type RunExport,
} from './exports/exports.service.js';
export { type MeasuredArm, unfairDifference } from './fairness.js';
export { type FindingInput, findingOf } from './findings.js';
export { ItemTable } from './item-table.js';
export { resultMarkdown } from './markdown.js';
export * as numberFormat from './number-format.js';
export { writeResultFile, writeSamplesFile } from './output-files.js';
export { pairItems, type Pairs, type PairSide, pairsWithin } from './pairing.js';
export { plainText } from './plain-text.js';
export { resultDifferences, resultJson } from './result-json.js';
export { resultProblems, resultSchema } from './result-schema.js';
export { ResultsModule } from './results.module.js';
export { type ResultOptions, ResultsService } from './results.service.js';
export { SAMPLE_FIELDS, sampleLine, type SampleLineOptions, sampleLines } from './sample-json.js';
export { type SamplePage, type SampleQuery } from './sample-page.js';
export { routeFrontiers } from './route-frontiers.js';
export { armRouting } from './routing.js';
export { sharedOnly } from './shared-samples.js';
export { armThinking } from './thinking.js';
export { verdictOf } from './verdict.js';
