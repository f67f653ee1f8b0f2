import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { z } from 'zod';
import { comparisonQuerySchema, ComparisonsService, requestOf } from '../../comparisons/index.js';
import { Scopes } from '../../platform/http/index.js';
import { renderComparison } from './render-comparison.js';

const pageQuerySchema = comparisonQuerySchema.omit({ items: true });

@ApiTags('results')
@Controller('api/v1/comparisons/report')
export class ComparisonPageController {
  constructor(private readonly comparisons: ComparisonsService) {}

  @Get()
  @Scopes('read')
  @ApiProduces('text/html')
  @ApiOperation({ summary: 'The comparison as one HTML page' })
  async page(
    @Query({ schema: pageQuerySchema }) query: z.output<typeof pageQuerySchema>,
    @Res() response: Response,
  ): Promise<void> {
    const html = renderComparison(await this.comparisons.compare(requestOf(query), { allItems: true }));
    // The page carries a policy of its own, by hash and stricter than the server's; two policies would both apply.
    response.removeHeader('Content-Security-Policy');
    response.type('html').send(html);
  }
}
