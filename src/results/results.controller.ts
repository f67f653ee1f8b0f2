import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import type { RunResult } from '../domain/index.js';
import { Scopes } from '../platform/http/index.js';
import type { SamplePage } from './sample-page.js';
import { ResultsService } from './results.service.js';

const samplesQuerySchema = z.strictObject({
  arm: z.string().max(64).optional(),
  dataset: z.string().max(64).optional(),
  correct: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional(),
  limit: z.coerce.number().int().min(1).max(1000).optional(),
  after: z.string().max(1000).optional().describe('`next` of the page before.'),
});

@ApiTags('results')
@Controller('api/v1/runs/:id')
export class ResultsController {
  constructor(private readonly results: ResultsService) {}

  @Get('result')
  @Scopes('read')
  @ApiOperation({ summary: 'result.json of a finished run; 409 before its end' })
  async result(@Param('id') id: string): Promise<RunResult> {
    return this.results.result(id);
  }

  @Get('samples')
  @Scopes('read')
  @ApiOperation({ summary: 'Samples in the order of samples.jsonl, page by page' })
  async samples(
    @Param('id') id: string,
    @Query({ schema: samplesQuerySchema }) query: z.output<typeof samplesQuerySchema>,
  ): Promise<SamplePage> {
    return this.results.samples(id, query);
  }
}
