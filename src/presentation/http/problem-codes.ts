import { wantsAuthentication } from '../../domain/payment/customer-action';
import type { PaymentFailure } from '../../domain/payment/intent-observation';

/** One kind of problem: its place in HTTP, its name, and what the caller can do about it. */
export interface ProblemKind {
  readonly status: number;
  readonly title: string;
  readonly advice: string;
}

function kind(status: number, title: string, advice: string): ProblemKind {
  return { status, title, advice };
}

const RETRY_SAME = 'Send the same request again with the same Idempotency-Key.';
const RETRY_LATER = 'Wait as long as Retry-After says, then send the same request with the same Idempotency-Key.';
const ANOTHER_WAY = 'It stays open: try it with another payment method.';
const ASK_CUSTOMER =
  'Ask the customer to confirm it themselves: POST /billing/confirm-payment, or Stripe.js with the client secret.';
const CHECK_CARD = 'Ask the payer to check what they typed, then confirm with a new payment method.';
const CHECK_WEBHOOK = 'Check the endpoint and its signing secret in the dashboard of Stripe.';

/** Why a payment method was declined: Stripe's codes. One that is not listed is shown as `payment_declined`. */
const DECLINES = {
  card_declined: kind(402, 'The card was declined', ANOTHER_WAY),
  expired_card: kind(402, 'The card has expired', ANOTHER_WAY),
  incorrect_cvc: kind(402, "The card's security code is incorrect", CHECK_CARD),
  invalid_cvc: kind(402, "The card's security code is invalid", CHECK_CARD),
  incorrect_number: kind(402, "The card's number is incorrect", CHECK_CARD),
  invalid_number: kind(402, "The card's number is invalid", CHECK_CARD),
  invalid_expiry_month: kind(402, "The card's expiry month is invalid", CHECK_CARD),
  invalid_expiry_year: kind(402, "The card's expiry year is invalid", CHECK_CARD),
  incorrect_zip: kind(402, "The card's postal code is incorrect", CHECK_CARD),
  incorrect_address: kind(402, "The card's address is incorrect", CHECK_CARD),
  insufficient_funds: kind(402, 'There are not enough funds', ANOTHER_WAY),
  processing_error: kind(402, 'The card could not be processed', 'Confirm again in a while, or with another method.'),
  card_decline_rate_limit_exceeded: kind(402, 'The card was declined too often', ANOTHER_WAY),
  authentication_required: kind(402, 'The bank asks for authentication', ASK_CUSTOMER),
  payment_intent_authentication_failure: kind(402, 'The payer was not authenticated', ANOTHER_WAY),
  payment_intent_payment_attempt_failed: kind(402, 'The payment attempt failed', ANOTHER_WAY),
  setup_intent_authentication_failure: kind(402, 'The customer was not authenticated', ANOTHER_WAY),
  payment_method_provider_decline: kind(402, 'The payment provider declined', ANOTHER_WAY),
  payment_method_customer_decline: kind(402, 'The payer declined', ANOTHER_WAY),
  payment_declined: kind(402, 'The payment was declined', ANOTHER_WAY),
} as const satisfies Record<string, ProblemKind>;

