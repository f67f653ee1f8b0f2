export { itemSetSha256, evaluationItemRefused, requireCalibrationItems } from './calibration-guard.js';
export type { DatasetSummary } from './catalogue.js';
export { DatasetsModule } from './datasets.module.js';
export {
  DATASETS_SETTINGS,
  DatasetsService,
  type DatasetsSettings,
  type DatasetTarget,
  type LoadedDataset,
  type NewDataset,
} from './datasets.service.js';
export { DEFAULT_TOLERANCE, type WrittenCheck } from './item-line.js';
export { selectItems } from './select-items.js';
