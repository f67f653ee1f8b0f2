export { BENCH_NAMES, type BenchDocument, type BenchName } from './bench-document.js';
export { PEER_GROUPS, type BenchRequest, type PeerGroup } from './bench-request.js';
export { benchTable } from './bench-table.js';
export { recordBench } from './performance-record.js';
export { runBenches } from './run-bench.js';
