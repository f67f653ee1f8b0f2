import { Module } from '@nestjs/common';
import { fileURLToPath } from 'node:url';
import { ConfigModule, LaconicConfig } from '../platform/config/index.js';
import { DatasetsController } from './datasets.controller.js';
import { DATASETS_SETTINGS, DatasetsService, type DatasetsSettings } from './datasets.service.js';

/** The same place seen from src/datasets and from dist/datasets. */
const FOLDER = fileURLToPath(new URL('../../datasets/', import.meta.url));

@Module({
  imports: [ConfigModule],
  controllers: [DatasetsController],
  providers: [
    DatasetsService,
    {
      provide: DATASETS_SETTINGS,
      inject: [LaconicConfig],
      useFactory: (config: LaconicConfig): DatasetsSettings => ({ home: config.home, folder: FOLDER, fetch }),
    },
  ],
  exports: [DatasetsService],
})
export class DatasetsModule {}
