import type { Customers } from '../../domain/customer/customers';
import type { PaymentMethod } from '../../domain/customer/payment-method';
import type { PaymentMethods } from '../../domain/customer/payment-methods';
import { err, ok, type Result } from '../../domain/shared/result';
import type { DetachAnswer, PaymentMethodGateway } from './payment-method-gateway';
import type { PaymentMethodProblem } from './payment-method-problem';
import type { RecordDetachment } from './record-detachment';

/** `in_doubt`: whether Stripe detached it is being found out; it is not charged meanwhile. */
export type Detached = 'detached' | 'in_doubt';

/** Forgets a saved payment method, here and at Stripe; it can never be charged again. */
export class DetachPaymentMethod {
  constructor(
    private readonly customers: Customers,
    private readonly paymentMethods: PaymentMethods,
    private readonly gateway: PaymentMethodGateway,
    private readonly recordDetachment: RecordDetachment,
  ) {}

  async execute(customerId: string, id: string, cause: string): Promise<Result<Detached, PaymentMethodProblem>> {
    const method = await this.paymentMethods.find(id);
    if (method?.customerId !== customerId) return err({ kind: 'payment_method_not_found' });
    if (method.state !== 'saved') return ok(stateOf(method));
    const obstacle = await this.obstacleTo(method);
    if (obstacle !== null) return err(obstacle);
    if (!(await this.recordDetachment.begin(method))) return ok(stateOf(await this.load(id)));
    const answer = await this.detach(method, cause);
    return answer.kind === 'refused' ? err({ kind: 'rejected', code: answer.code }) : ok(stateOf(await this.load(id)));
  }

  /** Goes on with one whose answer was lost, or never came. Doing it twice does no more than once. */
  async resume(id: string, cause: string): Promise<void> {
    const method = await this.paymentMethods.find(id);
    if (method?.state !== 'detaching') return;
    const reading = await this.gateway.read(id);
    const isGone = reading.kind === 'missing' || (reading.kind === 'found' && reading.seen.stripeCustomer === null);
    if (isGone) return this.recordDetachment.answered(method, { kind: 'detached' }, cause);
    if (reading.kind === 'unavailable') return this.recordDetachment.answered(method, reading, cause);
    // Somebody may have begun a subscription on it since it was asked for.
    const obstacle = await this.obstacleTo(method);
    if (obstacle === null) await this.detach(method, cause);
    else await this.recordDetachment.answered(method, answerTo(obstacle), cause);
  }

  private async detach(method: PaymentMethod, cause: string): Promise<DetachAnswer> {
    const answer = await this.gateway.detach(method.id);
    await this.recordDetachment.answered(method, answer, cause);
    return answer;
  }

  /** Stripe would detach it all the same, and the next invoice of the subscription would fail. */
  private async obstacleTo({ id, customerId }: PaymentMethod): Promise<PaymentMethodProblem | null> {
    const { stripeCustomer = null } = (await this.customers.find(customerId)) ?? {};
    if (stripeCustomer === null) return null;
    const reading = await this.gateway.liveSubscriptionsOn(id, stripeCustomer);
    if (reading.kind === 'unavailable') return { kind: 'stripe_unreachable' };
    const { subscriptions } = reading;
    return subscriptions.length === 0 ? null : { kind: 'payment_method_in_use', subscriptions };
  }

  private async load(id: string): Promise<PaymentMethod> {
    const method = await this.paymentMethods.find(id);
    if (method === null) throw new Error(`payment method ${id} does not exist`);
    return method;
  }
}

function stateOf({ state }: PaymentMethod): Detached {
  return state === 'detached' ? 'detached' : 'in_doubt';
}

function answerTo({ kind }: PaymentMethodProblem): DetachAnswer {
  return kind === 'stripe_unreachable'
    ? { kind: 'unavailable', message: 'Stripe did not say which subscriptions are charged to it.' }
    : { kind: 'refused', code: kind };
}
