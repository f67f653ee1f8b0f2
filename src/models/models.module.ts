import { Module } from '@nestjs/common';
import { fileURLToPath } from 'node:url';
import { ConfigModule, LaconicConfig } from '../platform/config/index.js';
import { AdaptersService } from './adapters.service.js';
import { CapabilitiesRepository } from './capabilities.repository.js';
import { ModelsController } from './models.controller.js';
import { MODELS_SETTINGS, ModelsService, type ModelsSettings } from './models.service.js';
import { VectorsService } from './vectors.service.js';

/** The same place seen from src/models and from dist/models. */
const BUILT_IN_FOLDER = fileURLToPath(new URL('../../engine/models/', import.meta.url));

@Module({
  imports: [ConfigModule],
  controllers: [ModelsController],
  providers: [
    ModelsService,
    CapabilitiesRepository,
    VectorsService,
    AdaptersService,
    {
      provide: MODELS_SETTINGS,
      inject: [LaconicConfig],
      useFactory: (config: LaconicConfig): ModelsSettings => ({ home: config.home, builtInFolder: BUILT_IN_FOLDER }),
    },
  ],
  exports: [ModelsService, CapabilitiesRepository, VectorsService, AdaptersService],
})
export class ModelsModule {}
