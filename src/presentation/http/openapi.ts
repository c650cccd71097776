import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';

const DESCRIPTION = [
  'Payments through Stripe. Amounts are integers of minor units, currencies ISO 4217 codes in lower case, times',
  'ISO 8601 in UTC. Errors are RFC 9457 problem details with a stable `code`; `/docs/problems` lists them all.',
  'The paths work without `/v1` too: then the current version answers.',
].join(' ');

/** The same document from the same sources: nothing in it depends on the time, the machine or the settings. */
export function buildOpenApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Cashdesk')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key (`ck_…`) or a signed token.' }, 'bearer')
    .build();
  return SwaggerModule.createDocument(app, config);
}
