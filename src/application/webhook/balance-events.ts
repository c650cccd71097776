import type { BalanceWake } from '../ledger/balance-wake';
import type { EventFamily } from './event-family';

/** Events of which only the balance knows what to do: it looks, now as it would later. */
export function balanceEvents(): EventFamily {
  return {
    speaks: (type) => type === 'charge.updated' || type.startsWith('payout.') || type.startsWith('balance.'),
    work: async (_event, _cause, taken) => {
      await taken(null);
      return null;
    },
  };
}

/** Also lets the balance be looked at after events of this family that may have moved it. */
export function wakingTheBalance(family: EventFamily, wake: BalanceWake): EventFamily {
  return {
    ...family,
    work: async (event, cause, taken, requests) => {
      wake.after(event.type);
      return family.work(event, cause, taken, requests);
    },
  };
}
