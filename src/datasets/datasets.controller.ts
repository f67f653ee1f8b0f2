import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Scopes } from '../platform/http/index.js';
import type { DatasetSummary } from './catalogue.js';
import { DatasetsService } from './datasets.service.js';

@ApiTags('registries')
@Controller('api/v1/datasets')
export class DatasetsController {
  constructor(private readonly datasets: DatasetsService) {}

  @Get()
  @Scopes('read')
  @ApiOperation({ summary: 'Registered data sets' })
  async list(): Promise<{ datasets: DatasetSummary[] }> {
    return { datasets: await this.datasets.list() };
  }
}
