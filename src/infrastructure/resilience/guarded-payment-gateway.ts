import {
  PaymentGateway,
  type GatewayAnswer,
  type GatewayReading,
  type IntentPage,
} from '../../application/payment/payment-gateway';
import type { Silence } from '../../application/shared/failure-class';
import type { Attempt } from '../../domain/payment/attempt';
import type { ObservedCharge } from '../../domain/payment/intent-observation';
import type { Payment } from '../../domain/payment/payment';
import type { Money } from '../../domain/shared/money';
import type { Guard } from './guard';
import { neverReached, unavailable } from './instead';

export class GuardedPaymentGateway extends PaymentGateway {
  constructor(
    private readonly inner: PaymentGateway,
    private readonly guard: Guard,
  ) {
    super();
  }

  override refusal(money: Money): string | null {
    return this.inner.refusal(money);
  }
  override captureRefusal(part: Money): string | null {
    return this.inner.captureRefusal(part);
  }
  override pause(): Silence | null {
    return this.guard.pause('create');
  }
  override send(payment: Payment, attempt: Attempt): Promise<GatewayAnswer> {
    const operation = attempt.request?.operation ?? 'send';
    return this.guard.answer(operation, 'write', () => this.inner.send(payment, attempt), neverReached);
  }
  override read(intent: string): Promise<GatewayReading> {
    return this.guard.answer('read', 'read', () => this.inner.read(intent), unavailable);
  }
  override charges(intent: string): Promise<ObservedCharge[]> {
    return this.guard.value('charges', 'read', () => this.inner.charges(intent));
  }
  override listCreated(from: Date, to: Date, after: string | null): Promise<IntentPage> {
    return this.guard.answer('list', 'read', () => this.inner.listCreated(from, to, after), unavailable);
  }
}
