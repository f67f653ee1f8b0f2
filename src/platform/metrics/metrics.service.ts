import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import { tokenTotals, type SampleRecord } from '../../domain/index.js';

/** Prometheus metrics of this process. */
@Injectable()
export class MetricsService {
  readonly registry = new Registry();

  private readonly shards = new Counter({
    name: 'laconic_shards_done_total',
    help: 'Shards finished by this process.',
    registers: [this.registry],
  });

  private readonly samples = new Counter({
    name: 'laconic_samples_total',
    help: 'Samples finished by this process.',
    labelNames: ['stop_reason'],
    registers: [this.registry],
  });

  private readonly tokens = new Counter({
    name: 'laconic_delivered_tokens_total',
    help: 'Delivered tokens of the samples finished by this process.',
    registers: [this.registry],
  });

  private readonly requests = new Histogram({
    name: 'laconic_http_request_seconds',
    help: 'Duration of HTTP requests.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  shardDone(): void {
    this.shards.inc();
  }

  sampleDone(sample: Pick<SampleRecord, 'ledger' | 'stopReason'>): void {
    this.samples.inc({ stop_reason: sample.stopReason });
    this.tokens.inc(tokenTotals(sample.ledger).delivered);
  }

  /** `route` is the pattern, never the URL: ids must not become labels. */
  requestDone(request: { method: string; route: string; status: number; seconds: number }): void {
    const { method, route, status, seconds } = request;
    this.requests.observe({ method, route, status: String(status) }, seconds);
  }
}
