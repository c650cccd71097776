import type { Transitions } from '../shared/transitions';

export const PAYMENT_STATUSES = [
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
  'processing',
  'authorized',
  'succeeded',
  'canceled',
  'failed',
] as const;

/** The last proven state of a payment. What is in doubt belongs to its attempt. */
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

/**
 * Stripe moves a payment several steps between two looks at it, so whatever lies ahead may follow.
 * A decline leads back to `requires_payment_method`; `succeeded`, `canceled` and `failed` are final.
 */
export const PAYMENT_TRANSITIONS: Transitions<PaymentStatus> = {
  requires_payment_method: [
    'requires_confirmation',
    'requires_action',
    'processing',
    'authorized',
    'succeeded',
    'canceled',
    'failed',
  ],
  requires_confirmation: [
    'requires_payment_method',
    'requires_action',
    'processing',
    'authorized',
    'succeeded',
    'canceled',
    'failed',
  ],
  requires_action: [
    'requires_payment_method',
    'requires_confirmation',
    'processing',
    'authorized',
    'succeeded',
    'canceled',
  ],
  processing: ['requires_payment_method', 'requires_action', 'authorized', 'succeeded', 'canceled'],
  authorized: ['processing', 'succeeded', 'canceled'],
  succeeded: [],
  canceled: [],
  failed: [],
};

/** What may be asked of a payment, and in which states. */
export const PAYMENT_OPERATIONS = {
  confirm: ['requires_payment_method', 'requires_confirmation', 'requires_action'],
  capture: ['authorized'],
  cancel: ['requires_payment_method', 'requires_confirmation', 'requires_action', 'authorized'],
} as const satisfies Record<string, readonly PaymentStatus[]>;

export type PaymentOperation = keyof typeof PAYMENT_OPERATIONS;

export function isFinal(status: PaymentStatus): boolean {
  return PAYMENT_TRANSITIONS[status].length === 0;
}

/** The payer still has something to do: only then is a client secret of use. */
export function awaitsPayer(status: PaymentStatus): boolean {
  return (PAYMENT_OPERATIONS.confirm as readonly PaymentStatus[]).includes(status);
}
