import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, realpathSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/**
 * Of two simulators that write one file, each would undo what the other did. A socket is what tells: unlike a file with
 * a process id it is dead as soon as its process is, `kill -9` included.
 */
export async function lockDataFile(file: string): Promise<Release> {
  const place = socketOf(file);
  const lock = (await lockAt(place)) ?? (await lockAfterCrash(place));
  if (lock === null) throw new Error(`another simulator uses ${file}: end it, or give another --data`);
  return lock;
}

type Release = () => Promise<void>;

/** A killed process leaves its socket behind, where nobody answers. */
async function lockAfterCrash(place: string): Promise<Release | null> {
  if (await isAnswered(place)) return null;
  rmSync(place, { force: true });
  return lockAt(place);
}

/** Not beside the file: the path of a socket has to be short. */
function socketOf(file: string): string {
  mkdirSync(dirname(file), { recursive: true });
  const name = join(realpathSync(dirname(file)), basename(file));
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 24);
  return process.platform === 'win32'
    ? `\\\\.\\pipe\\stripe-simulator-${hash}`
    : join(tmpdir(), `stripe-simulator-${hash}.sock`);
}

/** Null: something is there already. */
function lockAt(place: string): Promise<Release | null> {
  const server = createServer((socket) => socket.destroy()).unref();
  return new Promise((resolve) => {
    server.once('error', ({ code }: NodeJS.ErrnoException) => {
      // Where no socket can be made at all, better go without than not start.
      resolve(code === 'EADDRINUSE' ? null : () => Promise.resolve());
    });
    server.listen(place, () => {
      resolve(() => closed(server));
    });
  });
}

async function closed(server: Server): Promise<void> {
  if (!server.listening) return;
  server.close();
  await once(server, 'close');
}

function isAnswered(place: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(place);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
