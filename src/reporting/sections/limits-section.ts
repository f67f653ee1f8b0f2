import type { RunResult } from '../../domain/index.js';
import { counted, decimal, integer, listed, percent, roundShare } from '../format.js';
import type { ArmView, ReportContext } from '../report-context.js';
import { marginWords, overallComparisons, verdictsAreOn } from './findings.js';

/** What this run cannot say, in sentences made from its own figures. */
export function limitsSection(context: ReportContext): readonly string[] {
  const { result } = context.input;
  return [
    ...statusLimits(result),
    ...sizeLimits(context),
    ...powerLimits(context),
    ...censoringLimits(context),
    ...noAnswerLimits(context),
    ...repeatLimits(context),
    ...clusterLimits(context),
    ...multiplicityLimits(result),
    ...timingLimits(context),
    ...comparabilityLimits(context),
    ...exactnessLimits(result),
  ];
}

function statusLimits(result: RunResult): readonly string[] {
  if (verdictsAreOn(result)) return [];
  return [`The run is ${result.run.status}: figures cover what was finished, and no verdict is drawn from them.`];
}

function exactnessLimits({ run }: RunResult): readonly string[] {
  return Object.entries(run.provenance.selfCheck ?? {})
    .filter(([, { identical, samples }]) => identical < samples)
    .map(
      ([alias, { identical, samples }]) =>
        `On this machine ${alias} does not always give the same tokens alone as in company: ${integer(identical)} of ${counted(samples, 'sample')} began alike. Some differences between arms are then the engine’s, and another run may differ.`,
    );
}

/** The service hands over the samples of some items where all of them would be too many for a page. */
function sizeLimits({ hasAllSamples, input, arms }: ReportContext): readonly string[] {
  const total = arms.reduce((sum, arm) => sum + arm.result.overall.samples, 0);
  if (hasAllSamples || input.samples.length === 0 || input.samples.length >= total) return [];
  return [
    `The run has ${counted(total, 'sample')}: the tables count all of them, the traces show ${integer(input.samples.length)} from evenly chosen items, and figures that need every single sample are left out.`,
  ];
}

function points(effect: number): string {
  return `${decimal(effect * 100, 1)} points`;
}

function powerLimits({ input: { result } }: ReportContext): readonly string[] {
  const comparisons = overallComparisons(result).toSorted(
    (a, b) => a.minimumDetectableEffect - b.minimumDetectableEffect,
  );
  const [sharpest, bluntest] = [comparisons[0], comparisons.at(-1)];
  if (sharpest === undefined || bluntest === undefined) return [];
  const range =
    sharpest === bluntest || points(sharpest.minimumDetectableEffect) === points(bluntest.minimumDetectableEffect)
      ? `differences below ${points(sharpest.minimumDetectableEffect)}`
      : `differences below ${points(sharpest.minimumDetectableEffect)} (${sharpest.arm}) to ${points(bluntest.minimumDetectableEffect)} (${bluntest.arm})`;
  const open = comparisons.filter((one) => one.verdict === 'not-decisive');
  const settled =
    open.length === 0 || !verdictsAreOn(result)
      ? ''
      : ` For ${listed(open.map((one) => one.arm))} the data do not decide about a loss of more than ${marginWords(result.run.nonInferiorityMargin)}; such a loss is not excluded.`;
  return [
    `With ${counted(sharpest.pairs, 'pair')}, ${range} are likely to be missed (80\u202f% power, 5\u202f% level).${settled}`,
  ];
}

function censoringLimits(context: ReportContext): readonly string[] {
  const censored = context.arms.filter((arm) => arm.result.overall.censoredShare > 0);
  if (censored.length === 0) return ['No sample was cut off inside its thinking by the token cap.'];
  const caps = [...new Set(censored.map((arm) => integer(arm.result.sampling.maxTokens)))];
  const shares = shareList(censored, (arm) => arm.result.overall.censoredShare);
  return [
    `The cap of ${listed(caps)} tokens ended some thinking (${shares}). These samples count as wrong with the length of the cap, so both figures of these arms are bounds.`,
  ];
}

function noAnswerLimits(context: ReportContext): readonly string[] {
  const silent = context.arms.filter((arm) => arm.result.overall.noAnswerShare > 0.01);
  if (silent.length === 0) return [];
  return [
    `No answer could be read from some samples (${shareList(silent, (arm) => arm.result.overall.noAnswerShare)}); they count as wrong.`,
  ];
}

function shareList(arms: readonly ArmView[], share: (arm: ArmView) => number): string {
  return listed(arms.map((arm) => `${arm.result.name} ${roundShare(share(arm))}`));
}

function repeatLimits(context: ReportContext): readonly string[] {
  const { sampling } = context.reference?.result ?? {};
  if (sampling === undefined) return [];
  if (sampling.temperature === 0) {
    return ['Greedy decoding: the intervals say what other items would give, not what other random draws would.'];
  }
  return sampling.repeats > 1
    ? [
        `${integer(sampling.repeats)} repeats at temperature ${decimal(sampling.temperature, 1)}: accuracy is the mean of item means.`,
      ]
    : [`One draw per item at temperature ${decimal(sampling.temperature, 1)}: a second draw would give other answers.`];
}

function clusterLimits(context: ReportContext): readonly string[] {
  const items = context.reference === null ? [] : context.index.items(context.reference.result.name);
  const clusters = new Set(items.flatMap((item) => item.cluster ?? []));
  if (clusters.size === 0 || clusters.size === items.length) return [];
  return [
    `The ${counted(items.length, 'item')} come from ${counted(clusters.size, 'template')}: items of one template stand or fall together, so intervals of differences and ratios treat each template as one piece of evidence.`,
  ];
}

function multiplicityLimits(result: RunResult): readonly string[] {
  const count = overallComparisons(result).length;
  const tested = overallComparisons(result).some((one) => one.mcnemarP !== null);
  if (count < 3) return [];
  return [
    `${counted(count, 'arm')} are judged, each at its own 95\u202f%; with this many, one of them can look worse by chance.${tested ? ' The corrected p values stand beside the flips.' : ''}`,
  ];
}

function timingLimits(context: ReportContext): readonly string[] {
  if (context.arms.some((arm) => arm.result.timing !== null)) return [];
  return ['Wall-clock time was not measured, so fewer tokens are not claimed to be faster.'];
}

function comparabilityLimits(context: ReportContext): readonly string[] {
  const { result } = context.input;
  const models = result.run.provenance.models;
  const small = models.filter((model) => model.parameters > 0 && model.parameters < 1e9);
  const size = small.map((model) => `${model.alias} has ${decimal(model.parameters / 1e6, 1)} million parameters`);
  const worst = context.reference?.result.overall.accuracy;
  return [
    ...(size.length === 0 ? [] : [`${listed(size)}: what it loses or saves says nothing about larger models.`]),
    ...(worst !== undefined && worst > 0.98
      ? [
          `${context.reference?.result.name ?? ''} is right on ${percent(worst)}: these items leave hardly any room for a loss to show.`,
        ]
      : []),
  ];
}
