import type { RefreshDispute } from '../dispute/refresh-dispute';
import { withoutObject, type EventFamily } from './event-family';

/** Whosever charge it is about: what Stripe holds against the account is stored. */
export function disputeEvents(refreshDispute: RefreshDispute): EventFamily {
  return {
    speaks: (type) => type.startsWith('charge.dispute.'),
    work: async (event, cause, taken) => {
      const { objectType, objectId } = event;
      if (objectType !== 'dispute' || objectId === '') return withoutObject('dispute', event);
      const isKnown = await refreshDispute.execute({ dispute: objectId, cause, within: taken });
      return isKnown ? null : { status: 'ignored', note: `Stripe does not know ${objectId}.` };
    },
  };
}
