/** What a fault can do to a request. */
const REQUEST_KINDS = {
  delay: { takes: ['ms'], does: 'answers `ms` later (1000)' },
  error: {
    takes: ['status', 'code', 'reason', 'retryAfter'],
    does: 'answers `status` (500) and does nothing; a 500 is kept under the idempotency key, others are not',
  },
  error_after_effect: {
    takes: ['status'],
    does: 'does it and answers `status` (500) instead; a 500 is kept under the idempotency key, else what was done is',
  },
  refuse_connections: {
    takes: ['ms'],
    does: 'breaks all connections and refuses new ones for `ms` (1000): at once, or when a request matches',
  },
  reset_before_effect: { takes: [], does: 'breaks the connection and does nothing' },
  reset_after_effect: { takes: [], does: 'does it and breaks the connection' },
  cut_answer: { takes: [], does: 'does it and breaks the connection in the middle of the answer' },
  timeout_before_effect: { takes: ['ms'], does: 'does nothing and never answers; hangs up after `ms`, if given' },
  timeout_after_effect: { takes: ['ms'], does: 'does it and never answers; hangs up after `ms`, if given' },
  plain_error: {
    takes: ['status'],
    does: 'answers `status` (502; also 200, as a proxy does) with a page of HTML and does nothing',
  },
} as const;

/** What a fault can do to the deliveries of an event. */
const WEBHOOK_KINDS = {
  webhook_drop: { takes: [], does: 'never delivers the event' },
  webhook_double: { takes: ['copies'], does: 'delivers the event `copies` times at once (2)' },
  webhook_second_id: { takes: [], does: 'makes the event twice, under two ids' },
  webhook_delay: { takes: ['ms'], does: 'delivers the event `ms` later (1000)' },
  webhook_reorder: {
    takes: ['ms'],
    does: 'holds events until none came for `ms` (300), then delivers the newest first',
  },
  webhook_bad_signature: { takes: [], does: 'signs the first try with a wrong secret' },
  webhook_before_answer: { takes: [], does: 'delivers the event before the request that caused it is answered' },
  webhook_old_version: { takes: ['apiVersion'], does: 'shows the event as `apiVersion` (2022-08-01) did' },
} as const;

export type RequestFaultKind = keyof typeof REQUEST_KINDS;
export type WebhookFaultKind = keyof typeof WEBHOOK_KINDS;
export type FaultKind = RequestFaultKind | WebhookFaultKind;

interface KindFacts {
  readonly takes: readonly string[];
  readonly does: string;
}

export const FAULT_KINDS: Readonly<Record<FaultKind, KindFacts>> = { ...REQUEST_KINDS, ...WEBHOOK_KINDS };

export function isFaultKind(kind: unknown): kind is FaultKind {
  return typeof kind === 'string' && Object.hasOwn(FAULT_KINDS, kind);
}

export function isWebhookFault(kind: FaultKind): kind is WebhookFaultKind {
  return Object.hasOwn(WEBHOOK_KINDS, kind);
}
