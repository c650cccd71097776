import Stripe from 'stripe';
import type { GatewayAnswer } from '../../application/payment/payment-gateway';
import type { Doubt } from '../../domain/payment/attempt';
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

type StripeError = InstanceType<typeof Stripe.errors.StripeError>;

/** What an error says about the request's effect. What is not certain is in doubt. */
export type Effect =
  | { readonly kind: 'unknown'; readonly doubt: Doubt; readonly message: string }
  | { readonly kind: 'never_reached'; readonly message: string }
  /** It had none: Stripe's own refusal, or a decline. */
  | { readonly kind: 'refused'; readonly error: StripeError; readonly status: number };

export function effectOf(error: unknown): Effect {
  // The SDK stumbles over answers that are no objects.
  if (!(error instanceof Stripe.errors.StripeError)) return lost('The answer could not be read.');
  const status = error.statusCode;
  if (status === undefined) return withoutStatus(error);
  if (status === 429) return { kind: 'never_reached', message: `Stripe asked for fewer requests: ${error.message}` };
  if (status === 401 || status === 403) {
    return { kind: 'never_reached', message: `Stripe refused our key: ${error.message}` };
  }
  if (error.code === 'idempotency_key_in_use') return lost('Stripe is still at work on this request.');
  // Our own request differs from the first under this key: repeating it teaches nothing.
  if (error.rawType === 'idempotency_error') return { kind: 'unknown', doubt: 'server_error', message: error.message };
  if (status === 500) return { kind: 'unknown', doubt: 'server_error', message: error.message };
  if (!REFUSALS.has(status)) return lost(`Stripe answered ${String(status)}.`);
  return { kind: 'refused', error, status };
}

/** What an error says about an attempt of a payment. */
export function answerToError(error: unknown): GatewayAnswer {
  const effect = effectOf(error);
  return effect.kind === 'refused' ? refused(effect.error, effect.status) : effect;
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
  const { code, syscall } = (error.detail ?? {}) as Partial<NodeJS.ErrnoException>;
  if (code !== undefined && (NO_CONNECTION.has(code) || (NO_ROUTE.has(code) && syscall === 'connect'))) {
    return { kind: 'never_reached', message: `No connection to Stripe (${code}).` };
  }
  return lost(code === undefined ? error.message : `The answer was lost (${code}).`);
}

function lost(message: string): Effect {
  return { kind: 'unknown', doubt: 'lost_answer', message };
}

function refused(error: StripeError, status: number): GatewayAnswer {
  const { payment_intent: intent, requestId: request = null } = error;
  const seen = isIntent(intent) ? observationOf(intent) : null;
  const answered = { seen, request, replayed: isReplayed(error.headers) };
  const failure = status === 402 ? failureOf(error) : null;
  if (failure !== null) return { kind: 'declined', failure, charge: error.charge ?? null, ...answered };
  return { kind: 'rejected', code: error.code ?? error.type, message: error.message, ...answered };
}
