export { RunsReader, type StoredRun } from './runs-reader.js';
