import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error';
import type { Account } from './host';
import { commandLine, processIdentity } from './process-identity';
import { handOver } from './server-account';
import { isSocketFolder } from './socket-folder';

const FAST_MS = 30_000;
const IMMEDIATE_MS = 5_000;

/**
 * Ends the server of an owner that was killed, and whose watchdog was, too. Call it as the folder's owner only: then
 * whatever server still runs there belongs to nobody.
 */
export async function stopOrphan(
  dataDir: string,
  socketFolders: readonly string[],
  account: Account | undefined,
  log: (line: string) => void,
): Promise<void> {
  const file = join(dataDir, 'postmaster.pid');
  const lines = readLines(file);
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 1) return;
  const identity = processIdentity(pid);
  if (identity === undefined) return;
  // Its command line names its socket folder, a random name: no other process has it there.
  const known = [...socketFolders, lines[4] ?? ''].filter(isSocketFolder);
  const command = commandLine(pid);
  if (!known.some((folder) => command.includes(folder))) {
    disarm(file, lines, account);
    return;
  }
  log(`a PostgreSQL (pid ${String(pid)}) outlived the Cashdesk that started it; it is stopped first`);
  for (const [signal, patience] of [
    ['SIGINT', FAST_MS],
    ['SIGQUIT', IMMEDIATE_MS],
  ] as const) {
    signalIfAlive(pid, signal);
    for (let waited = 0; waited < patience; waited += 20) {
      if (processIdentity(pid) !== identity) return;
      await delay(20);
    }
  }
  throw new EmbeddedPostgresError(
    `a PostgreSQL (pid ${String(pid)}) that an earlier Cashdesk left behind still runs on ${dataDir} and does not stop: ` +
      `end it (kill -QUIT ${String(pid)}), then start again`,
  );
}

/**
 * The pid of a server that is gone was given to a stranger, and PostgreSQL takes the stranger for the server. The file
 * cannot just go: by its other lines PostgreSQL finds out whether children of the lost server still use the data.
 */
function disarm(file: string, lines: readonly string[], account: Account | undefined): void {
  const nobody = '2000000000';
  const next = `${file}.next`;
  writeFileSync(next, [nobody, ...lines.slice(1)].join('\n'), { mode: 0o600 });
  handOver(next, account);
  renameSync(next, file);
}

function readLines(file: string): string[] {
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return [];
  const text = readFileSync(file, 'utf8');
  if (text.trim() !== '') return text.split('\n');
  // written in the very moment of a power cut; PostgreSQL refuses to start on it
  rmSync(file, { force: true });
  return [];
}

function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
