/** Builders and fakes for tests of results and of what comes after it; nothing of the product imports this. */
export { inMemoryReaders, type MemoryRun } from './testing/readers.js';
export { sampleBuilder, type SampleChanges } from './testing/sample-builder.js';
export { simulatedSamples, type SimulatedArm, type SimulationOptions, SIMULATED_ARMS } from './testing/simulation.js';
export { someStoredRun, type StoredRunChanges } from './testing/stored-run.js';
