import type { CustomerRefusal } from '../../domain/customer/customer';
import { err, ok, type Result } from '../../domain/shared/result';
import type { LinkCustomer } from '../customer/link-customer';
import type { ChoosePaymentMethod, MethodAsked, MethodProblem } from './choose-payment-method';

export interface Payer {
  /** Stripe's `cus_…`; null for a payment without a customer. */
  readonly stripeCustomer: string | null;
  readonly paymentMethod: string | null;
}

export type PayerProblem =
  | MethodProblem
  | { readonly kind: 'customer_not_found' }
  /** Stripe does not take the customer as it is. */
  | { readonly kind: 'customer_refused'; readonly refusal: CustomerRefusal }
  /** Stripe does not know the customer yet, and did not answer. */
  | { readonly kind: 'customer_not_at_stripe' };

/** Makes sure that Stripe knows the customer for whom a payment is about to be made. Nothing of the payment is stored. */
export class PreparePayer {
  constructor(
    private readonly choose: ChoosePaymentMethod,
    private readonly link: LinkCustomer,
  ) {}

  async execute(asked: MethodAsked, cause: string): Promise<Result<Payer, PayerProblem>> {
    const chosen = await this.choose.execute(asked);
    if (!chosen.ok) return chosen;
    const paymentMethod = chosen.value;
    if (asked.customer === null) return ok({ stripeCustomer: null, paymentMethod });
    const link = await this.link.execute(asked.customer, cause);
    switch (link?.kind) {
      case undefined:
        return err({ kind: 'customer_not_found' });
      case 'linked':
        return ok({ stripeCustomer: link.stripeCustomer, paymentMethod });
      case 'refused':
        return err({ kind: 'customer_refused', refusal: link.refusal });
      case 'pending':
        return err({ kind: 'customer_not_at_stripe' });
    }
  }
}
