/** What the exit code of a command tells the script that ran it. */
export const EXIT = { ok: 0, failed: 1, usage: 2, notFound: 3, unreachable: 4 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_CODES_HELP = `
Exit codes:
  0  done
  1  refused or failed
  2  wrong usage
  3  not found
  4  the database, the sandbox or Stripe cannot be reached
`;

/** Ends the command with one line that says what happened and what to do; an empty message says nothing. */
export class CliError extends Error {
  override readonly name = 'CliError';

  constructor(
    readonly exitCode: ExitCode,
    message: string,
  ) {
    super(message);
  }
}

export function failed(message: string): CliError {
  return new CliError(EXIT.failed, message);
}

export function wrongUsage(message: string): CliError {
  return new CliError(EXIT.usage, message);
}

export function notFound(message: string): CliError {
  return new CliError(EXIT.notFound, message);
}

export function unreachable(message: string): CliError {
  return new CliError(EXIT.unreachable, message);
}
