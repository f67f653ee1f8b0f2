import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Scopes } from '../platform/http/index.js';
import type { ComparisonDocument } from './comparison-document.js';
import { comparisonQuerySchema, type ComparisonQuery, requestOf } from './comparison-query.js';
import { ComparisonsService } from './comparisons.service.js';

@ApiTags('results')
@Controller('api/v1/comparisons')
export class ComparisonsController {
  constructor(private readonly comparisons: ComparisonsService) {}

  @Get()
  @Scopes('read')
  @ApiOperation({ summary: 'Arms of one run or of several, paired by item' })
  async compare(@Query({ schema: comparisonQuerySchema }) query: ComparisonQuery): Promise<ComparisonDocument> {
    return this.comparisons.compare(requestOf(query), { allItems: query.items === 'all' });
  }
}
