import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SandboxFiles } from '../../src/infrastructure/settings/sandbox-files';
import { untilClosed } from '../ending';

const ROOT = join(__dirname, '../../..');
const MAIN = join(ROOT, 'dist/src/main.js');
const READY_WITHIN = 60_000;

export const WEBHOOK_SECRET = 'whsec_benchmarks_only';
const STRIPE_KEY = 'sk_test_benchmarks';

export interface ServiceOptions {
  readonly folder: DataFolder;
  /** A free one unless given. */
  readonly port?: number;
  /** Where Stripe is; without one the service brings its simulator. */
  readonly stripeUrl?: string;
  /** For `node`, before the service's own file. */
  readonly nodeOptions?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A folder for one service after another; what they log goes to a file in it. */
export class DataFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'cashdesk-bench-'));
  readonly remove = untilClosed(() => {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  });

  get data(): string {
    return join(this.path, 'data');
  }

  get log(): string {
    return join(this.path, 'service.log');
  }
}

/**
 * The built service as it is started in earnest: a process of its own with its embedded PostgreSQL, fsync on, and its
 * log at the level that it has by default, written to a file.
 */
export class Cashdesk {
  readonly stop: () => Promise<void>;

  private constructor(
    private readonly process: ChildProcess,
    private readonly files: SandboxFiles,
    readonly port: number,
    /** From the start of the process to the first 200 of /api/health/ready, in milliseconds. */
    readonly readyAfter: number,
    end: () => Promise<void>,
  ) {
    this.stop = end;
  }

  static async start({ folder, stripeUrl, nodeOptions = [], env = {}, ...given }: ServiceOptions): Promise<Cashdesk> {
    const port = given.port ?? (await freePort());
    const log = openSync(folder.log, 'a');
    const started = performance.now();
    const child = spawn(process.execPath, [...nodeOptions, MAIN], {
      // Where no .env lies.
      cwd: folder.path,
      env: {
        PATH: process.env.PATH,
        PORT: String(port),
        CASHDESK_DATA_DIR: folder.data,
        ...stripeAt(stripeUrl),
        ...env,
      },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    const exited = once(child, 'exit');
    const end = untilClosed(async () => {
      child.kill('SIGTERM');
      await exited;
    });
    const over = exited.then(() => {
      throw new Error(`the service ended before it was ready:\n${readFileSync(folder.log, 'utf8')}`);
    });
    await Promise.race([ready(port), over]);
    const readyAfter = performance.now() - started;
    const files = new SandboxFiles(folder.data);
    // It is ready a moment before it says where its parts are.
    while (files.running()?.pid !== child.pid || files.secrets().apiKey === null) await sleep(10);
    return new Cashdesk(child, files, port, readyAfter, end);
  }

  get apiKey(): string {
    return this.files.secrets().apiKey ?? '';
  }

  get databaseUrl(): string {
    return this.files.running()?.databaseUrl ?? '';
  }

  get headers(): Readonly<Record<string, string>> {
    return { Authorization: `Bearer ${this.apiKey}`, 'Content-Type': 'application/json' };
  }

  /** For which the service's own process has had a core; NaN where the system does not tell. */
  cpuMs(): number {
    return cpuMsOf(this.process.pid);
  }

  /** The same of PostgreSQL with all its children. */
  databaseCpuMs(): number {
    const postmaster = Number(readFileSync(join(this.files.path('postgres'), 'postmaster.pid'), 'utf8').split('\n')[0]);
    const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(name) === postmaster);
    return [postmaster, ...children.map(Number)].reduce((sum, pid) => sum + cpuMsOf(pid), 0);
  }

  /** Resident memory in megabytes; NaN where the system does not tell. */
  residentMb(): number {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(proc(this.process.pid, 'status'))?.[1];
    return Math.round(Number(kilobytes) / 1_024);
  }
}

function stripeAt(url: string | undefined): Record<string, string> {
  if (url === undefined) return {};
  return { STRIPE_SECRET_KEY: STRIPE_KEY, STRIPE_API_URL: url, STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET };
}

async function ready(port: number): Promise<void> {
  const until = performance.now() + READY_WITHIN;
  for (;;) {
    const status = await fetch(`http://127.0.0.1:${String(port)}/api/health/ready`).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 200) return;
    if (performance.now() > until) throw new Error(`not ready within ${String(READY_WITHIN)} ms`);
    await sleep(10);
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

/** User and system time, which the system tells in hundredths of a second. */
function cpuMsOf(pid: number | undefined): number {
  const fields = fieldsAfterName(proc(pid, 'stat'));
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function parentOf(pid: string): number {
  return Number(fieldsAfterName(proc(pid, 'stat'))[1]);
}

/** The name of a process may itself hold spaces and parentheses. */
function fieldsAfterName(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function proc(pid: number | string | undefined, file: 'stat' | 'status'): string {
  try {
    return readFileSync(`/proc/${String(pid)}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
