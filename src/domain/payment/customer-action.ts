import type { PaymentFailure } from './intent-observation';
import type { PaymentStatus } from './payment-status';

/** What the payer is to be asked for, so that the payment goes on. */
export const CUSTOMER_ACTIONS = ['authenticate', 'choose_payment_method', 'confirm'] as const;
export type CustomerAction = (typeof CUSTOMER_ACTIONS)[number];

/** Null while nobody needs the payer, or their last try is still being found out. */
export function customerActionOf(
  status: PaymentStatus | 'unknown',
  failure: PaymentFailure | null,
): CustomerAction | null {
  switch (status) {
    case 'requires_action':
      return 'authenticate';
    case 'requires_confirmation':
      return 'confirm';
    case 'requires_payment_method':
      return failure !== null && wantsAuthentication(failure) ? 'authenticate' : 'choose_payment_method';
    case 'processing':
    case 'authorized':
    case 'succeeded':
    case 'canceled':
    case 'failed':
    case 'unknown':
      return null;
  }
}

/** The bank does not pay without its customer; with the same card and the customer present it may. */
export function wantsAuthentication({ code, declineCode }: PaymentFailure): boolean {
  return code === 'authentication_required' || declineCode === 'authentication_required';
}
