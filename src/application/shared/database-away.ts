import { GatewayUnavailable } from './gateway-unavailable';

/** SQLSTATE classes: connection failures, no more connections, cancelled or shut down, deadlocks. */
const DATABASE_STATES = /^(08\w{3}|53300|57P0[1-5]|57014|25P03|40001|40P01)$/;
const CONNECTION_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN']);
const CONNECTION_NAMES = new Set([
  'CannotExecuteNotConnectedError',
  'ConnectionIsNotSetError',
  // TypeORM gives a connection back that broke, and whoever is still in the middle of a transaction finds it gone.
  'QueryRunnerAlreadyReleasedError',
  'QueryRunnerProviderAlreadyReleasedError',
]);
const CONNECTION_WORDS =
  /^(Connection terminated|timeout exceeded when trying to connect|Client (has encountered a connection error|was closed)|Query read timeout|Driver not Connected)/i;

interface ErrorShape {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly syscall?: unknown;
  readonly cause?: unknown;
  readonly driverError?: unknown;
}

/**
 * Whether this failed for want of the database, however the drivers say it.
 * @param depth of causes that are still looked at: a circle of causes must not hang the answer.
 */
export function isDatabaseAway(error: unknown, depth = 5): boolean {
  if (typeof error !== 'object' || error === null || depth === 0) return false;
  // What Stripe's connections came to is another matter.
  if (error instanceof GatewayUnavailable) return false;
  const { name, message, code, syscall, cause, driverError } = error as ErrorShape;
  if (typeof code === 'string' && isCodeOfAbsence(code, syscall)) return true;
  if (typeof name === 'string' && CONNECTION_NAMES.has(name)) return true;
  if (typeof message === 'string' && CONNECTION_WORDS.test(message)) return true;
  return isDatabaseAway(driverError, depth - 1) || isDatabaseAway(cause, depth - 1);
}

function isCodeOfAbsence(code: string, syscall: unknown): boolean {
  // The last: the socket of a database on this machine is gone.
  return DATABASE_STATES.test(code) || CONNECTION_CODES.has(code) || (code === 'ENOENT' && syscall === 'connect');
}

/** What is said before anything is sent: whoever waits for a connection fares no better. */
const NO_CONNECTION = /^(timeout exceeded when trying to connect|Connection terminated due to connection timeout)$/;

/** There was no connection to be had, so that nothing was asked of the database. */
export function hadNoConnection(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, syscall } = error as ErrorShape;
  return NO_CONNECTION.test(error.message) || (syscall === 'connect' && typeof code === 'string');
}
