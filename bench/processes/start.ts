import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { LoadFigures, LoadOrder, LoadReport } from './load';

/** Whether each process can be held to one core, so that the load takes nothing from the server. */
export const pinned = availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0;

/** Servers share the first core, of which only one is at work at a time; the load has the second. */
function start(core: 0 | 1 | 'any', nodeArgs: readonly string[], ipc: boolean): ChildProcess {
  const command = [...(pinned && core !== 'any' ? ['taskset', '-c', String(core)] : []), process.execPath, ...nodeArgs];
  return spawn(command[0] ?? '', command.slice(1), {
    stdio: ['pipe', 'pipe', 'inherit', ...(ipc ? ['ipc' as const] : [])],
  });
}

export class Server {
  private constructor(
    private readonly process: ChildProcess,
    readonly port: number,
  ) {}

  /** The script prints its address when it listens, and ends when its standard input does. */
  static start(
    script: string,
    args: readonly string[] = [],
    nodeOptions: readonly string[] = [],
    core: 0 | 'any' = 0,
  ): Promise<Server> {
    const child = start(core, [...nodeOptions, script, ...args], false);
    return new Promise((resolve, reject) => {
      child.once('exit', () => {
        reject(new Error(`${script} ended before it listened`));
      });
      child.stdout?.setEncoding('utf8').once('data', (line: string) => {
        resolve(new Server(child, Number(/listening on \S+:(\d+)/.exec(line)?.[1])));
      });
    });
  }

  /** Resident memory in megabytes; NaN where the system does not tell. */
  residentMb(): number {
    return Math.round(Number(/^VmRSS:\s+(\d+) kB$/m.exec(this.proc('status'))?.[1]) / 1024);
  }

  /** The time for which the process has had a core; NaN where the system does not tell. */
  cpuMs(): number {
    const fields = this.proc('stat').split(') ')[1]?.split(' ') ?? [];
    // In hundredths of a second: user and system time.
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.process.once('exit', () => {
        resolve();
      });
      this.process.stdin?.end();
    });
  }

  private proc(file: 'stat' | 'status'): string {
    try {
      return readFileSync(`/proc/${String(this.process.pid)}/${file}`, 'utf8');
    } catch {
      return '';
    }
  }
}

/** The process that asks. */
export class LoadProcess {
  private readonly process = start(1, [join(__dirname, 'load.js')], true);

  /** Answers how many milliseconds all requests took. */
  async run(order: LoadOrder): Promise<number> {
    return (await this.figures(order)).ms;
  }

  figures(order: LoadOrder): Promise<LoadFigures> {
    return new Promise((resolve, reject) => {
      this.process.once('message', (report: LoadReport) => {
        if ('ms' in report) resolve(report);
        else reject(new Error(report.problem));
      });
      this.process.send(order);
    });
  }

  stop(): void {
    this.process.kill();
  }
}
