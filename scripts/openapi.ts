import 'reflect-metadata';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { VersioningType } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { AppModule } from '../src/app.module';
import { readSettings } from '../src/infrastructure/settings/settings';
import { resolveConfig } from '../src/infrastructure/wiring/resolve-config';
import { buildOpenApiDocument } from '../src/presentation/http/openapi';

/** Writes docs/openapi.json from the controllers; with --check only says whether it is stale. */
async function main(): Promise<void> {
  const file = join(projectFolder(), 'docs', 'openapi.json');
  const text = `${JSON.stringify(await document(), null, 2)}\n`;
  if (!process.argv.includes('--check')) {
    writeFileSync(file, text);
    return;
  }
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    throw new Error('docs/openapi.json is stale: run npm run openapi');
  }
}

/** Nest reads the modules and builds nothing of them, so neither database nor Stripe is asked. */
async function document(): Promise<object> {
  const app = await NestFactory.create(AppModule.register(nowhere()), new FastifyAdapter(), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  // As createHttpApp does; a test compares the outcome with what the service serves.
  app.setGlobalPrefix('api');
  app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
  return buildOpenApiDocument(app);
}

/** Settings that lead nowhere: nothing of them stands in the document. */
function nowhere(): Parameters<typeof AppModule.register>[0] {
  const secrets = {
    jwtSecret: 'none',
    encryptionKeys: `none:${Buffer.alloc(32).toString('base64')}`,
    webhookSecret: 'whsec_none',
    stripeSecretKey: 'sk_test_none',
    apiKey: null,
    simulatorPort: null,
  };
  return resolveConfig(readSettings({}), { databaseUrl: 'postgresql:///none', stripeApiUrl: null, secrets });
}

/** This file runs from scripts/ and from dist/scripts/. */
function projectFolder(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
