import type { Customers } from '../../domain/customer/customers';
import { GatewayUnavailable } from '../shared/gateway-unavailable';
import type { UnitOfWork } from '../shared/unit-of-work';
import type { CustomerGateway } from './customer-gateway';
import type { TakeDefault } from './take-default';
import type { UnlinkCustomer } from './unlink-customer';

export interface RefreshCustomerCommand {
  readonly stripeCustomer: string;
  /** `event:evt_…` */
  readonly cause: string;
  /** Runs in the unit of work that takes over what was seen. */
  readonly within: () => Promise<void>;
}

/** Asks Stripe how a customer stands there: whether it was deleted, and which method is the default. */
export class RefreshCustomer {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly customers: Customers,
    private readonly gateway: CustomerGateway,
    private readonly unlink: UnlinkCustomer,
    private readonly takeDefault: TakeDefault,
  ) {}

  /** @returns null when no customer is linked to it. @throws GatewayUnavailable */
  async execute({ stripeCustomer, cause, within }: RefreshCustomerCommand): Promise<string | null> {
    const known = await this.customers.findByStripeCustomer(stripeCustomer);
    if (known === null) return null;
    const seen = await this.gateway.read(stripeCustomer);
    if (seen.kind === 'unavailable') throw new GatewayUnavailable(seen.message, seen);
    await this.unitOfWork.run(async () => {
      const customer = await this.customers.lock(known.id);
      if (customer?.stripeCustomer === stripeCustomer) {
        const isAsItWas = customer.snapshot().revision === known.snapshot().revision;
        if (seen.kind === 'deleted') await this.unlink.execute(customer, stripeCustomer, cause);
        // What changed here since the look makes an event of its own at Stripe.
        else if (isAsItWas) await this.takeDefault.execute(customer, seen.defaultPaymentMethod, cause);
      }
      await within();
    });
    return known.id;
  }
}
