import type { RefreshPayment } from '../payment/refresh-payment';
import { notOurs, type EventFamily } from './event-family';

/** Disputes and refunds of a charge have families of their own. */
const CHARGE_EVENTS = new Set([
  'charge.succeeded',
  'charge.failed',
  'charge.captured',
  'charge.pending',
  'charge.expired',
]);

export function paymentEvents(refreshPayment: RefreshPayment): EventFamily {
  return {
    speaks: (type) => type.startsWith('payment_intent.') || CHARGE_EVENTS.has(type),
    about: ({ intent }) => intent,
    work: async ({ type, intent, apiVersion }, cause, taken, requests) => {
      if (intent === null) {
        const note = `It names no payment intent, as ${type} must (API version ${apiVersion ?? 'none'}).`;
        return { status: type.startsWith('charge.') ? 'ignored' : 'set_aside', note };
      }
      const paymentId = await refreshPayment.execute({ intent, cause, requests, within: taken });
      return paymentId === null ? notOurs(intent, 'a payment') : null;
    },
  };
}
