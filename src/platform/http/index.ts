export { ApiKeysService, SCOPES, type ApiKey, type Scope } from './api-keys.service.js';
export { configureHttp } from './configure-http.js';
export { HttpModule } from './http.module.js';
export { listen } from './listen.js';
export { problemOf, statusOf, type Problem } from './problem.js';
export { Scopes } from './scopes.js';
