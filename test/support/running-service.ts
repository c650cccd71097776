import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SignJWT } from 'jose';
import { formatApiKey } from '../../src/application/access/api-key-text';
import { NodeKeySecrets } from '../../src/infrastructure/crypto/node-key-secrets';
import { TypeidIdentifiers } from '../../src/infrastructure/crypto/typeid-identifiers';
import { query } from './query';
import { quickly } from './quick-start';

const ROOT = join(__dirname, '../..');
const MAIN = 'dist/src/main.js';

export const WEBHOOK_SECRET = 'whsec_test_of_the_end_to_end_specs';
/** The whole key ring. */
export const SEALING_KEY = { id: 'test', key: Buffer.alloc(32, 7) };
const JWT_SECRET = 'a secret for the end-to-end specs only, long enough';

export interface ServiceOptions {
  readonly databaseUrl: string;
  readonly stripeUrl: string;
  readonly port: number;
  /** Made by `makeApiKey`; a caller is the same one after a restart. */
  readonly apiKey: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly entry?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed when it is JSON. */
  readonly body: Record<string, unknown>;
  readonly text: string;
}

/** The real service in a process of its own, reached as its users reach it. */
export class RunningService {
  #output = '';
  #exited: Promise<void>;

  private constructor(
    private readonly child: ChildProcess,
    private readonly options: ServiceOptions,
  ) {
    this.#exited = once(child, 'exit').then(() => undefined);
    const keep = (chunk: Buffer) => (this.#output += chunk.toString());
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
  }

  static async start(options: ServiceOptions): Promise<RunningService> {
    const child = spawn(process.execPath, [...quickly(), options.entry ?? MAIN], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: settingsOf(options),
    });
    const service = new RunningService(child, options);
    try {
      await service.ready();
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
    return service;
  }

  get origin(): string {
    return `http://127.0.0.1:${String(this.options.port)}`;
  }

  /** Its settings: the command line needs the same. */
  get env(): NodeJS.ProcessEnv {
    return settingsOf(this.options);
  }

  get apiKey(): string {
    return this.options.apiKey;
  }

  get output(): string {
    return this.#output;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Ends it as an outage does: at once, with nothing put in order. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.#exited;
  }

  /** It stands still where it is, as on a machine that is suspended: its connections stay open, its leases run out. */
  suspend(): void {
    this.child.kill('SIGSTOP');
  }

  resume(): void {
    this.child.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.resume();
      this.child.kill('SIGTERM');
    }
    await this.#exited;
  }

  /** Null while it runs, or when a signal ended it. */
  get exitCode(): number | null {
    return this.child.exitCode;
  }

  /** Resolves once the process has ended, whoever ended it. */
  ended(): Promise<void> {
    return this.#exited;
  }

  get(path: string, bearer: string = this.options.apiKey): Promise<Answer> {
    return this.send('GET', path, undefined, { authorization: `Bearer ${bearer}` });
  }

  post(path: string, idempotencyKey: string, body?: unknown, bearer: string = this.options.apiKey): Promise<Answer> {
    const headers = { authorization: `Bearer ${bearer}`, 'idempotency-key': idempotencyKey };
    return this.send('POST', path, body === undefined ? undefined : JSON.stringify(body), headers);
  }

  async send(
    method: string,
    path: string,
    body?: string | Buffer,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const json: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const init = { method, headers: { ...json, ...headers }, ...(body === undefined ? {} : { body }) };
    const response = await fetch(`${this.origin}${path}`, init);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
      text,
    };
  }

  /** Asks until the payment has one of these statuses. */
  async until(paymentId: string, ...statuses: string[]): Promise<Record<string, unknown>> {
    return eventually(async () => {
      const { body } = await this.get(`/api/v1/payments/${paymentId}`);
      if (!statuses.includes(String(body.status))) throw new Error(`${paymentId} is ${String(body.status)}`);
      return body;
    });
  }

  private async ready(): Promise<void> {
    const ready = eventually(async () => {
      const { status } = await this.send('GET', '/api/health/ready');
      if (status !== 200) throw new Error(`not ready: ${String(status)}`);
    }, 20_000);
    const ended = this.#exited.then(() => {
      throw new Error(`the service ended before it was ready:\n${this.#output}`);
    });
    await Promise.race([ready, ended]);
  }
}

function settingsOf(options: ServiceOptions): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    DATABASE_URL: options.databaseUrl,
    STRIPE_SECRET_KEY: 'sk_test_end_to_end',
    STRIPE_API_URL: options.stripeUrl,
    STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
    STRIPE_TIMEOUT_MS: '1000',
    JWT_SECRET,
    ENCRYPTION_KEYS: `${SEALING_KEY.id}:${SEALING_KEY.key.toString('base64')}`,
    HOST: '127.0.0.1',
    PORT: String(options.port),
    BALANCE_POLL_MS: '300',
    SHUTDOWN_NOTICE_MS: '0',
    LOG_LEVEL: 'warn',
    ...options.env,
  };
}

/** Tries again until `check` does not throw. */
export async function eventually<T>(check: () => Promise<T>, within = 15_000): Promise<T> {
  const until = Date.now() + within;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > until) throw error;
    }
    await sleep(50);
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export interface TokenOptions {
  readonly role: string;
  readonly subject?: string;
}

export async function token({ role, subject }: TokenOptions): Promise<string> {
  const jwt = new SignJWT({ role }).setProtectedHeader({ alg: 'HS256' }).setIssuer('cashdesk').setAudience('cashdesk');
  if (subject !== undefined) jwt.setSubject(subject);
  return jwt.setIssuedAt().setExpirationTime('10m').sign(Buffer.from(JWT_SECRET));
}

/** An API key of role admin. */
export async function makeApiKey(databaseUrl: string): Promise<string> {
  const [id, secret] = [new TypeidIdentifiers().next('key'), new NodeKeySecrets().generate()];
  const values = [id, new NodeKeySecrets().hash(secret)];
  await query(
    databaseUrl,
    "INSERT INTO api_keys (id, name, role, secret_hash) VALUES ($1, 'specs', 'admin', $2)",
    values,
  );
  return formatApiKey({ id, secret });
}
