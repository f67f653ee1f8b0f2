import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Scopes } from '../platform/http/index.js';
import { ReportingService } from './reporting.service.js';

@ApiTags('results')
@Controller('api/v1/runs/:id/report')
export class ReportController {
  constructor(private readonly reporting: ReportingService) {}

  @Get()
  @Scopes('read')
  @ApiProduces('text/html')
  @ApiOperation({ summary: 'The report of a finished run: one HTML page' })
  async report(@Param('id') id: string, @Res() response: Response): Promise<void> {
    const html = await this.reporting.render(id, {
      result: `/api/v1/runs/${id}/result`,
      samples: `/api/v1/runs/${id}/samples`,
    });
    // The page carries a policy of its own, by hash and stricter than the server's; two policies would both apply.
    response.removeHeader('Content-Security-Policy');
    response.type('html').send(html);
  }
}
