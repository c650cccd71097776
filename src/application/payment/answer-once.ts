import type { Attempt } from '../../domain/payment/attempt';
import type { Payment } from '../../domain/payment/payment';
import { err, ok, type Result } from '../../domain/shared/result';
import type { Clock } from '../shared/clock';
import type { IdempotencyRecord, IdempotencyRecords, IdempotencyScope } from '../shared/idempotency';
import type { CarryOutAttempt } from './carry-out-attempt';
import type { PaymentOutcome, PaymentProblem } from './payment-outcome';
import type { OperationsInFlight, Seat } from '../shared/operations-in-flight';
import type { ResumeAttempt } from './resume-attempt';

/** What the first step of a use case came to. Everything it stored is committed. */
export type Begun =
  | { readonly kind: 'begun'; readonly payment: Payment; readonly attempt: Attempt }
  /** It was done without asking Stripe, and its answer is kept. */
  | { readonly kind: 'done'; readonly outcome: PaymentOutcome }
  /** The key was used before. */
  | { readonly kind: 'known' }
  | { readonly kind: 'refused'; readonly problem: PaymentProblem };

export type PaymentResult = Result<PaymentOutcome, PaymentProblem>;

const WAIT_AT_MOST = 10_000;
const LOOK_EVERY = 100;

/** Same key and body: the first answer again. Same key with another body: an error. Two at once: it runs once. */
export class AnswerOnce {
  constructor(
    private readonly records: IdempotencyRecords,
    private readonly carryOut: CarryOutAttempt,
    private readonly resume: ResumeAttempt,
    private readonly inFlight: OperationsInFlight,
    private readonly clock: Clock,
  ) {}

  /** @param begin stores nothing before it has taken the seat for the payment's customer. */
  async execute(scope: IdempotencyScope, begin: (seat: Seat) => Promise<Begun>): Promise<PaymentResult> {
    const seat = this.inFlight.enter(scope);
    if (seat === null) return err({ kind: 'too_many_in_flight' });
    try {
      return await this.answer(scope, await begin(seat));
    } finally {
      seat.leave();
    }
  }

  private async answer(scope: IdempotencyScope, begun: Begun): Promise<PaymentResult> {
    switch (begun.kind) {
      case 'begun':
        return ok(await this.carryOut.execute(begun.payment, begun.attempt));
      case 'done':
        return ok(begun.outcome);
      case 'refused':
        // What forbids it now may not have been there when it was done: a repeat gets its first answer all the same.
        return (await this.records.find(scope)) === null ? err(begun.problem) : this.answerAgain(scope);
      case 'known':
        return this.answerAgain(scope);
    }
  }

  private async answerAgain(scope: IdempotencyScope): Promise<PaymentResult> {
    const until = this.clock.now().getTime() + WAIT_AT_MOST;
    for (;;) {
      const record = await this.records.find(scope);
      if (record !== null) {
        if (record.fingerprint !== scope.fingerprint) return err({ kind: 'idempotency_key_reused' });
        if (record.state === 'done') return ok(outcomeIn(record));
        if (!record.leased && record.attemptId !== null && (await this.records.takeOver(scope))) {
          return ok(await this.resume.execute(record.attemptId));
        }
      }
      if (this.clock.now().getTime() >= until) return err({ kind: 'in_progress' });
      await this.clock.sleep(LOOK_EVERY);
    }
  }
}

function outcomeIn(record: IdempotencyRecord): PaymentOutcome {
  return record.outcome as PaymentOutcome;
}
