export { chooseQueueBackend, QueueModule, type QueueStore } from './queue.module.js';
export { QueueProbe } from './queue-probe.js';
