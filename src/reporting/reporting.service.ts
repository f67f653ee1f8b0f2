import { Injectable } from '@nestjs/common';
import type { SampleRecord } from '../domain/index.js';
import { writeAtomically } from '../results/index.js';
import { renderReport } from './render-report.js';
import { NEIGHBOUR_FILES, type ReportLinks } from './report-input.js';
import { ReportSource } from './report-source.js';
import { techniqueKinds } from './technique-kinds.js';

@Injectable()
export class ReportingService {
  constructor(private readonly source: ReportSource) {}

  /** The report's HTML; `links` say where its reader finds the run's data. */
  async render(runId: string, links: ReportLinks = NEIGHBOUR_FILES): Promise<string> {
    const result = await this.source.result(runId);
    const samples: SampleRecord[] = [];
    for await (const sample of this.source.samples(runId)) samples.push(sample);
    return renderReport({ result, samples, kinds: techniqueKinds(result), links });
  }

  /** Writes the report whole or not at all. Throws `output-failed` where the file cannot be written. */
  async writeReport(runId: string, path: string): Promise<void> {
    await writeAtomically(path, await this.render(runId));
  }
}
