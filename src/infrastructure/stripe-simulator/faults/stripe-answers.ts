import { ApiError, internalError, type ErrorBody } from '../core/errors';
import { keyInUse } from '../core/idempotency';
import type { Fault } from './faults';

const LOCKED =
  'This object cannot be accessed right now because another API request or Stripe process is currently accessing it. If you see this error intermittently, retry the request. If you see this error frequently and are making multiple concurrent requests to a single object, make your requests serially or at a lower rate.';
const TOO_MANY =
  'Request rate limit exceeded. You can learn more about rate limits here https://stripe.com/docs/rate-limits.';

/** The status that a fault of kind `error` answers. */
export function statusOf({ status, code }: Fault): number {
  return status ?? (code === 'lock_timeout' ? 429 : 500);
}

/** What Stripe says with that status. */
export function errorOf(fault: Fault, key: string | null): ApiError {
  const status = statusOf(fault);
  if (fault.code === 'lock_timeout') return locked(status);
  if (status === 409) return keyInUse(key ?? '');
  if (status === 429) return rateLimited(fault);
  if (status >= 500) return new ApiError(status, internalError().body);
  return new ApiError(status, refused(status, fault.code));
}

/** Not a limit, so no limiter is named; Stripe's own clients try again. */
function locked(status: number): ApiError {
  const body: ErrorBody = { type: 'invalid_request_error', code: 'lock_timeout', message: LOCKED };
  return new ApiError(status, body, { 'Retry-After': '1', 'Stripe-Should-Retry': 'true' });
}

/** Stripe's own clients leave these to the caller. */
function rateLimited({ code = 'rate_limit', reason = 'global-rate', retryAfter = 1 }: Fault): ApiError {
  return new ApiError(
    429,
    { type: 'invalid_request_error', code, message: TOO_MANY },
    { 'Retry-After': String(retryAfter), 'Stripe-Should-Retry': 'false', 'Stripe-Rate-Limited-Reason': reason },
  );
}

function refused(status: number, code: string | undefined): ErrorBody {
  const type = status === 402 ? 'card_error' : 'invalid_request_error';
  return { type, message: 'The simulator was told to refuse this request.', ...(code === undefined ? {} : { code }) };
}
