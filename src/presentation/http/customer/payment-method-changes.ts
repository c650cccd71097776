import { Injectable } from '@nestjs/common';
import { DetachPaymentMethod } from '../../../application/customer/detach-payment-method';
import { SetDefaultPaymentMethod } from '../../../application/customer/set-default-payment-method';
import { ShowPaymentMethod } from '../../../application/customer/show-payment-method';
import { paymentMethodNotFound, paymentMethodProblem } from './payment-method-problems';
import { paymentMethodDtoOf, type PaymentMethodDto } from './payment-method.dto';

export interface DetachAnswered {
  readonly paymentMethod: PaymentMethodDto;
  /** Whether Stripe detached it is still being found out. */
  readonly inDoubt: boolean;
}

/** What is done with a saved payment method, for staff and for the customer whose it is: both see it as it is then. */
@Injectable()
export class PaymentMethodChanges {
  constructor(
    private readonly setDefault: SetDefaultPaymentMethod,
    private readonly detachPaymentMethod: DetachPaymentMethod,
    private readonly showPaymentMethod: ShowPaymentMethod,
  ) {}

  /** @throws ProblemException */
  async makeDefault(customerId: string, paymentMethod: string, cause: string): Promise<PaymentMethodDto> {
    const problem = await this.setDefault.execute(customerId, paymentMethod, cause);
    if (problem !== null) throw paymentMethodProblem(problem);
    return this.shown(customerId, paymentMethod);
  }

  /** @throws ProblemException */
  async detach(customerId: string, paymentMethod: string, cause: string): Promise<DetachAnswered> {
    const result = await this.detachPaymentMethod.execute(customerId, paymentMethod, cause);
    if (!result.ok) throw paymentMethodProblem(result.error);
    return { paymentMethod: await this.shown(customerId, paymentMethod), inDoubt: result.value === 'in_doubt' };
  }

  private async shown(customerId: string, paymentMethod: string): Promise<PaymentMethodDto> {
    const view = await this.showPaymentMethod.execute(customerId, paymentMethod);
    if (view === null) throw paymentMethodNotFound();
    return paymentMethodDtoOf(view);
  }
}
