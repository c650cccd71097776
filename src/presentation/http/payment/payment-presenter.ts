import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../application/access/principal';
import type { PaymentResult } from '../../../application/payment/answer-once';
import { PaymentQueries } from '../../../application/payment/payment-queries';
import { finishingBeside, type PaymentView } from '../../../application/payment/payment-view';
import { awaitsPayer } from '../../../domain/payment/payment-status';
import { isStaff, mayFinish } from './audience';
import { declinedProblem, refusalProblem, rejectedProblem, unreachableProblem } from './payment-problems';
import { paymentFor, type PaymentDto } from './payment.dto';

export interface PaymentAnswer {
  readonly payment: PaymentDto;
  /** Its outcome is still being found out. */
  readonly inDoubt: boolean;
  /** It is accepted, and sent to Stripe once that can be reached. */
  readonly deferred: boolean;
}

/** Shows payments to those who may see them, each what is theirs to know. */
@Injectable()
export class PaymentPresenter {
  constructor(private readonly queries: PaymentQueries) {}

  /** @param show `finishing` where the answer may carry the client secret. @throws ProblemException */
  async answer(result: PaymentResult, principal: Principal, show: 'finishing' | 'plain'): Promise<PaymentAnswer> {
    if (!result.ok) throw refusalProblem(result.error);
    const outcome = result.value;
    if (outcome.kind === 'unreachable') {
      if (outcome.deferred !== true) throw unreachableProblem(outcome);
      return { payment: this.plain(outcome.payment, principal), inDoubt: false, deferred: true };
    }
    const payment = await (show === 'finishing'
      ? this.finishing(outcome.payment, principal)
      : this.plain(outcome.payment, principal));
    switch (outcome.kind) {
      case 'done':
        return { payment, inDoubt: false, deferred: false };
      case 'in_doubt':
        return { payment, inDoubt: true, deferred: false };
      case 'declined':
        throw declinedProblem(outcome.failure, payment);
      case 'rejected':
        throw rejectedProblem(outcome, payment, isStaff(principal));
    }
  }

  plain(view: PaymentView, principal: Principal): PaymentDto {
    return paymentFor(principal, view, null);
  }

  /** With the client secret, for the one who may finish the payment and while it awaits the payer. */
  async finishing(view: PaymentView, principal: Principal): Promise<PaymentDto> {
    if (view.status === 'unknown' || !awaitsPayer(view.status) || !mayFinish(principal)) {
      return this.plain(view, principal);
    }
    return paymentFor(principal, view, finishingBeside(view) ?? (await this.queries.finishing(view.id)));
  }
}
