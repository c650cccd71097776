import type Stripe from 'stripe';
import { GatewayUnavailable } from '../../application/shared/gateway-unavailable';
import { EventList, type EventPage } from '../../application/webhook/event-list';
import { isAboutMissing, isMissing, unavailable } from './stripe-errors';
import { stripeEventIn } from './stripe-event';

/** As many as Stripe gives at once. */
const PAGE = 100;

export class StripeEventList extends EventList {
  constructor(private readonly stripe: Stripe) {
    super();
  }

  override async page(since: Date, after: string | null): Promise<EventPage | null> {
    const found = await this.asked(since, after);
    if (found === null) return null;
    // An error body without `error` passes the SDK as a success.
    if (!Array.isArray(found.data)) throw new GatewayUnavailable('Stripe answered with something that is no list.');
    const events = found.data.map((event) => stripeEventIn(JSON.stringify(event))).filter((event) => event !== null);
    return { events, hasMore: found.has_more };
  }

  private async asked(since: Date, after: string | null): Promise<Stripe.ApiList<Stripe.Event> | null> {
    try {
      return await this.stripe.events.list({
        limit: PAGE,
        created: { gte: Math.floor(since.getTime() / 1_000) },
        ...(after === null ? {} : { starting_after: after }),
      });
    } catch (error) {
      if (after !== null && (isMissing(error) || isAboutMissing(error))) return null;
      throw unavailable(error);
    }
  }
}
