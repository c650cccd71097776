import type { CustomerProblem } from '../../../application/customer/customer-problem';
import { ProblemException } from '../problem';

export function customerProblem(problem: CustomerProblem): ProblemException {
  switch (problem.kind) {
    case 'customer_not_found':
      return customerNotFound();
    case 'subject_taken': {
      const { customerId } = problem;
      return new ProblemException('subject_taken', `${customerId} has it.`, { members: { customerId } });
    }
    case 'idempotency_key_reused':
      return new ProblemException(
        'idempotency_key_reused',
        'The earlier request with this key asked for something else.',
      );
  }
}

export function customerNotFound(): ProblemException {
  return new ProblemException('customer_not_found', 'No customer has this id.');
}
