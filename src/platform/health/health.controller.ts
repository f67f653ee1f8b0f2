import { Controller, Get, HttpCode, Optional, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { SkipThrottle } from '@nestjs/throttler';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Response } from 'express';
import type { DataSource } from 'typeorm';
import { Public } from '../http/scopes.js';
import { QueueProbe } from '../queue/index.js';

type Check = 'up' | 'down';

interface Readiness {
  readonly status: 'ready' | 'not-ready';
  readonly checks: Readonly<Record<string, Check>>;
}

/** Liveness says that the process answers; readiness that it can do work. Both are for machines that hold no key. */
@ApiTags('health')
@Public()
@SkipThrottle()
@Controller()
export class HealthController {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    @Optional() private readonly queue?: QueueProbe,
  ) {}

  @Get('healthz')
  @ApiOperation({ summary: 'The process answers' })
  alive(): { status: 'alive' } {
    return { status: 'alive' };
  }

  @Get('readyz')
  @HttpCode(200)
  @ApiOperation({ summary: 'The process can do work' })
  async ready(@Res({ passthrough: true }) response: Response): Promise<Readiness> {
    const database = await checked(this.dataSource.query('SELECT 1'));
    // A queue in PostgreSQL is as reachable as the database.
    const queue = this.queue?.separate ? await checked(this.queue.ping()) : database;
    const isReady = database === 'up' && queue === 'up';
    if (!isReady) response.status(503);
    return { status: isReady ? 'ready' : 'not-ready', checks: { database, queue } };
  }
}

async function checked(attempt: Promise<unknown>): Promise<Check> {
  return attempt.then(
    () => 'up',
    () => 'down',
  );
}
