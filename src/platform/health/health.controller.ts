import { Controller, Get, HttpCode, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Response } from 'express';
import type { DataSource } from 'typeorm';

interface Readiness {
  readonly status: 'ready' | 'not-ready';
  readonly checks: Readonly<Record<string, 'up' | 'down'>>;
}

/** Liveness says that the process answers; readiness that it can do work: the database also carries the queue. */
@ApiTags('health')
@Controller()
export class HealthController {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  @Get('healthz')
  @ApiOperation({ summary: 'The process answers' })
  alive(): { status: 'alive' } {
    return { status: 'alive' };
  }

  @Get('readyz')
  @HttpCode(200)
  @ApiOperation({ summary: 'The process can do work' })
  async ready(@Res({ passthrough: true }) response: Response): Promise<Readiness> {
    const up = await this.dataSource.query('SELECT 1').then(
      () => true,
      () => false,
    );
    if (!up) response.status(503);
    return { status: up ? 'ready' : 'not-ready', checks: { database: up ? 'up' : 'down' } };
  }
}
