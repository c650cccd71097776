export const USE_ANOTHER_DATABASE = 'set DATABASE_URL to a PostgreSQL 14 or newer';

/** Says what happened and what to do; meant to be shown to a person as it is. */
export class EmbeddedPostgresError extends Error {
  constructor(
    message: string,
    readonly output = '',
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'EmbeddedPostgresError';
  }
}

const REMEDIES: readonly (readonly [pattern: RegExp, remedy: string])[] = [
  [
    /no space left on device|check free disk space|ENOSPC|disk quota exceeded|EDQUOT/i,
    'the disk is full: free some space and start again',
  ],
  [
    /could not look up effective user ID/i,
    `the account this process runs under has no line in /etc/passwd: add one, or ${USE_ANOTHER_DATABASE}`,
  ],
  [
    /EROFS|read-only file system/i,
    `the file system is read-only: start from a writable folder, or ${USE_ANOTHER_DATABASE}`,
  ],
  [
    /could not (create|resize) shared memory|could not map anonymous shared memory/i,
    `this machine grants too little shared memory: raise it (docker: --shm-size), or ${USE_ANOTHER_DATABASE}`,
  ],
  [
    /EINVAL.* chown/,
    `root cannot hand the data to another account in this user namespace: start as an ordinary account, or ${USE_ANOTHER_DATABASE}`,
  ],
  [
    /EACCES|EPERM|permission denied|operation not permitted/i,
    `start as the account that owns the folder (or as root), correct its owner, or ${USE_ANOTHER_DATABASE}`,
  ],
];

/** `output` is what PostgreSQL or the system said: its own words are kept. */
export function explainFailure(what: string, output: string, options?: ErrorOptions): EmbeddedPostgresError {
  const remedy = REMEDIES.find(([pattern]) => pattern.test(output))?.[1];
  const words = telling(output);
  const said = words === '' ? '' : `: ${words}`;
  return new EmbeddedPostgresError(`${what}${said}${remedy === undefined ? '' : ` (${remedy})`}`, output, options);
}

export function explainUnknown(what: string, error: unknown): EmbeddedPostgresError {
  if (error instanceof EmbeddedPostgresError) return error;
  return explainFailure(what, error instanceof Error ? error.message : String(error), { cause: error });
}

const SERIOUS = /(?:FATAL|PANIC|ERROR|HINT|error|fatal|detail|hint|cannot|could not)/;

/** A failing server says much that is routine; the last lines stand in for it only where none is serious. */
function telling(output: string): string {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const serious = lines.filter((line) => SERIOUS.test(line));
  return (serious.length > 0 ? serious.slice(0, 4) : lines.slice(-4)).join(' | ');
}
