import { GatewayUnavailable } from '../shared/gateway-unavailable';
import type { EventFamilies, EventGroup } from './event-families';
import type { WebhookInbox } from './webhook-inbox';

/**
 * Works on what was stored of a subject. An event says only that something happened to an object: Stripe is asked how the
 * object stands now, so order, repetition and the event's API version do not matter, and one look serves all that wait.
 * An event that comes after they were read has another turn.
 */
export class ProcessWebhook {
  constructor(
    private readonly inbox: WebhookInbox,
    private readonly families: EventFamilies,
  ) {}

  /** One look that fails stops no other. @throws GatewayUnavailable: try again later. */
  async execute(subject: string): Promise<void> {
    const failures: Error[] = [];
    for (const group of this.families.group(await this.inbox.waiting(subject))) {
      await this.workOn(group).catch((error: unknown) => {
        failures.push(error instanceof Error ? error : new Error('What was thrown is no error.', { cause: error }));
      });
    }
    // What is wrong with the work itself counts, though Stripe is away as well.
    const failure = failures.find((each) => !(each instanceof GatewayUnavailable)) ?? failures[0];
    if (failure !== undefined) throw failure;
  }

  private async workOn({ event, ids, family, requests }: EventGroup): Promise<void> {
    const taken = (paymentId: string | null) => this.inbox.close(ids, 'processed', paymentId, null);
    const noEffect = await family.work(event, `event:${event.id}`, taken, requests);
    if (noEffect !== null) await this.inbox.close(ids, noEffect.status, null, noEffect.note);
  }
}
