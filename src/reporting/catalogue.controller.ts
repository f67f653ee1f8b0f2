import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { TECHNIQUES } from '../domain/index.js';
import { Scopes } from '../platform/http/index.js';
import { renderCatalogue } from './catalogue/render-catalogue.js';

@ApiTags('pages')
@Controller('techniques')
export class CatalogueController {
  @Get()
  @Scopes('read')
  @ApiProduces('text/html')
  @ApiOperation({ summary: 'The catalogue of techniques as a page' })
  page(@Res() response: Response): void {
    // The page carries a policy of its own, by hash and stricter than the server's; two policies would both apply.
    response.removeHeader('Content-Security-Policy');
    response.type('html').send(renderCatalogue(TECHNIQUES));
  }
}
