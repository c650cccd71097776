import type { PaymentMethodProblem } from '../../../application/customer/payment-method-problem';
import { ProblemException } from '../problem';

export function paymentMethodProblem(problem: PaymentMethodProblem): ProblemException {
  switch (problem.kind) {
    case 'payment_method_not_found':
      return paymentMethodNotFound();
    case 'payment_method_in_use': {
      const { subscriptions } = problem;
      const what = `${String(subscriptions.length)} live subscriptions are charged to it.`;
      return new ProblemException('payment_method_in_use', what, { members: { subscriptions } });
    }
    case 'payment_method_detached':
      return new ProblemException('payment_method_detached', 'It is detached, or is being detached.');
    case 'rejected': {
      const members = { stripeCode: problem.code };
      return new ProblemException('rejected_by_stripe', `Stripe answered ${problem.code}.`, { members });
    }
    case 'stripe_unreachable': {
      const what = 'Stripe did not say which subscriptions are charged to it, so nothing was changed.';
      return new ProblemException('stripe_unreachable', what, { headers: { 'retry-after': '5' } });
    }
  }
}

export function paymentMethodNotFound(): ProblemException {
  return new ProblemException('payment_method_not_found', 'The customer has no payment method of this id.');
}

export function setupNotFound(): ProblemException {
  return new ProblemException('setup_not_found', 'The customer has no setup of this id.');
}
