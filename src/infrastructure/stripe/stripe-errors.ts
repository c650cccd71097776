import Stripe from 'stripe';
import type { GatewayAnswer } from '../../application/payment/payment-gateway';
import { GatewayUnavailable } from '../../application/shared/gateway-unavailable';
import type { Silence } from '../../application/shared/failure-class';
import type { Doubt } from '../../domain/payment/attempt';
import { NOT_SENT, secondsIn } from './single-attempt-http-client';
import { failureOf, isIntent, observationOf } from './stripe-intent';

/** No connection came about, so nothing of the request left. */
const NO_CONNECTION = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** The network went away: while connecting, or under a connection over which the request may have left. */
const NO_ROUTE = new Set(['EHOSTUNREACH', 'ENETUNREACH']);

/** Stripe's own refusals. Any other status below 500 is a proxy's, or says that Stripe could not finish. */
const REFUSALS = new Set([400, 402, 404]);

/** Seconds. Nobody is sent away for longer. */
const LONGEST_WAIT = 60;

type StripeError = InstanceType<typeof Stripe.errors.StripeError>;

/** What an error says about the request's effect, with its class. What is not certain is in doubt. */
export type Effect =
  | { readonly kind: 'unknown'; readonly because: 'unknown'; readonly doubt: Doubt; readonly message: string }
  | ({ readonly kind: 'never_reached'; readonly because: 'rate_limited' | 'unavailable' } & Silence)
  /** It had none: Stripe's own refusal, or a decline. */
  | { readonly kind: 'refused'; readonly because: 'declined' | 'invalid'; readonly error: StripeError };

export function effectOf(error: unknown): Effect {
  // The SDK stumbles over answers that are no objects.
  if (!(error instanceof Stripe.errors.StripeError)) return lost('The answer could not be read.');
  const status = error.statusCode;
  if (status === undefined) return withoutStatus(error);
  // Stripe's limiters stand before its idempotency keys, and a lock is asked for before anything is done.
  if (status === 429) return tooMany(error);
  if (status === 401 || status === 403) return unreached(`Stripe refused our key: ${error.message}`);
  if (error.code === 'idempotency_key_in_use') return lost('Stripe is still at work on this request.');
  // Our own request differs from the first under this key: repeating it teaches nothing.
  if (error.rawType === 'idempotency_error' || status === 500) {
    return { kind: 'unknown', because: 'unknown', doubt: 'server_error', message: error.message };
  }
  if (!REFUSALS.has(status)) return lost(`Stripe answered ${String(status)}.`);
  return { kind: 'refused', because: status === 402 ? 'declined' : 'invalid', error };
}

/** What an error says to who only asked a question: nothing, and a question has no effect that could be in doubt. */
export function silenceOf(error: unknown): { readonly kind: 'unavailable' } & Silence {
  const effect = effectOf(error);
  switch (effect.kind) {
    case 'never_reached':
      return { ...effect, kind: 'unavailable' };
    case 'unknown':
      return { kind: 'unavailable', because: 'unavailable', message: effect.message };
    case 'refused': {
      // Its message may quote personal data.
      const { code, type } = effect.error;
      return { kind: 'unavailable', because: 'invalid', message: `Stripe refused to answer (${code ?? type}).` };
    }
  }
}

/** The same, for a question whose asker cannot go on without an answer. */
export function unavailable(error: unknown): GatewayUnavailable {
  if (error instanceof GatewayUnavailable) return error;
  const { message, ...silence } = silenceOf(error);
  return new GatewayUnavailable(message, { ...silence, cause: error });
}

/** What an error says about an attempt of a payment. */
export function answerToError(error: unknown): GatewayAnswer {
  const effect = effectOf(error);
  return effect.kind === 'refused' ? refused(effect) : effect;
}

/** Stripe gave the answer that it had kept under the idempotency key. */
export function isReplayed(headers: Readonly<Record<string, string>> | undefined): boolean {
  return headers?.['idempotent-replayed'] === 'true';
}

export function isMissing(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeError && error.statusCode === 404 && error.code === 'resource_missing';
}

/** Also what a parameter names, as the customer of a list: Stripe answers those with 400. */
export function isAboutMissing(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeError && error.code === 'resource_missing';
}

function withoutStatus(error: StripeError): Effect {
  const { code, syscall, retryAfter } = (error.detail ?? {}) as Partial<NodeJS.ErrnoException & Silence>;
  if (code === NOT_SENT) return limited('Too many requests to Stripe wait for their turn.', retryAfter);
  if (code !== undefined && (NO_CONNECTION.has(code) || (NO_ROUTE.has(code) && syscall === 'connect'))) {
    return unreached(`No connection to Stripe (${code}).`);
  }
  return lost(code === undefined ? error.message : `The answer was lost (${code}).`);
}

function lost(message: string): Effect {
  return { kind: 'unknown', because: 'unknown', doubt: 'lost_answer', message };
}

function unreached(message: string): Effect {
  return { kind: 'never_reached', because: 'unavailable', message };
}

function tooMany({ message, headers }: StripeError): Effect {
  const wait = secondsIn(headers?.['retry-after']) ?? undefined;
  return limited(`Stripe asked for fewer requests: ${message}`, wait);
}

function limited(message: string, wait: number | undefined): Effect {
  const known = wait === undefined ? {} : { retryAfter: Math.min(Math.ceil(wait), LONGEST_WAIT) };
  return { kind: 'never_reached', because: 'rate_limited', message, ...known };
}

function refused({ error, because }: Extract<Effect, { kind: 'refused' }>): GatewayAnswer {
  const { payment_intent: intent, requestId: request = null } = error;
  const seen = isIntent(intent) ? observationOf(intent) : null;
  const answered = { seen, request, replayed: isReplayed(error.headers) };
  const failure = because === 'declined' ? failureOf(error) : null;
  if (failure !== null) return { kind: 'declined', failure, charge: error.charge ?? null, ...answered };
  return { kind: 'rejected', code: error.code ?? error.type, message: error.message, ...answered };
}
