export {
  type ArmComparison,
  type ComparedArm,
  type ComparisonDocument,
  DIFFERING,
  type GroupComparison,
  ITEM_OUTCOMES,
  type ItemComparison,
  type ItemOutcome,
  type NamedDifference,
  type Pairing,
} from './comparison-document.js';
export { comparisonQuerySchema, type ComparisonQuery, requestOf } from './comparison-query.js';
export { comparisonJson, comparisonText } from './comparison-table.js';
export { ComparisonsModule } from './comparisons.module.js';
export { type ComparisonOptions, ComparisonsService } from './comparisons.service.js';
export { type ComparisonRequest, parseSide, type SideRequest } from './sides.js';
