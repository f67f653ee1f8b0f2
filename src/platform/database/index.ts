export { databaseError, unreachableDatabase } from './database-errors.js';
export { DatabaseModule } from './database.module.js';
export { ensureDatabase, type Database } from './ensure-database.js';
export type { DatabaseLog } from './embedded-cluster.js';
export { migrate, type MigrationDirection } from './migrate.js';
export { isLivingStamp, processStamp } from './process-stamp.js';
