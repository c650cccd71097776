import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SettingsError } from './settings';

/** What the sandbox made up for itself; it lives as long as its data. */
export interface SandboxSecrets {
  readonly jwtSecret: string;
  /** As `ENCRYPTION_KEYS`. */
  readonly encryptionKeys: string;
  readonly webhookSecret: string;
  readonly stripeSecretKey: string;
  /** The API key that the start prints; null until it was made. */
  readonly apiKey: string | null;
  /** Kept, so that links to the simulator's pages live over restarts; null until it was chosen. */
  readonly simulatorPort: number | null;
}

/** How the command line finds the sandbox that is running. */
export interface RunningSandbox {
  readonly pid: number;
  readonly databaseUrl: string;
  readonly stripeApiUrl: string | null;
}

/** The small files beside the sandbox's database; only their owner may read them. */
export class SandboxFiles {
  readonly directory: string;

  /** @throws SettingsError when there is something else in its place. */
  constructor(directory: string) {
    this.directory = resolve(directory);
    if (existsSync(this.directory) && !statSync(this.directory).isDirectory()) {
      throw new SettingsError([`CASHDESK_DATA_DIR ${directory} is no folder: name another, or remove that file.`]);
    }
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  secrets(): SandboxSecrets {
    const kept = this.read('secrets.json') as SandboxSecrets | null;
    if (kept !== null) return kept;
    return this.keep({
      jwtSecret: randomBytes(48).toString('base64'),
      encryptionKeys: `sandbox:${randomBytes(32).toString('base64')}`,
      webhookSecret: `whsec_${randomBytes(24).toString('hex')}`,
      stripeSecretKey: `sk_test_sandbox${randomBytes(12).toString('hex')}`,
      apiKey: null,
      simulatorPort: null,
    });
  }

  keep(secrets: SandboxSecrets): SandboxSecrets {
    this.write('secrets.json', secrets);
    return secrets;
  }

  announce(running: RunningSandbox): void {
    this.write('running.json', running);
  }

  /** Takes back what this process announced, and nobody else's. */
  withdraw(): void {
    if (this.running()?.pid === process.pid) rmSync(this.path('running.json'), { force: true });
  }

  /** The sandbox of this folder, if its process is alive. */
  running(): RunningSandbox | null {
    const running = this.read('running.json') as RunningSandbox | null;
    return running !== null && isAlive(running.pid) ? running : null;
  }

  private read(name: string): unknown {
    if (!existsSync(this.path(name))) return null;
    return JSON.parse(readFileSync(this.path(name), 'utf8'));
  }

  /** Whole or not at all: killed in the middle, the old file stands. */
  private write(name: string, content: unknown): void {
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    const part = this.path(`${name}.${String(process.pid)}`);
    writeFileSync(part, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
    renameSync(part, this.path(name));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
