import { err, ok, type Result } from '../../domain/shared/result';
import type { Clock } from '../shared/clock';
import type { StripeBinding } from '../shared/stripe-binding';
import { EventGap } from './event-gap';
import type { WebhookInbox } from './webhook-inbox';
import type { WebhookRefusal, WebhookVerifier } from './webhook-verifier';

export interface WebhookReceived {
  readonly id: string;
  readonly duplicate: boolean;
}

export type WebhookProblem = WebhookRefusal | { readonly kind: 'foreign'; readonly detail: string };

/** Verifies a delivery, stores it once, and answers; the work is done afterwards, from a job. */
export class ReceiveWebhook {
  constructor(
    private readonly verifier: WebhookVerifier,
    private readonly inbox: WebhookInbox,
    private readonly binding: StripeBinding,
    private readonly clock: Clock,
    private readonly gap = new EventGap(),
  ) {}

  async execute(rawBody: Uint8Array, signature: string | undefined): Promise<Result<WebhookReceived, WebhookProblem>> {
    const verified = this.verifier.verify(rawBody, signature, this.clock.now());
    if (!verified.ok) {
      // With a wrong secret of ours, Stripe's own look like this as well.
      this.gap.notice();
      return verified;
    }
    const event = verified.value;
    const { account, livemode } = this.binding.current();
    if (event.livemode !== livemode) {
      const detail = `This is a ${mode(event.livemode)} event; this database belongs to ${mode(livemode)} mode.`;
      return err({ kind: 'foreign', detail });
    }
    if (event.account !== null && event.account !== account) {
      return err({ kind: 'foreign', detail: `This event belongs to account ${event.account}, not to ${account}.` });
    }
    const stored = await this.inbox.store(event).catch((error: unknown) => {
      this.gap.notice();
      throw error;
    });
    return ok({ id: event.id, duplicate: !stored });
  }
}

function mode(livemode: boolean): string {
  return livemode ? 'live' : 'test';
}
