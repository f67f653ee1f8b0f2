import { OPEN_ENGINES_PER_PROCESS } from '../../domain/index.js';
import type { ModelMemory, PlanForecast } from '../../planning/index.js';
import { formatTable, plainText } from '../../results/index.js';
import { duration } from '../progress/format.js';

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');

/** The dry run as a person reads it. */
export function planText(plan: PlanForecast): string {
  const arms = plan.arms.map((arm) => [
    arm.arm,
    arm.technique,
    arm.model,
    whole(arm.samples),
    whole(arm.expectedTokens),
    arm.refused === null ? 'no' : 'yes',
  ]);
  const { engines } = plan;
  const memory = plan.memory.map(memoryLine);
  const power = plan.power.map(
    (row) =>
      `  ${row.dataset}: ${row.items} items find differences from ${(100 * row.minimumDetectableEffect).toFixed(1)} points`,
  );
  return [
    `${plainText(plan.suite)}: ${whole(plan.items)} items, ${whole(plan.samples)} samples, ${plan.shards} shards`,
    `about ${whole(plan.expectedTokens)} tokens, ${duration(plan.expectedSeconds)} (at most ${duration(plan.maxSeconds)})`,
    '',
    formatTable([['arm', 'technique', 'model', 'samples', 'expected tokens', 'refused'], ...arms]),
    `engines: ${engines.processes} of ${engines.threads} ${engines.threads === 1 ? 'thread' : 'threads'} and up to ${engines.streams} streams, ${whole(engines.memoryBytes / 1e6)} MB for KV caches`,
    'memory of all engine processes:',
    ...memory,
    `power (80 %, two-sided 5 %; margin ${(100 * plan.nonInferiorityMargin).toFixed(1)} points):`,
    ...power,
    ...plan.refused.map(({ arm, reason, hint }) => `refused: ${plainText(`${arm}: ${reason} ${hint}`)}`),
    ...plan.warnings.map((warning) => `warning: ${plainText(warning)}`),
    '',
  ].join('\n');
}

function memoryLine({
  model,
  weightBytes,
  adapterBytes,
  kvBytes,
  streams,
  contextTokens,
  contexts,
}: ModelMemory): string {
  const adapters = adapterBytes === undefined ? '' : `adapters ${(adapterBytes / 1e6).toFixed(1)} MB, `;
  const parts = [
    `${streams} ${streams === 1 ? 'stream' : 'streams'} a process`,
    `${whole(contextTokens)} tokens each`,
    ...(contexts > 1 ? [`${contexts} engines, ${OPEN_ENGINES_PER_PROCESS} of them at a time`] : []),
  ];
  return `  ${model}: weights ${whole(weightBytes / 1e6)} MB, ${adapters}KV ${whole(kvBytes / 1e6)} MB (${parts.join(', ')})`;
}
