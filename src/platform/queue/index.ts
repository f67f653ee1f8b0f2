export { chooseQueueBackend, QueueModule, type QueueStore } from './queue.module.js';
