import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Scopes } from '../platform/http/index.js';
import { ModelsService, type ModelSummary } from './models.service.js';

@ApiTags('registries')
@Controller('api/v1/models')
export class ModelsController {
  constructor(private readonly models: ModelsService) {}

  @Get()
  @Scopes('read')
  @ApiOperation({ summary: 'Registered models' })
  async list(): Promise<{ models: ModelSummary[] }> {
    return { models: await this.models.list() };
  }
}
