import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error';
import { processIdentity } from './process-identity';

interface OwnerRecord {
  /** null once released */
  readonly owner: { readonly pid: number; readonly identity: string } | null;
  /** of this owner and of those before it that were killed before they could clean up */
  readonly socketFolders: readonly string[];
}

export interface Ownership {
  /** socket folders that owners killed before us may have left */
  readonly leftSocketFolders: readonly string[];
  /** the left folders are dealt with */
  settle(): void;
  release(): void;
}

const BEING_WRITTEN_MS = 1000;

/**
 * One owner per data folder. A lock of a dead owner cannot be taken over by deleting it: two who saw it dead would both
 * delete, the slower one the faster one's new lock. So the lock has generations, `<data folder>.lock/<number>`: who
 * finds the newest one dead or released creates the next, exclusively, and holds it if it is the newest still. The
 * newest file is never deleted, released or not, so that no number comes twice.
 */
export async function acquireOwnership(dataDir: string, socketFolder: string): Promise<Ownership> {
  const folder = `${dataDir}.lock`;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (;;) {
    const newest = Math.max(0, ...generations(folder));
    const previous = newest === 0 ? NOBODY : await readRecord(folder, newest);
    if (previous === 'vanished') continue;
    if (previous.owner !== null && processIdentity(previous.owner.pid) === previous.owner.identity) {
      throw new EmbeddedPostgresError(
        `another Cashdesk (pid ${String(previous.owner.pid)}) is already running on ${dataDir}: stop it first, ` +
          'or start this one from another folder',
      );
    }
    const owner = { pid: process.pid, identity: processIdentity(process.pid) ?? 'unknown' };
    const mine = newest + 1;
    const file = join(folder, String(mine));
    if (!createExclusively(file, { owner, socketFolders: [socketFolder, ...previous.socketFolders] })) continue;
    if (Math.max(...generations(folder)) !== mine) {
      rmSync(file, { force: true });
      continue;
    }
    removeObsolete(folder, mine);
    return {
      leftSocketFolders: previous.socketFolders,
      settle: () => {
        replace(file, { owner, socketFolders: [socketFolder] });
      },
      release: () => {
        // a caller may have removed a throwaway folder already
        if (existsSync(folder)) replace(file, NOBODY);
      },
    };
  }
}

const NOBODY: OwnerRecord = { owner: null, socketFolders: [] };

function generations(folder: string): number[] {
  return readdirSync(folder)
    .filter((name) => /^[1-9]\d*$/.test(name))
    .map(Number);
}

/** A higher number can only be a contender that will find us alive, or us dead. */
function removeObsolete(folder: string, mine: number): void {
  for (const name of readdirSync(folder)) {
    const generation = Number.parseInt(name, 10);
    if (generation < mine) rmSync(join(folder, name), { force: true });
  }
}

function createExclusively(file: string, record: OwnerRecord): boolean {
  try {
    writeFileSync(file, JSON.stringify(record), { flag: 'wx', mode: 0o644 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    // made, but not written: a full disk
    rmSync(file, { force: true });
    throw error;
  }
}

function replace(file: string, record: OwnerRecord): void {
  const next = `${file}.next`;
  writeFileSync(next, JSON.stringify(record), { mode: 0o644 });
  renameSync(next, file);
}

/** An empty record is being written, unless its writer died over it: then it stays empty and nobody owns. */
async function readRecord(folder: string, generation: number): Promise<OwnerRecord | 'vanished'> {
  for (let waited = 0; ; waited += 20) {
    let text: string;
    try {
      text = readFileSync(join(folder, String(generation)), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'vanished';
      throw error;
    }
    const record = parseRecord(text);
    if (record !== undefined) return record;
    if (waited >= BEING_WRITTEN_MS) return NOBODY;
    await delay(20);
  }
}

function parseRecord(text: string): OwnerRecord | undefined {
  try {
    return JSON.parse(text) as OwnerRecord;
  } catch {
    return undefined;
  }
}
