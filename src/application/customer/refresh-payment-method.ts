import type { Customer } from '../../domain/customer/customer';
import type { Customers } from '../../domain/customer/customers';
import type { PaymentMethod } from '../../domain/customer/payment-method';
import type { PaymentMethods } from '../../domain/customer/payment-methods';
import { GatewayUnavailable } from '../shared/gateway-unavailable';
import type { UnitOfWork } from '../shared/unit-of-work';
import type { KeepPaymentMethod } from './keep-payment-method';
import type { PaymentMethodGateway, PaymentMethodSight } from './payment-method-gateway';

export interface RefreshPaymentMethodCommand {
  readonly paymentMethod: string;
  /** What made us look: `event:evt_…`, `sweeper`. */
  readonly cause: string;
  /** Runs in the transaction that stores what was seen. */
  readonly within?: () => Promise<void>;
}

const LOOKS = 5;

/**
 * Asks Stripe how a payment method stands and takes that over: details that its bank changed, and what was attached or
 * detached elsewhere, as in Stripe's dashboard.
 */
export class RefreshPaymentMethod {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly customers: Customers,
    private readonly paymentMethods: PaymentMethods,
    private readonly gateway: PaymentMethodGateway,
    private readonly keepPaymentMethod: KeepPaymentMethod,
  ) {}

  /** @returns the id of its customer, or null when it is none of ours. @throws GatewayUnavailable */
  async execute(command: RefreshPaymentMethodCommand): Promise<string | null> {
    for (let look = 0; look < LOOKS; look++) {
      const known = await this.paymentMethods.find(command.paymentMethod);
      const seen = await this.look(command.paymentMethod);
      const customerId = known?.customerId ?? (await this.holderOf(seen))?.id;
      if (customerId === undefined) return null;
      if (await this.store(command, customerId, known, seen)) return customerId;
    }
    throw new GatewayUnavailable(`${command.paymentMethod} changed with every look; it will be looked at again`);
  }

  private async look(paymentMethod: string): Promise<PaymentMethodSight | null> {
    const reading = await this.gateway.read(paymentMethod);
    if (reading.kind === 'unavailable') throw new GatewayUnavailable(reading.message, reading);
    return reading.kind === 'found' ? reading.seen : null;
  }

  private async holderOf(seen: PaymentMethodSight | null): Promise<Customer | null> {
    const { stripeCustomer = null } = seen ?? {};
    return stripeCustomer === null ? null : this.customers.findByStripeCustomer(stripeCustomer);
  }

  /** @returns false, with nothing stored, when somebody else stored something since. */
  private store(
    { paymentMethod, cause, within }: RefreshPaymentMethodCommand,
    customerId: string,
    asked: PaymentMethod | null,
    seen: PaymentMethodSight | null,
  ): Promise<boolean> {
    return this.unitOfWork.run(async () => {
      const customer = await this.customers.lock(customerId);
      if (customer === null) throw new Error(`customer ${customerId} does not exist`);
      const known = await this.paymentMethods.lock(paymentMethod);
      if (known?.version !== asked?.version) return false;
      if (seen !== null) await this.keepPaymentMethod.execute(customer, seen, null, cause);
      else if (known !== null) await this.keepPaymentMethod.drop(customer, known, cause);
      await within?.();
      return true;
    });
  }
}
