import type { RefreshRefunds } from '../refund/refresh-refunds';
import { notOurs, type EventFamily } from './event-family';

/**
 * Whichever of them comes, Stripe is asked for all refunds of the payment: the list in `charge.refunded` may be absent,
 * and one refund is told of by several events.
 */
export function refundEvents(refreshRefunds: RefreshRefunds): EventFamily {
  return {
    speaks: (type) => type.startsWith('refund.') || type === 'charge.refunded' || type.startsWith('charge.refund.'),
    about: ({ intent }) => intent,
    work: async ({ objectId, intent }, cause, taken) => {
      if (intent === null) return notOurs(objectId, 'about a payment');
      const paymentId = await refreshRefunds.execute({ intent, cause, within: taken });
      return paymentId === null ? notOurs(intent, 'a payment') : null;
    },
  };
}
