import type { ReportAssets } from './assets.js';
import { jsonData } from './markup.js';
import { reportContext, type ArmLabel, type ReportContext } from './report-context.js';
import type { ReportInput } from './report-input.js';
import { reportResources } from './resources.js';
import { armsSection } from './sections/arms-section.js';
import { routesSection } from './sections/routes-section.js';
import { distributionsSection } from './sections/distributions-section.js';
import { verdictGroups } from './sections/findings.js';
import { flipsSection } from './sections/flips-section.js';
import { frontierSection } from './sections/frontier-section.js';
import { headline } from './sections/headline.js';
import { limitsSection } from './sections/limits-section.js';
import { provenanceSection } from './sections/provenance-section.js';
import { repeatsSection } from './sections/repeats-section.js';
import { thinkingSection } from './sections/thinking-section.js';
import { tokenSkipSection } from './sections/token-skip/token-skip-section.js';
import { timingSection } from './sections/timing-section.js';
import { whereSection } from './sections/where-section.js';
import { traceEntries, type TraceEntry } from './traces/entries.js';
import { tracesView } from './traces/list-view.js';
import { tracePayload, type TracePayload } from './traces/trace-payload.js';
import { traceView } from './traces/trace-view.js';

/**
 * The whole report as one HTML file: same input, same bytes. It makes no request, runs one script that its policy names
 * by hash, and reads without that script.
 */
export function renderReport(input: ReportInput): Promise<string> {
  const { assets, templates } = reportResources();
  const context = reportContext(input);
  const entries = traceEntries(context);
  const payload = tracePayload(entries, (entry) => templates.trace(traceView(context, entry)));
  return Promise.resolve(templates.page(pageView(context, assets, { entries, payload })));
}

interface Traces {
  readonly entries: readonly TraceEntry[];
  readonly payload: TracePayload;
}

function pageView(context: ReportContext, assets: ReportAssets, traces: Traces): Readonly<Record<string, unknown>> {
  const { result, links } = context.input;
  const groups = verdictGroups(result);
  const head = headline(result);
  return {
    ...assets,
    headline: head,
    suite: result.run.suite,
    runId: result.run.id,
    links: [
      ...(links.result === null ? [] : [{ href: links.result, text: 'result.json' }]),
      ...(links.samples === null ? [] : [{ href: links.samples, text: 'samples.jsonl' }]),
    ],
    frontier: frontierSection(context),
    verdicts: groups.map((group) => ({
      ...group,
      arms: group.arms.map((one) => ({ ...one, label: labelOf(context, one.arm) })),
    })),
    arms: armsSection(context),
    repeats: repeatsSection(context),
    timing: timingSection(context),
    distributions: distributionsSection(context),
    thinking: thinkingSection(context),
    routes: routesSection(context),
    tokenSkip: tokenSkipSection(context),
    where: whereSection(context),
    flips: flipsSection(context),
    traces: tracesView(context, traces.entries, traces.payload),
    traceData: jsonData(traces.payload),
    limits: limitsSection(context),
    provenance: provenanceSection(context),
  };
}

function labelOf(context: ReportContext, name: string): ArmLabel | null {
  return context.arms.find((arm) => arm.result.name === name)?.label ?? null;
}
