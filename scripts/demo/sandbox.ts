import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Api } from './api';
import { StripeSide } from './stripe-side';

const MAIN = join(__dirname, '../../src/main.js');
const START_LIMIT = 30_000;

/** Longest that the database's watchdog needs to end it after the service was killed. */
const DATABASE_END_LIMIT = 10_000;

/** What the service printed when it was ready. */
interface Announced {
  readonly apiKey: string;
  readonly stripeUrl: string;
}

/** A sandbox of its own: a new data folder, a free port, and none of the settings of the one who runs the demo. */
export class Sandbox {
  readonly #folder = mkdtempSync(join(tmpdir(), 'cashdesk-demo-'));
  #service: ChildProcess | null = null;
  #announced: Announced | null = null;

  private constructor(private readonly port: number) {}

  static async make(): Promise<Sandbox> {
    return new Sandbox(await freePort());
  }

  get origin(): string {
    return `http://localhost:${String(this.port)}`;
  }

  get api(): Api {
    return new Api(`${this.origin}/api/v1`, this.announced.apiKey);
  }

  get stripe(): StripeSide {
    return new StripeSide(this.announced.stripeUrl);
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, [MAIN], {
      // A folder without a .env.
      cwd: this.#folder,
      env: {
        PATH: process.env.PATH,
        PORT: String(this.port),
        CASHDESK_DATA_DIR: join(this.#folder, 'data'),
        LOG_LEVEL: 'silent',
        // A process that died may still have had a request under way at Stripe, so what it began is left alone for
        // this long; with the usual 20 seconds the demo would be mostly waiting.
        STRIPE_TIMEOUT_MS: '3000',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#service = child;
    this.#announced = await announced(child);
  }

  /** As a power cut does it. The simulator and the database are the sandbox's own and end too; their data are kept. */
  async kill(): Promise<void> {
    this.#service?.kill('SIGKILL');
    await this.serviceEnded();
  }

  /** Ends everything and leaves nothing behind. */
  async remove(): Promise<void> {
    this.#service?.kill('SIGTERM');
    await this.serviceEnded();
    const until = Date.now() + DATABASE_END_LIMIT;
    while (existsSync(join(this.#folder, 'data/postgres/postmaster.pid')) && Date.now() < until) await sleep(50);
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }

  private get announced(): Announced {
    if (this.#announced === null) throw new Error('the sandbox was not started');
    return this.#announced;
  }

  private async serviceEnded(): Promise<void> {
    const child = this.#service;
    if (child !== null && child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
}

async function announced(child: ChildProcess): Promise<Announced> {
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const until = Date.now() + START_LIMIT;
  for (;;) {
    const apiKey = /API key +(\S+)/.exec(output)?.[1];
    const stripeUrl = /Stripe +(\S+)/.exec(output)?.[1];
    if (apiKey !== undefined && stripeUrl !== undefined && output.includes('Ctrl-C')) return { apiKey, stripeUrl };
    const ended = child.exitCode !== null || child.signalCode !== null;
    if (ended || Date.now() > until) throw new Error(`The service did not start.\n${output}`);
    await sleep(20);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
