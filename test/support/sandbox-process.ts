import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive } from './processes';
import { quickly } from './quick-start';
import { eventually } from './running-service';
import { SimulatorControl } from './simulator-control';

const MAIN = join(__dirname, '../../dist/src/main.js');

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** The service as `npm start` starts it, with nothing set but what a test sets; in a folder without a `.env`. */
export class SandboxProcess {
  #output = '';
  readonly #child: ChildProcess;
  readonly #closed: Promise<void>;

  private constructor(env: Readonly<Record<string, string>>) {
    this.#child = spawn(process.execPath, [...quickly(), MAIN], {
      cwd: tmpdir(),
      env: { PATH: process.env.PATH, LOG_LEVEL: 'warn', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A process group of its own, which Ctrl-C in its terminal would hit.
      detached: true,
    });
    const keep = (chunk: Buffer) => (this.#output += chunk.toString());
    this.#child.stdout?.on('data', keep);
    this.#child.stderr?.on('data', keep);
    this.#closed = once(this.#child, 'close').then(() => undefined);
  }

  /** @returns it when it is ready. */
  static async start(env: Readonly<Record<string, string>>): Promise<SandboxProcess> {
    const started = new SandboxProcess(env);
    const ready = eventually(async () => {
      const { status } = await fetch(`http://127.0.0.1:${env.PORT ?? ''}/api/health/ready`);
      if (status !== 200) throw new Error(`not ready: ${String(status)}`);
      // A sandbox says so last of all.
      if (env.STRIPE_SECRET_KEY === undefined && !started.#output.includes('Ctrl-C')) throw new Error('says nothing');
    }, 20_000);
    const over = started.#closed.then(() => {
      throw new Error(`it ended before it was ready:\n${started.#output}`);
    });
    await Promise.race([ready, over]);
    return started;
  }

  /** For a start that must not succeed: how it ends. */
  static async refused(env: Readonly<Record<string, string>>): Promise<Ended> {
    const started = new SandboxProcess(env);
    const stop = setTimeout(() => started.#child.kill('SIGTERM'), 20_000);
    await started.#closed;
    clearTimeout(stop);
    return started.ended;
  }

  get output(): string {
    return this.#output;
  }

  get apiKey(): string {
    return this.printed(/API key +(\S+)/);
  }

  get stripe(): SimulatorControl {
    return new SimulatorControl(this.stripeUrl);
  }

  get stripeUrl(): string {
    return this.printed(/Stripe +(\S+)/);
  }

  /** The service, the simulator, PostgreSQL and what those started; Linux only. */
  processes(): number[] {
    const { pid } = this.#child;
    return pid === undefined ? [] : [pid, ...descendantsOf(pid)];
  }

  async end(signal: 'SIGINT' | 'SIGKILL' | 'SIGTERM'): Promise<Ended> {
    const { pid } = this.#child;
    if (pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null) {
      // Ctrl-C reaches the whole group, the others this process alone.
      process.kill(signal === 'SIGINT' ? -pid : pid, signal);
    }
    await this.#closed;
    return this.ended;
  }

  private get ended(): Ended {
    return { code: this.#child.exitCode, output: this.#output };
  }

  private printed(pattern: RegExp): string {
    const found = pattern.exec(this.#output)?.[1];
    if (found === undefined) throw new Error(`${String(pattern)} was not printed:\n${this.#output}`);
    return found;
  }
}

/** A folder for a sandbox's data, not yet made, and its removal once nothing uses it any more. */
export function dataFolder(): { readonly path: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'cashdesk-spec-'));
  return {
    path: join(folder, 'data'),
    remove: () => {
      rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
    },
  };
}

export async function allGone(pids: readonly number[]): Promise<void> {
  await eventually(() => {
    const left = pids.filter(isAlive);
    if (left.length > 0) throw new Error(`still there: ${left.join(', ')}`);
    return Promise.resolve();
  }, 10_000);
}

function descendantsOf(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const parent = /^\d+$/.test(name) ? parentOf(name) : undefined;
    if (parent !== undefined) parents.set(Number(name), parent);
  }
  const found = [pid];
  for (const ancestor of found) {
    for (const [child, parent] of parents) if (parent === ancestor) found.push(child);
  }
  return found.slice(1);
}

/** The fourth field of its stat; the second may hold spaces and parentheses. */
function parentOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}
