import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { packageVersion } from './platform/config/index.js';

/** The API's description: served at /api/docs and committed as docs/openapi.json. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setTitle('Laconic')
    .setDescription(
      'Measures how much of a language model’s chain-of-thought is needed. Errors are application/problem+json.',
    )
    .setVersion(packageVersion())
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'Needed once the server has API keys.' });
  return SwaggerModule.createDocument(app, builder.build());
}

export function setUpOpenApi(app: INestApplication): void {
  SwaggerModule.setup('api/docs', app, () => openApiDocument(app), { jsonDocumentUrl: 'api/openapi.json' });
}
