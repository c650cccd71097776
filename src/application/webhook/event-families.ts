import type { RefreshCustomer } from '../customer/refresh-customer';
import type { RefreshPaymentMethod } from '../customer/refresh-payment-method';
import type { RefreshSetup } from '../customer/refresh-setup';
import type { RefreshDispute } from '../dispute/refresh-dispute';
import type { RefreshPayment } from '../payment/refresh-payment';
import { JoinedRefreshes } from './joined-refreshes';
import type { KnownEvent } from './webhook-inbox';

/** Why an event had no effect, and whether somebody should look at it. */
export interface NoEffect {
  readonly status: 'ignored' | 'set_aside';
  readonly note: string;
}

/** Events that speak of one kind of object. */
interface EventFamily {
  readonly speaks: (type: string) => boolean;
  /**
   * @param taken closes the event in the unit of work that stores what was seen.
   * @returns null when it took effect. @throws GatewayUnavailable
   */
  readonly work: (event: KnownEvent, cause: string, taken: Taken) => Promise<NoEffect | null>;
}

type Taken = (paymentId: string | null) => Promise<void>;

/** Which events Cashdesk works on, and by which use case; none of the families speaks of the others' events. */
export class EventFamilies {
  private readonly families: readonly EventFamily[];

  constructor(
    refreshPayment: RefreshPayment,
    refreshCustomer: RefreshCustomer,
    refreshSetup: RefreshSetup,
    refreshPaymentMethod: RefreshPaymentMethod,
    refreshDispute: RefreshDispute,
  ) {
    this.families = [
      { speaks: speaksOfPayments, work: workOnPayments(new JoinedRefreshes(refreshPayment)) },
      {
        // Of others that begin with `customer.`, such as customer.subscription.updated, the object is no customer.
        speaks: (type) => type === 'customer.deleted' || type === 'customer.updated',
        work: workOn('customer', 'a customer', (stripeCustomer, cause, within) =>
          refreshCustomer.execute({ stripeCustomer, cause, within }),
        ),
      },
      {
        speaks: (type) => type.startsWith('setup_intent.'),
        work: workOn('setup_intent', 'a setup', (setupIntent, cause, within) =>
          refreshSetup.execute({ setupIntent, cause, within }),
        ),
      },
      {
        speaks: (type) => type.startsWith('payment_method.'),
        work: workOn('payment_method', 'a payment method of a customer', (paymentMethod, cause, within) =>
          refreshPaymentMethod.execute({ paymentMethod, cause, within }),
        ),
      },
      { speaks: (type) => type.startsWith('charge.dispute.'), work: workOnDisputes(refreshDispute) },
    ];
  }

  work(event: KnownEvent, cause: string, taken: Taken): Promise<NoEffect | null> {
    const family = this.families.find(({ speaks }) => speaks(event.type));
    if (family !== undefined) return family.work(event, cause, taken);
    return Promise.resolve({ status: 'ignored', note: 'Cashdesk does nothing with events of this type.' });
  }
}

/** Refunds of a charge have types of their own that Cashdesk does not work on yet. */
const CHARGE_EVENTS = new Set([
  'charge.succeeded',
  'charge.failed',
  'charge.captured',
  'charge.pending',
  'charge.expired',
]);

function speaksOfPayments(type: string): boolean {
  return type.startsWith('payment_intent.') || CHARGE_EVENTS.has(type);
}

function workOnPayments(refreshes: JoinedRefreshes): EventFamily['work'] {
  return async ({ type, intent, apiVersion }, cause, taken) => {
    if (intent === null) {
      const note = `It names no payment intent, as ${type} must (API version ${apiVersion ?? 'none'}).`;
      return { status: type.startsWith('charge.') ? 'ignored' : 'set_aside', note };
    }
    const paymentId = await refreshes.execute(intent, cause, taken);
    return paymentId === null ? notOurs(intent, 'a payment') : null;
  };
}

/** Whosever charge it is about: what Stripe holds against the account is stored. */
function workOnDisputes(refreshDispute: RefreshDispute): EventFamily['work'] {
  return async ({ type, objectType, objectId, apiVersion }, cause, taken) => {
    if (objectType !== 'dispute' || objectId === '') {
      const note = `It holds no dispute, as ${type} must (API version ${apiVersion ?? 'none'}).`;
      return { status: 'set_aside', note };
    }
    const isKnown = await refreshDispute.execute({ dispute: objectId, cause, within: taken });
    return isKnown ? null : { status: 'ignored', note: `Stripe does not know ${objectId}.` };
  };
}

/** @param refresh answers null for an object that is not ours. */
function workOn(
  objectType: string,
  what: string,
  refresh: (id: string, cause: string, within: () => Promise<void>) => Promise<unknown>,
): EventFamily['work'] {
  return async (event, cause, taken) => {
    const { type, objectId, apiVersion } = event;
    if (event.objectType !== objectType || objectId === '') {
      const note = `It holds no ${objectType}, as ${type} must (API version ${apiVersion ?? 'none'}).`;
      return { status: 'set_aside', note };
    }
    const refreshed = await refresh(objectId, cause, () => taken(null));
    return refreshed === null ? notOurs(objectId, what) : null;
  };
}

function notOurs(id: string, what: string): NoEffect {
  return { status: 'ignored', note: `${id} is not ${what} of Cashdesk.` };
}
