import { Attempt, type AttemptRequest } from '../../domain/payment/attempt';
import type { Payment } from '../../domain/payment/payment';
import type { Payments } from '../../domain/payment/payments';
import type { Clock } from '../shared/clock';
import { IdempotencyKeyTaken, type IdempotencyRecords, type IdempotencyScope } from '../shared/idempotency';
import type { Identifiers } from '../shared/identifiers';
import type { UnitOfWork } from '../shared/unit-of-work';
import type { Begun } from './answer-once';
import { outcomeOfEnd, type PaymentProblem } from './payment-outcome';
import type { Seat } from '../shared/operations-in-flight';

export type Decision =
  | { readonly kind: 'send'; readonly request: AttemptRequest }
  /** The payment was ended here, without asking Stripe. */
  | { readonly kind: 'ended' }
  | { readonly kind: 'refused'; readonly problem: PaymentProblem };

/** What to do about a payment as it stands; `open` is an attempt that is still under way. */
/** Within the transaction, so it asks nobody but the database. */
type Decide = (payment: Payment, open: Attempt | null, now: Date) => Decision | Promise<Decision>;

/** Commits what is about to be asked of Stripe for an existing payment, under the payment's lock. */
export class BeginOperation {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly payments: Payments,
    private readonly records: IdempotencyRecords,
    private readonly identifiers: Identifiers,
    private readonly clock: Clock,
  ) {}

  async execute(paymentId: string, scope: IdempotencyScope, seat: Seat, decide: Decide): Promise<Begun> {
    try {
      return await this.begin(paymentId, scope, seat, decide);
    } catch (error) {
      if (error instanceof IdempotencyKeyTaken) return { kind: 'known' };
      throw error;
    }
  }

  private begin(paymentId: string, scope: IdempotencyScope, seat: Seat, decide: Decide): Promise<Begun> {
    return this.unitOfWork.run(async (): Promise<Begun> => {
      const payment = await this.payments.lock(paymentId);
      if (payment === null) return { kind: 'refused', problem: { kind: 'payment_not_found' } };
      if ((await this.records.find(scope)) !== null) return { kind: 'known' };
      if (!seat.takeFor(payment.snapshot().customer)) return TOO_MANY;
      const open = await this.payments.openAttemptOf(paymentId);
      const decision = await decide(payment, open, this.clock.now());
      switch (decision.kind) {
        case 'refused':
          return decision;
        case 'send':
          return { kind: 'begun', payment, attempt: await this.send(payment, decision.request, scope) };
        case 'ended':
          return { kind: 'done', outcome: await this.end(payment, open, scope) };
      }
    });
  }

  private async send(payment: Payment, request: AttemptRequest, scope: IdempotencyScope): Promise<Attempt> {
    const now = this.clock.now();
    const attempt = Attempt.send(this.identifiers.next('att'), payment.id, scope.principal, request, now);
    await this.payments.addAttempt(attempt);
    await this.records.start(scope, payment.id, attempt.id);
    return attempt;
  }

  private async end(payment: Payment, open: Attempt | null, scope: IdempotencyScope) {
    await this.payments.save(payment);
    if (open !== null) {
      const message = 'Given up by a person; should it show up after all, the payment will ask for attention.';
      open.settle('rejected', { code: 'overtaken', message }, null, this.clock.now());
      await this.payments.saveAttempt(open);
    }
    const outcome = outcomeOfEnd(payment);
    await this.records.keep(scope, payment.id, outcome);
    return outcome;
  }
}

export const TOO_MANY = { kind: 'refused', problem: { kind: 'too_many_in_flight_for_customer' } } as const;

/** An attempt is under way: a second one has to wait until that is settled. */
export function busy(open: Attempt): Decision {
  return { kind: 'refused', problem: { kind: 'attempt_in_progress', paymentId: open.paymentId } };
}
