import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ensureDatabase, startEmbeddedPostgres } from './infrastructure/postgres/embedded/embedded-postgres';
import { SandboxFiles, type SandboxSecrets } from './infrastructure/settings/sandbox-files';
import { SettingsError, type Settings } from './infrastructure/settings/settings';
import type { SandboxParts } from './infrastructure/wiring/resolve-config';

/** The parts that stand in for what no setting names: a database, a Stripe, secrets. */
export interface Sandbox extends SandboxParts {
  readonly files: SandboxFiles;
  /** A part ended by itself: the service cannot go on without it. */
  readonly failed: Promise<string>;
  stop(): Promise<void>;
}

const SIMULATOR = join(__dirname, 'infrastructure/stripe-simulator/main.js');
const SIMULATOR_START_LIMIT = 15_000;

interface Part {
  readonly url: string;
  readonly failed: Promise<string>;
  stop(): Promise<void>;
}

export async function openSandbox(settings: Settings): Promise<Sandbox> {
  const files = new SandboxFiles(settings.CASHDESK_DATA_DIR);
  const parts: Part[] = [];
  const stop = async () => {
    files.withdraw();
    for (const part of parts.splice(0).reverse()) await part.stop();
  };
  try {
    const database = settings.DATABASE_URL === undefined ? await openDatabase(files) : null;
    if (database !== null) parts.push(database);
    const secrets = needsSecrets(settings) ? files.secrets() : null;
    const simulated = settings.STRIPE_SECRET_KEY === undefined && secrets !== null;
    const simulator = simulated ? await openSimulator(files, secrets, settings) : null;
    if (simulator !== null) parts.push(simulator);
    return {
      files,
      databaseUrl: database?.url ?? null,
      stripeApiUrl: simulator?.url ?? null,
      secrets: secrets === null ? null : files.secrets(),
      failed: Promise.race(parts.map((part) => part.failed).concat(new Promise<string>(() => undefined))),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function needsSecrets(settings: Settings): boolean {
  const { STRIPE_SECRET_KEY, JWT_SECRET, JWKS_URL, ENCRYPTION_KEYS } = settings;
  return STRIPE_SECRET_KEY === undefined || (JWT_SECRET ?? JWKS_URL) === undefined || ENCRYPTION_KEYS === undefined;
}

async function openDatabase(files: SandboxFiles): Promise<Part> {
  const server = await startEmbeddedPostgres({ dataDir: files.path('postgres') });
  await ensureDatabase(server, 'cashdesk');
  const failed = server.exited.then(() => 'The embedded PostgreSQL ended by itself.');
  return { url: server.url('cashdesk'), failed, stop: () => server.stop() };
}

/** In a process of its own, as Stripe is: it ends with us, even when we are killed, because its input then ends. */
async function openSimulator(files: SandboxFiles, secrets: SandboxSecrets, settings: Settings): Promise<Part> {
  const place = simulatorPlace(settings);
  const ports = place === null ? [secrets.simulatorPort ?? 0, 0] : [place.port];
  for (const port of ports) {
    const started = await startSimulator(files, secrets, settings.PORT, port, place);
    if (started === null) continue;
    files.keep({ ...files.secrets(), simulatorPort: Number(new URL(started.url).port) });
    return started;
  }
  if (place === null) throw new Error('The Stripe simulator did not start.');
  throw new SettingsError([
    `STRIPE_SIMULATOR_PORT ${String(place.port)} cannot be used; the line above says why. Give another, or none.`,
  ]);
}

/** Where it was asked to be: open to whom the API is. Nobody can call an address that stands for all. */
interface Place {
  readonly host: string;
  readonly port: number;
  readonly publicUrl: string;
}

function simulatorPlace({ HOST, STRIPE_SIMULATOR_PORT: port }: Settings): Place | null {
  if (port === undefined) return null;
  const host = HOST ?? '127.0.0.1';
  const name = ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host;
  return { host, port, publicUrl: `http://${name.includes(':') ? `[${name}]` : name}:${String(port)}` };
}

/** @returns null when it ended at once, as it does when its port is taken. */
async function startSimulator(
  files: SandboxFiles,
  secrets: SandboxSecrets,
  servicePort: number,
  port: number,
  place: Place | null,
): Promise<Part | null> {
  const webhookUrl = `http://127.0.0.1:${String(servicePort)}/api/v1/webhooks/stripe`;
  const child = spawn(
    process.execPath,
    [
      // Room for the young of a loaded process: fewer collections of garbage.
      '--max-semi-space-size=64',
      ...[SIMULATOR, '--port', String(port), '--data', files.path('stripe-simulator.jsonl'), '--exit-with-stdin'],
      ...['--webhook-url', webhookUrl, '--webhook-secret', secrets.webhookSecret],
      ...(place === null ? [] : ['--host', place.host, '--public-url', place.publicUrl]),
    ],
    // Detached: a Ctrl-C in the terminal is for us, and we end it when the last request is answered.
    { stdio: ['pipe', 'pipe', port === 0 || place !== null ? 'inherit' : 'ignore'], detached: true },
  );
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const announcedUrl = await Promise.race([announced(child), exited.then(() => null), after(SIMULATOR_START_LIMIT)]);
  if (announcedUrl === null) {
    child.kill('SIGTERM');
    return null;
  }
  const url = place?.publicUrl ?? announcedUrl;
  const stop = async () => {
    child.kill('SIGTERM');
    await exited;
  };
  return { url, failed: exited.then(() => 'The Stripe simulator ended by itself.'), stop };
}

async function announced(child: ChildProcess): Promise<string | null> {
  if (child.stdout === null) return null;
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /listening on (http:\S+)/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  return null;
}

function after(milliseconds: number): Promise<null> {
  return new Promise((resolve) => {
    setTimeout(() => {
      resolve(null);
    }, milliseconds).unref();
  });
}
