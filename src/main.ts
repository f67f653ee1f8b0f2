import { serve } from './application.js';

/** The API process alone; workers are started beside it (worker.ts). */
await serve({ workers: 0 });
