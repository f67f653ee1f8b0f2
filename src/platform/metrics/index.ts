export { MetricsController } from './metrics.controller.js';
export { MetricsModule } from './metrics.module.js';
export { MetricsService } from './metrics.service.js';
