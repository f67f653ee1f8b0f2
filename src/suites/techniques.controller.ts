import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { TECHNIQUES, type TechniqueEntry } from '../domain/index.js';
import { Scopes } from '../platform/http/index.js';

@ApiTags('registries')
@Controller('api/v1/techniques')
export class TechniquesController {
  @Get()
  @Scopes('read')
  @ApiOperation({ summary: 'The catalogue of techniques' })
  list(): { techniques: readonly TechniqueEntry[] } {
    return { techniques: TECHNIQUES };
  }
}
