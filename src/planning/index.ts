export { DEFAULT_RATES, type RatePoint, type TokenPrior } from './expectations.js';
export {
  ASSUMED_PAIR_VARIANCE,
  forecast,
  type ArmForecast,
  type ForecastRequest,
  type ModelMemory,
  type PlanForecast,
  type PowerForecast,
} from './forecast.js';
export { freezeSuite, type SuiteResolution } from './freeze.js';
export { groupsOf } from './groups.js';
export { stratifiedOrder, type PlanItem } from './order.js';
export { refusals, refuseImpossibleArms, type PlanModel, type Refusal } from './refusals.js';
export { planShards, type Plan, type PlannedShard, type PlanRequest, type ShardKind } from './shards.js';
