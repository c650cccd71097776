import type { RefreshPayment } from '../payment/refresh-payment';
import type { WebhookInbox } from './webhook-inbox';

/**
 * Works on a stored event. The event says only that something happened to an object: Stripe is asked how the object
 * stands now, so order, repetition and the event's API version do not matter.
 */
export class ProcessWebhook {
  constructor(
    private readonly inbox: WebhookInbox,
    private readonly refreshPayment: RefreshPayment,
  ) {}

  /** @throws GatewayUnavailable: try again later. */
  async execute(eventId: string): Promise<void> {
    const stored = await this.inbox.find(eventId);
    if (stored?.status !== 'received') return;
    const { event } = stored;
    if (!speaksOfPayments(event.type)) {
      await this.inbox.close(eventId, 'ignored', null, 'Cashdesk does nothing with events of this type.');
      return;
    }
    const { intent } = event;
    if (intent === null) {
      const note = `It names no payment intent, as ${event.type} must (API version ${event.apiVersion ?? 'none'}).`;
      await this.inbox.close(eventId, event.type.startsWith('charge.') ? 'ignored' : 'set_aside', null, note);
      return;
    }
    await this.refresh(eventId, intent);
  }

  private async refresh(eventId: string, intent: string): Promise<void> {
    const paymentId = await this.refreshPayment.execute({
      intent,
      cause: `event:${eventId}`,
      within: (id) => this.inbox.close(eventId, 'processed', id, null),
    });
    if (paymentId === null) await this.inbox.close(eventId, 'ignored', null, `${intent} is not a payment of Cashdesk.`);
  }
}

/** Disputes and refunds of a charge have types of their own that Cashdesk does not work on yet. */
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
