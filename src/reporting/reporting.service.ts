import { Injectable } from '@nestjs/common';
import type { SampleRecord } from '../domain/index.js';
import { writeAtomically } from '../results/index.js';
import { renderReport } from './render-report.js';
import { NEIGHBOUR_FILES, type ReportLinks } from './report-input.js';
import { ReportSource } from './report-source.js';
import { techniqueKinds } from './technique-kinds.js';

/** Up to so many samples a report is made from all of them: texts and ids of more would fill the memory. */
const WHOLE_RUN = 30_000;
/** Of a larger run some items are shown, about so many samples; its tables still count everything. */
const SHOWN_OF_LARGE_RUN = 4000;

@Injectable()
export class ReportingService {
  constructor(private readonly source: ReportSource) {}

  /** The report's HTML; `links` say where its reader finds the run's data. */
  async render(runId: string, links: ReportLinks = NEIGHBOUR_FILES): Promise<string> {
    const result = await this.source.result(runId);
    const samples: SampleRecord[] = [];
    const total = result.arms.reduce((sum, arm) => sum + arm.overall.samples, 0);
    const shown =
      total <= WHOLE_RUN
        ? this.source.samples(runId)
        : this.source.samplesOfEvery(Math.ceil(total / SHOWN_OF_LARGE_RUN), runId);
    for await (const sample of shown) samples.push(sample);
    return renderReport({ result, samples, kinds: techniqueKinds(result), links });
  }

  /** Writes the report whole or not at all. Throws `output-failed` where the file cannot be written. */
  async writeReport(runId: string, path: string): Promise<void> {
    await writeAtomically(path, await this.render(runId));
  }
}
