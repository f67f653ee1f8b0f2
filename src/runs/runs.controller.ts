import {
  Body,
  Controller,
  Get,
  Headers,
  HttpCode,
  Param,
  Post,
  Query,
  Res,
  Sse,
  type MessageEvent,
} from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import type { Observable } from 'rxjs';
import { parseSuiteInput, type RunProgress, type RunView } from '../domain/index.js';
import { Scopes } from '../platform/http/index.js';
import { runEventStream } from './run-events.stream.js';
import {
  createRunSchema,
  idempotencyKey,
  lastEventId,
  listRunsSchema,
  runIdSchema,
  type CreateRunBody,
  type ListRunsQuery,
} from './runs.schemas.js';
import { RunsService } from './runs.service.js';

@ApiTags('runs')
@Controller('api/v1/runs')
export class RunsController {
  constructor(private readonly runs: RunsService) {}

  @Post()
  @HttpCode(202)
  @Scopes('run')
  @ApiOperation({ summary: 'Start a run of a suite' })
  @ApiHeader({
    name: 'idempotency-key',
    required: false,
    description: 'Repeating a request with its key answers with the same run.',
  })
  async create(
    @Body({ schema: createRunSchema }) body: CreateRunBody,
    @Res({ passthrough: true }) response: Response,
    @Headers('idempotency-key') key?: string,
  ): Promise<RunView> {
    const suite = parseSuiteInput(body.suite, 'request body');
    const run = await this.runs.create({ ...body, suite, origin: 'rest', idempotencyKey: idempotencyKey(key) });
    response.location(`/api/v1/runs/${run.id}`);
    return run;
  }

  @Get()
  @Scopes('read')
  @ApiOperation({ summary: 'List runs, newest first' })
  async list(
    @Query({ schema: listRunsSchema }) query: ListRunsQuery,
  ): Promise<{ runs: RunView[]; next: string | null }> {
    const runs = await this.runs.list(query);
    return { runs, next: runs.length === query.limit ? (runs.at(-1)?.id ?? null) : null };
  }

  @Get(':id')
  @Scopes('read')
  @ApiOperation({ summary: 'A run with its progress per arm' })
  async get(@Param('id', { schema: runIdSchema }) id: string): Promise<RunProgress> {
    return this.runs.progress(id);
  }

  @Sse(':id/events')
  @Scopes('read')
  @ApiOperation({ summary: 'Follow a run (server-sent events; Last-Event-ID continues after an interruption)' })
  @ApiProduces('text/event-stream')
  @ApiHeader({ name: 'last-event-id', required: false })
  async events(
    @Param('id', { schema: runIdSchema }) id: string,
    @Headers('last-event-id') last?: string,
  ): Promise<Observable<MessageEvent>> {
    await this.runs.get(id);
    return runEventStream(this.runs, id, lastEventId(last));
  }

  @Post(':id/cancel')
  @HttpCode(202)
  @Scopes('run')
  @ApiOperation({ summary: 'Stop a run; its samples are kept' })
  async cancel(@Param('id', { schema: runIdSchema }) id: string): Promise<RunView> {
    return this.runs.cancel(id);
  }

  @Post(':id/resume')
  @HttpCode(202)
  @Scopes('run')
  @ApiOperation({ summary: 'Finish what a run is missing, nothing else' })
  async resume(@Param('id', { schema: runIdSchema }) id: string): Promise<RunView> {
    return this.runs.resume(id, 'rest');
  }
}
