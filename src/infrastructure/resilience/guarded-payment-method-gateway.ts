import {
  PaymentMethodGateway,
  type DetachAnswer,
  type PaymentMethodReading,
  type SubscriptionsReading,
} from '../../application/customer/payment-method-gateway';
import type { Guard } from './guard';
import { unavailable } from './instead';

export class GuardedPaymentMethodGateway extends PaymentMethodGateway {
  constructor(
    private readonly inner: PaymentMethodGateway,
    private readonly guard: Guard,
  ) {
    super();
  }

  override read(id: string): Promise<PaymentMethodReading> {
    return this.guard.answer('read', 'read', () => this.inner.read(id), unavailable);
  }
  override detach(id: string): Promise<DetachAnswer> {
    return this.guard.answer('detach', 'write', () => this.inner.detach(id), unavailable);
  }
  override liveSubscriptionsOn(id: string, stripeCustomer: string): Promise<SubscriptionsReading> {
    const ask = () => this.inner.liveSubscriptionsOn(id, stripeCustomer);
    return this.guard.answer('subscriptions', 'read', ask, unavailable);
  }
}
