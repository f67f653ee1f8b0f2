export { OverclockFit, type FitRequest } from './overclock-fit.service.js';
export { SteeringModule } from './steering.module.js';
