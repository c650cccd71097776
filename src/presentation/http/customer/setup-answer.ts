import type { Principal } from '../../../application/access/principal';
import type { SetupResult } from '../../../application/customer/begin-setup';
import type { SetupProblem } from '../../../application/customer/setup-outcome';
import type { SetupFailure } from '../../../domain/customer/setup';
import { ProblemException } from '../problem';
import { declineCodeFor } from '../problem-codes';
import { customerNotFound } from './customer-problems';
import { paymentMethodNotFound } from './payment-method-problems';
import { setupFailureFor, setupFor, type SetupDto } from './setup.dto';

export interface SetupAnswered {
  readonly setup: SetupDto;
  /** Whether Stripe made it is still being found out. */
  readonly inDoubt: boolean;
}

/** @param mayFinish whether the client secret is for them. @throws ProblemException */
export function answerOf(result: SetupResult, principal: Principal, mayFinish: boolean): SetupAnswered {
  if (!result.ok) throw refusalOf(result.error);
  const outcome = result.value;
  const setup = setupFor(principal, outcome, mayFinish);
  switch (outcome.kind) {
    case 'done':
      return { setup, inDoubt: false };
    case 'in_doubt':
      return { setup, inDoubt: true };
    case 'declined':
      throw declined(outcome.failure, principal, setup);
    case 'rejected':
      throw rejected(outcome.failure, setup);
    case 'unreachable':
      throw unreachable({ setupId: setup.id });
  }
}

function refusalOf(problem: SetupProblem): ProblemException {
  switch (problem.kind) {
    case 'customer_not_found':
      return customerNotFound();
    case 'customer_refused': {
      const { code, field } = problem.refusal;
      const errors = field === null ? {} : { errors: [{ field, reason: `Stripe answers ${code}` }] };
      const extras = { members: { stripeCode: code }, ...errors };
      return new ProblemException('customer_refused', 'Stripe does not know the customer.', extras);
    }
    case 'stripe_unreachable':
      return unreachable({});
    case 'payment_method_not_found':
      return paymentMethodNotFound();
    case 'idempotency_key_reused':
      return new ProblemException(
        'idempotency_key_reused',
        'The earlier request with this key asked for something else.',
      );
    case 'too_many_in_flight':
    case 'too_many_in_flight_for_customer':
      return new ProblemException(problem.kind, 'Nothing was stored, and nothing was sent.', {
        headers: { 'retry-after': '1' },
      });
  }
}

function declined(failure: SetupFailure, principal: Principal, setup: SetupDto): ProblemException {
  const { declineCode } = setupFailureFor(principal, failure);
  const members = { setupId: setup.id, declineCode, stripeCode: failure.code, setup };
  return new ProblemException(declineCodeFor({ ...failure, message: '' }), 'The payment method cannot be saved.', {
    members,
  });
}

function rejected({ code, field }: SetupFailure, setup: SetupDto): ProblemException {
  if (code === 'resource_missing' && field === 'payment_method') return paymentMethodNotFound();
  const members = { setupId: setup.id, stripeCode: code, setup };
  return new ProblemException('rejected_by_stripe', `Stripe answered ${code}.`, { members });
}

function unreachable(members: Readonly<Record<string, string>>): ProblemException {
  const extras = { members, headers: { 'retry-after': '5' } };
  return new ProblemException('stripe_unreachable', 'Stripe could not be reached, so nothing happened.', extras);
}
