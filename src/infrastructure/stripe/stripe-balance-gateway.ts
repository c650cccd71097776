import type Stripe from 'stripe';
import { BalanceGateway, type MovementPage, type PageRequest } from '../../application/ledger/balance-gateway';
import { GatewayUnavailable } from '../../application/shared/gateway-unavailable';
import type { SeenPayout } from '../../domain/ledger/payout';
import { movementOf, payoutOf } from './stripe-balance-transaction';
import { isMissing, unavailable } from './stripe-errors';

/** As many as Stripe gives at once. */
const PAGE = 100;

export class StripeBalanceGateway extends BalanceGateway {
  constructor(private readonly stripe: Stripe) {
    super();
  }

  override async page({ before, createdSince }: PageRequest): Promise<MovementPage> {
    const found = await this.asked(() =>
      this.stripe.balanceTransactions.list({
        limit: PAGE,
        expand: ['data.source'],
        ...(before === undefined ? {} : { starting_after: before }),
        ...(createdSince === undefined ? {} : { created: { gte: Math.floor(createdSince.getTime() / 1_000) } }),
      }),
    );
    // An error body without `error` passes the SDK as a success.
    if (!Array.isArray(found.data)) throw new GatewayUnavailable('Stripe answered with something that is no list.');
    return { movements: found.data.map(movementOf), hasMore: found.has_more };
  }

  override async payout(id: string): Promise<SeenPayout | null> {
    try {
      return payoutOf(await this.stripe.payouts.retrieve(id));
    } catch (error) {
      if (isMissing(error)) return null;
      throw unavailable(error);
    }
  }

  private async asked<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (error) {
      throw unavailable(error);
    }
  }
}
