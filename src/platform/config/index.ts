export { executableFolders, LaconicConfig, loadConfig, type ConfigOverrides } from './config.js';
export { ConfigModule } from './config.module.js';
export { gitCommit, machineProvenance, packagePath, packageVersion } from './package-info.js';
