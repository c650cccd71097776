import { HttpException } from '@nestjs/common';
import { isDatabaseAway } from '../../application/shared/database-away';
import { SealBroken } from '../../application/shared/cipher';
import { GatewayUnavailable } from '../../application/shared/gateway-unavailable';
import { InvalidCursor } from '../../application/shared/page';
import { invalid, ProblemException } from './problem';
import type { ProblemCode } from './problem-codes';

/** What the framework refuses before a controller is asked. */
const BY_STATUS: Readonly<Record<number, readonly [ProblemCode, string]>> = {
  400: ['bad_request', 'The request could not be read.'],
  404: ['not_found', 'No route has this method and path.'],
  408: ['request_timeout', 'The request did not arrive in time.'],
  413: ['payload_too_large', 'The body exceeds the limit.'],
  414: ['uri_too_long', 'A part of the path exceeds the limit.'],
  415: ['unsupported_media_type', 'Bodies of this type are not taken.'],
  417: ['expectation_failed', 'Only Expect: 100-continue is supported.'],
  431: ['headers_too_large', 'The headers exceed the limit.'],
};

export function frameworkProblem(status: number): ProblemException | null {
  const known = BY_STATUS[status];
  return known === undefined ? null : new ProblemException(...known);
}

interface ErrorShape {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
  readonly stack?: unknown;
}

export function problemOf(thrown: unknown): ProblemException {
  if (thrown instanceof ProblemException) return thrown;
  if (thrown instanceof HttpException) {
    return (
      frameworkProblem(thrown.getStatus()) ?? new ProblemException('internal_error', 'An unexpected error occurred.')
    );
  }
  if (thrown instanceof InvalidCursor) {
    return invalid([{ field: 'cursor', reason: 'must be the nextCursor of an earlier page of the same list' }]);
  }
  if (thrown instanceof GatewayUnavailable) {
    return new ProblemException('stripe_unreachable', 'Stripe did not answer.', { headers: { 'retry-after': '5' } });
  }
  // Names the key and what it was to open, never the content.
  if (thrown instanceof SealBroken) return new ProblemException('sealed_data_unreadable', `${thrown.message}.`);
  if (isDatabaseAway(thrown)) {
    const what = 'Whether the request took effect is not known.';
    return new ProblemException('database_unavailable', what, { headers: { 'retry-after': '2' } });
  }
  return new ProblemException('internal_error', 'An unexpected error occurred.');
}

/** An error as it may be logged: drivers attach the parameters of a query to theirs, and those are secrets and names. */
export function loggable(thrown: unknown, depth = 3): unknown {
  if (typeof thrown !== 'object' || thrown === null) return { type: typeof thrown };
  const { name, message, code, stack, cause } = thrown as ErrorShape;
  const inner = cause === undefined || depth === 0 ? {} : { cause: loggable(cause, depth - 1) };
  return { type: name, message, code, stack, ...inner };
}
