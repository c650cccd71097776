import type { PaymentProblem } from '../../../application/payment/payment-outcome';
import type { PayerProblem } from '../../../application/payment/prepare-payer';
import { ProblemException } from '../problem';

const KINDS: Readonly<Record<PayerProblem['kind'], true>> = {
  customer_not_found: true,
  customer_refused: true,
  customer_not_at_stripe: true,
  payment_method_not_found: true,
  no_default_payment_method: true,
};

export function isPayerProblem(problem: PaymentProblem): problem is PayerProblem {
  return Object.hasOwn(KINDS, problem.kind);
}

/** Why nobody can be charged as it was asked. Nothing was stored, and nothing of the payment was sent. */
export function payerProblem(problem: PayerProblem): ProblemException {
  switch (problem.kind) {
    case 'customer_not_found':
      return new ProblemException('customer_not_found', 'No customer has this id.');
    case 'customer_refused': {
      const { code, field } = problem.refusal;
      const errors = [{ field: field ?? 'customer', reason: `is refused by Stripe (${code})` }];
      return new ProblemException('customer_refused', 'Nothing of the payment was stored or sent.', { errors });
    }
    case 'customer_not_at_stripe':
      return new ProblemException('stripe_unreachable', 'Stripe does not know the customer yet, and did not answer.', {
        headers: { 'retry-after': '5' },
      });
    case 'payment_method_not_found':
      return new ProblemException('payment_method_not_found', 'No payment method of this customer has this id.');
    case 'no_default_payment_method':
      return new ProblemException('no_default_payment_method', 'No payment method was given, and there is no default.');
  }
}
