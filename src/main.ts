import 'reflect-metadata';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { AppModule } from './app.module';
import { TypeidIdentifiers } from './infrastructure/crypto/typeid-identifiers';
import { EmbeddedPostgresError } from './infrastructure/postgres/embedded/embedded-postgres-error';
import { readSettings, SettingsError, type Settings } from './infrastructure/settings/settings';
import { Logger, observeRequest } from './infrastructure/telemetry/logging';
import { BackgroundWork } from './infrastructure/wiring/background-work';
import { prepareService } from './infrastructure/wiring/prepare-service';
import { resolveConfig } from './infrastructure/wiring/resolve-config';
import type { ServiceConfig } from './infrastructure/wiring/service-config';
import { HTTP_DEFAULTS } from './presentation/http/http-options';
import { createHttpApp, type HttpApp } from './presentation/http/server';
import { openSandbox, type Sandbox } from './sandbox';
import { sandboxApiKey, welcome } from './welcome';

/** Milliseconds after a signal. What is still asked for by then is cut off; and then all ends, whatever still waits. */
const DRAIN_LIMIT = 25_000;
const LAST_LIMIT = 29_000;

/** With Stripe's key there may be somebody in front who has to learn of it. */
const NOTICE = 5_000;

/**
 * By itself V8 lets as much garbage lie as a large machine has room for: after an outage, 70 MB beside 48 MB that were alive. So
 * all of it is collected once there is half as much as was alive, which takes some 10 ms every few seconds under load.
 */
setFlagsFromString('--heap-growing-percent=50');

async function main(): Promise<void> {
  const signal = stopSignal();
  if (existsSync('.env')) process.loadEnvFile('.env');
  const settings = readSettings(process.env);
  await assertPortIsFree(settings);
  const sandbox = await openSandbox(settings);
  try {
    await serve(resolveConfig(settings, sandbox), sandbox, signal);
  } finally {
    await sandbox.stop();
  }
}

/** Until a signal comes, or a part of the sandbox ends by itself. */
async function serve(config: ServiceConfig, sandbox: Sandbox, signal: Promise<string>): Promise<void> {
  const warnings = await prepareService(config, (line) => process.stderr.write(`${line}\n`));
  const http = await openHttp(config);
  const logger = http.app.get(Logger);
  for (const warning of warnings) logger.warn(warning);
  if (config.sandbox || sandbox.databaseUrl !== null) {
    sandbox.files.announce({
      pid: process.pid,
      databaseUrl: config.databaseUrl,
      stripeApiUrl: config.stripe.apiUrl ?? null,
    });
    process.stdout.write(welcome(config, await sandboxApiKey(http.app, sandbox.files)));
  }
  const end = await Promise.race([
    signal.then((reason) => ({ reason, code: 0 })),
    sandbox.failed.then((reason) => ({ reason, code: 1 })),
  ]);
  process.exitCode = end.code;
  logger.log(`${end.reason} Answering what is under way, then stopping.`);
  endAnyway(logger);
  const notice = end.code === 0 ? (config.settings.SHUTDOWN_NOTICE_MS ?? (config.sandbox ? 0 : NOTICE)) : 0;
  // From now on jobs are left to other instances.
  const work = http.app.get(BackgroundWork).stop();
  await http.close(DRAIN_LIMIT, notice);
  await work;
}

/** What is cut off by it is found out after the next start, as after a crash. */
function endAnyway(logger: Logger): void {
  const timer = setTimeout(() => {
    logger.warn('Something still waits and is left: what became of it will be found out.');
    process.exit();
  }, LAST_LIMIT);
  timer.unref();
}

async function openHttp(config: ServiceConfig): Promise<HttpApp> {
  const { settings, trustedProxies, webhookAllowedIps: webhookSources } = config;
  const identifiers = new TypeidIdentifiers();
  const requestId = () => identifiers.next('req');
  const options = { ...HTTP_DEFAULTS, requestId, trustedProxies, webhookSources, observeRequest };
  const http = await createHttpApp(AppModule.register(config), options);
  await http.app.listen(settings.PORT, hostOf(settings));
  http.app.useLogger(http.app.get(Logger));
  return http;
}

/** A sandbox is for its own machine; with a Stripe key the service is for the network. */
function hostOf(settings: Settings): string {
  return settings.HOST ?? (settings.STRIPE_SECRET_KEY === undefined ? '127.0.0.1' : '0.0.0.0');
}

/** Asked first, so that a second start touches nothing of the first. @throws SettingsError */
async function assertPortIsFree(settings: Settings): Promise<void> {
  const probe = createServer();
  try {
    probe.listen(settings.PORT, hostOf(settings));
    await once(probe, 'listening');
  } catch (error) {
    throw new SettingsError([notOpened(settings, error as NodeJS.ErrnoException)]);
  } finally {
    probe.close();
  }
}

function notOpened(settings: Settings, { code, message }: NodeJS.ErrnoException): string {
  const port = String(settings.PORT);
  if (code === 'EADDRINUSE') {
    return `PORT ${port} is taken by another program: stop that one, or start with PORT=${String(settings.PORT + 1)}.`;
  }
  if (code === 'EACCES') return `PORT ${port} may not be opened by this account: take one above 1023.`;
  return `HOST ${hostOf(settings)} cannot be listened on (${message}): give an address of this machine.`;
}

function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) {
      process.on(name, () => {
        resolve(`${name} received.`);
      });
    }
  });
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    process.stderr.write(`Cashdesk cannot start.\n${explain(error)}\n`);
    process.exit(1);
  },
);

function explain(error: unknown): string {
  if (error instanceof SettingsError) return error.lines.map((line) => `  ${line}`).join('\n');
  if (error instanceof EmbeddedPostgresError) return `  ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
