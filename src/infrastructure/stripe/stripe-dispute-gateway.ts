import type Stripe from 'stripe';
import { DisputeGateway, type DisputeReading } from '../../application/dispute/dispute-gateway';
import { GatewayUnavailable } from '../../application/shared/gateway-unavailable';
import { disputeObservationOf, isDispute } from './stripe-dispute';
import { effectOf, isMissing } from './stripe-errors';

const PAGE = 100;

export class StripeDisputeGateway extends DisputeGateway {
  constructor(private readonly stripe: Stripe) {
    super();
  }

  override async read(id: string): Promise<DisputeReading> {
    try {
      return readingOf(await this.stripe.disputes.retrieve(id));
    } catch (error) {
      return isMissing(error) ? { kind: 'missing' } : silenceOf(error);
    }
  }

  override async *openedSince(since: Date | null): AsyncGenerator<readonly string[]> {
    const created = since === null ? {} : { created: { gte: Math.floor(since.getTime() / 1_000) } };
    for (let after: string | undefined; ;) {
      const page = await this.page({
        ...created,
        limit: PAGE,
        ...(after === undefined ? {} : { starting_after: after }),
      });
      const ids = page.data.map(({ id }) => id);
      yield ids;
      after = ids.at(-1);
      if (!page.has_more || after === undefined) return;
    }
  }

  private async page(params: Stripe.DisputeListParams): Promise<Stripe.ApiList<Stripe.Dispute>> {
    try {
      return await this.stripe.disputes.list(params);
    } catch (error) {
      throw new GatewayUnavailable(silenceOf(error).message, { cause: error });
    }
  }
}

function readingOf(found: unknown): DisputeReading {
  if (!isDispute(found)) return noAnswer('Stripe answered with something that is no dispute.');
  const seen = disputeObservationOf(found);
  return seen === null ? noAnswer(`This version does not know the status ${found.status}.`) : { kind: 'found', seen };
}

function noAnswer(message: string): Extract<DisputeReading, { kind: 'unavailable' }> {
  return { kind: 'unavailable', message };
}

/** A refusal's message may quote what was sent. */
function silenceOf(error: unknown): Extract<DisputeReading, { kind: 'unavailable' }> {
  const effect = effectOf(error);
  return noAnswer(effect.kind === 'refused' ? 'Stripe refused to answer.' : effect.message);
}
