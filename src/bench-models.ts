import { main } from './benchmarks/models/fetch-models.js';

await main();