/** Every code that an answer can carry. The filter, the OpenAPI document and `/docs/problems` read this table. */
export const PROBLEMS = {
  malformed_json: kind(400, 'The body is not JSON', 'Send one JSON document in UTF-8, without __proto__ keys.'),
  bad_request: kind(400, 'The request is malformed', 'Check the address, the headers and the length of the body.'),
  invalid_request: kind(400, 'The request is invalid', 'Correct the fields listed in errors.'),
  idempotency_key_required: kind(400, 'Idempotency-Key is missing', 'Send a new random key with each new request.'),
  idempotency_key_invalid: kind(400, 'Idempotency-Key is invalid', 'Use 1 to 255 printable ASCII characters.'),
  amount_refused: kind(400, 'Stripe does not take this amount', 'Send an amount that Stripe takes in this currency.'),
  capture_exceeds_authorization: kind(400, 'More than was authorized', 'Capture at most the capturable amount.'),
  webhook_signature_invalid: kind(400, 'The signature is invalid', CHECK_WEBHOOK),
  webhook_timestamp_refused: kind(400, 'The delivery is too old, or from the future', "Check this machine's clock."),
  webhook_malformed: kind(400, 'The delivery is not an event', CHECK_WEBHOOK),
  webhook_foreign: kind(400, 'The event belongs elsewhere', CHECK_WEBHOOK),
  credentials_required: kind(401, 'Credentials are missing', 'Send Authorization: Bearer with an API key or a token.'),
  credentials_invalid: kind(401, 'The credentials are not valid', 'Check the API key, or sign in again.'),
  credentials_expired: kind(401, 'The credentials have expired', 'Sign in again, or use another API key.'),
  ...DECLINES,
  forbidden: kind(403, 'The role does not allow this', 'Use an API key or a token of a role that may.'),
  scope_missing: kind(403, 'The API key has not this scope', 'Use an API key that was made with the scope.'),
  webhook_source_refused: kind(403, 'Not an address of Stripe', "Compare the allow-list with Stripe's addresses."),
  reason_reserved: kind(403, 'The reason is not yours to give', 'Give another reason, or ask who may give it.'),
  above_limit: kind(403, 'It is above your limit', 'Ask for less, or ask a person of a role that may.'),
  second_person_needed: kind(403, 'Another person has to approve it', 'Ask somebody else who may approve it.'),
  refund_not_yours: kind(403, 'Somebody else asked for it', 'Reject it instead, or ask who asked for it.'),
  not_found: kind(404, 'There is nothing here', 'The routes are listed at /docs.'),
  payment_not_found: kind(404, 'There is no such payment', 'Check the id, and whose payment it is.'),
  customer_not_found: kind(404, 'There is no such customer', 'Check the id of the customer.'),
  payment_method_not_found: kind(404, 'There is no such payment method', 'Check the id, and whose method it is.'),
  refund_not_found: kind(404, 'There is no such refund', 'Check the id of the refund.'),
  setup_not_found: kind(404, 'There is no such setup', 'Check the id, and whose it is.'),
  dispute_not_found: kind(404, 'There is no such dispute', 'Check the id of the dispute.'),
  job_not_found: kind(404, 'There is no such job', 'It is done, or never was: see GET /admin/jobs.'),
  request_timeout: kind(408, 'The request took too long to arrive', RETRY_SAME),
  transition_forbidden: kind(409, "The payment's status forbids this", 'Read the payment and act on its status.'),
  payment_expired: kind(409, 'The payment has expired', 'Create a new payment.'),
  payment_not_at_stripe: kind(409, 'Stripe does not know the payment yet', 'Repeat its creation with the key it had.'),
  customer_refused: kind(409, 'Stripe does not take the customer', 'Correct the fields listed in errors, then retry.'),
  no_default_payment_method: kind(409, 'There is no default payment method', 'Send paymentMethod, or set a default.'),
  reference_taken: kind(
    409,
    'A live payment has this reference and purpose',
    'Go on with the payment in paymentId, cancel it first, or send allowAnother: true if both are meant.',
  ),
  payment_method_in_use: kind(
    409,
    'Subscriptions are charged to it',
    'Give the subscriptions another payment method first, or end them.',
  ),
  payment_method_detached: kind(409, 'It is detached', 'Use another payment method of the customer.'),
  subject_taken: kind(
    409,
    'Another customer has this subject',
    'Go on with the customer in customerId, or take the subject from it first.',
  ),
  payment_not_refundable: kind(409, 'The payment took no money', 'Cancel it instead, or wait until it has succeeded.'),
  charge_disputed: kind(
    409,
    'The payment is disputed',
    'Answer the dispute, or accept it: its money goes back that way.',
  ),
  refund_exceeds_rest: kind(409, 'More than is left to refund', 'Ask for at most what is left.'),
  refund_refused: kind(
    409,
    'Stripe refused the refund',
    'Nothing went back. Act on stripeCode, then ask with a new Idempotency-Key.',
  ),
  job_state_forbids: kind(409, "The job's state forbids this", 'Read the job and act on its state.'),
  refund_state_forbids: kind(409, "The refund's status forbids this", 'Read the refund and act on its status.'),
  attempt_in_progress: kind(409, 'Something else is under way', 'Wait until the status is no longer unknown.'),
  payment_intent_unexpected_state: kind(409, 'Stripe shows another status', 'Read the payment and act on its status.'),
  overtaken: kind(409, 'Something else came first', 'Read the payment; send what is still wanted with a new key.'),
  no_effect: kind(409, 'The request had no effect', 'Send it with a new Idempotency-Key if it is still wanted.'),
  dispute_not_answerable: kind(409, 'The dispute takes no evidence', 'Read the dispute and act on its status.'),
  submission_in_progress: kind(409, 'Evidence is on its way', 'Wait until its submission is settled.'),
  no_evidence: kind(409, 'There is no evidence', 'Collect evidence first: POST /disputes/{id}/evidence.'),
  idempotency_key_reused: kind(409, 'The key was used for another request', 'Send a new key with a new request.'),
  in_progress: kind(409, 'The first request of this key is still running', RETRY_SAME),
  payload_too_large: kind(413, 'The body is too large', 'Send at most 100 KB.'),
  uri_too_long: kind(414, 'The address is too long', 'Shorten the path.'),
  unsupported_media_type: kind(415, 'The body is not application/json', 'Send Content-Type: application/json.'),
  unsupported_content_encoding: kind(415, 'The body is encoded', 'Send it without Content-Encoding.'),
  expectation_failed: kind(417, 'The expectation is not supported', 'Send the request without Expect.'),
  evidence_too_large: kind(422, 'There is too much evidence', 'Send smaller files, or shorter texts.'),
  rejected_by_stripe: kind(422, 'Stripe refused the request', 'Correct it, and send it with a new Idempotency-Key.'),
  refund_forbidden: kind(422, 'The refund policy forbids it', 'Ask for at most the maximum.'),
  headers_too_large: kind(431, 'The headers are too large', 'Send fewer or shorter headers.'),
  too_many_in_flight_for_customer: kind(429, 'Too much is under way for the customer', RETRY_LATER),
  internal_error: kind(500, 'Something went wrong here', `${RETRY_SAME} If it stays, give the requestId to support.`),
  sealed_data_unreadable: kind(
    500,
    'What is sealed cannot be read',
    'Put the named key back into ENCRYPTION_KEYS; if it is there, restore what was altered from a backup.',
  ),
  database_unavailable: kind(503, 'The database cannot be reached', RETRY_SAME),
  token_keys_unavailable: kind(503, 'The key of the token cannot be fetched', 'Send the same request again later.'),
  stripe_unreachable: kind(503, 'Stripe cannot be reached', RETRY_SAME),
  too_many_in_flight: kind(503, 'Too many operations are under way', RETRY_LATER),
  not_ready: kind(503, 'The service is not ready', 'Look at checks.'),
  shutting_down: kind(503, 'The service is shutting down', 'Send requests to another instance.'),
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof PROBLEMS;
export type DeclineCode = keyof typeof DECLINES;

/** @param failure as Stripe states it; a bank's wish for authentication may stand in either of its codes. */
export function declineCodeFor(failure: PaymentFailure): DeclineCode {
  if (wantsAuthentication(failure)) return 'authentication_required';
  return Object.hasOwn(DECLINES, failure.code) ? (failure.code as DeclineCode) : 'payment_declined';
}

export function problemCodes(): ProblemCode[] {
  return Object.keys(PROBLEMS) as ProblemCode[];
}

export function typeOf(code: ProblemCode): string {
  return `/docs/problems#${code}`;
}
