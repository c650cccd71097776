import { pino, type DestinationStream } from 'pino';

/** Bytes that are written at once, and milliseconds after which fewer are. */
const BLOCK = 4_096;
const AT_LATEST = 50;
const WARNING = 40;

/**
 * Standard output. A line that says how a request ended waits for others, because each write may take as long as the
 * request's own work; what warns of something is written at once, with all that was before it, as is the rest when the
 * process ends.
 */
export function logFile(): DestinationStream {
  const file = pino.destination({ dest: 1, sync: true, minLength: BLOCK, periodicFlush: AT_LATEST });
  const stream = {
    // Has pino leave each line's level on the stream.
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 0,
    write(line: string): void {
      file.write(line);
      if (stream.lastLevel >= WARNING) file.flushSync();
    },
  };
  process.on('exit', () => {
    file.flushSync();
  });
  return stream;
}
