import { Module } from '@nestjs/common';
import { DatasetsModule } from '../datasets/index.js';
import { ModelsModule } from '../models/index.js';
import { RunsController } from './runs.controller.js';
import { RunsReader } from './runs-reader.js';
import { RunsRepository } from './runs.repository.js';
import { RunsService } from './runs.service.js';
import { SuiteFreezer } from './suite-freezer.js';

/** `RUN_SETTINGS` is provided globally by the composition root: it needs the queue's names. */
@Module({
  imports: [DatasetsModule, ModelsModule],
  controllers: [RunsController],
  providers: [RunsService, RunsRepository, SuiteFreezer, { provide: RunsReader, useExisting: RunsRepository }],
  exports: [RunsService, RunsReader],
})
export class RunsModule {}
