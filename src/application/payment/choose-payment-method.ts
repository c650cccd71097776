import type { Customers } from '../../domain/customer/customers';
import type { PaymentMethod } from '../../domain/customer/payment-method';
import type { PaymentMethods } from '../../domain/customer/payment-methods';
import { err, ok, type Result } from '../../domain/shared/result';

export interface MethodAsked {
  readonly customer: string | null;
  /** Null for none yet, or off session for the customer's default. */
  readonly paymentMethod: string | null;
  /** Nobody is there to authenticate. */
  readonly offSession: boolean;
}

export type MethodProblem =
  | { readonly kind: 'payment_method_not_found' }
  /** Off session without a payment method, and the customer has no default one. */
  | { readonly kind: 'no_default_payment_method' };

/** Stripe's own ids. Its test tokens, as `pm_card_visa`, stand for a new method each time: none of them is ever saved. */
const ID = /^pm_[A-Za-z0-9]+$/;

/** Which payment method is charged: none that is kept for somebody else, and off session only one that is kept. */
export class ChoosePaymentMethod {
  constructor(
    private readonly methods: PaymentMethods,
    private readonly customers: Customers,
  ) {}

  async execute(asked: MethodAsked): Promise<Result<string | null, MethodProblem>> {
    const { customer, paymentMethod, offSession } = asked;
    if (paymentMethod === null) return offSession ? this.defaultOf(customer) : ok(null);
    const known = ID.test(paymentMethod) ? await this.methods.find(paymentMethod) : null;
    const mayCharge = known === null ? !offSession : isKeptFor(customer, known);
    return mayCharge ? ok(paymentMethod) : err({ kind: 'payment_method_not_found' });
  }

  private async defaultOf(customer: string | null): Promise<Result<string, MethodProblem>> {
    const found = customer === null ? null : await this.customers.find(customer);
    const id = found?.snapshot().defaultPaymentMethod ?? null;
    const method = id === null ? null : await this.methods.find(id);
    return method !== null && isKeptFor(customer, method) ? ok(method.id) : err({ kind: 'no_default_payment_method' });
  }
}

/** One that is being detached is kept no more. */
function isKeptFor(customer: string | null, { state, customerId }: PaymentMethod): boolean {
  return state === 'saved' && customerId === customer;
}
