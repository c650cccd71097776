import type { Attempt } from '../../domain/payment/attempt';
import type { IntentObservation } from '../../domain/payment/intent-observation';
import type { Payment } from '../../domain/payment/payment';
import type { Payments } from '../../domain/payment/payments';
import { acceptedAs, backoff, HAND_OVER_AFTER, reportOf } from '../../domain/payment/settlement';
import type { Clock } from '../shared/clock';
import type { IdempotencyRecords } from '../shared/idempotency';
import type { UnitOfWork } from '../shared/unit-of-work';
import type { AttemptFinding } from './payment-gateway';
import { isFinalOutcome, outcomeOf, type PaymentOutcome } from './payment-outcome';

/** Commits what became of an attempt: the attempt, the payment, their events and the kept answer, together. */
export class RecordFinding {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly payments: Payments,
    private readonly records: IdempotencyRecords,
    private readonly clock: Clock,
  ) {}

  /**
   * @param seenVersion the payment's version when Stripe was asked. When it has moved since, the finding may be older
   * than what is stored: the attempt is settled, and the payment is marked to be asked about again.
   */
  execute(attemptId: string, finding: AttemptFinding, seenVersion: number, cause: string): Promise<PaymentOutcome> {
    return this.change(attemptId, async (payment, attempt, now) => {
      const before = payment.snapshot();
      settle(attempt, finding, now);
      const seen = 'seen' in finding ? finding.seen : null;
      if (seen !== null) takeOver(payment, seen, seenVersion, now, cause);
      else if (attempt.state === 'rejected') endRefusedCreate(payment, attempt, now, cause);
      if (payment.snapshot() !== before) await this.payments.save(payment);
    });
  }

  /** Nothing new was found out: look again later, and list it for a person when it has taken too long. */
  stillInDoubt(attemptId: string): Promise<PaymentOutcome> {
    return this.change(attemptId, (_payment, attempt, now) => {
      attempt.checkAgain(new Date(now.getTime() + backoff(attempt.checks)));
      const since = attempt.firstSentAt ?? now;
      if (now.getTime() - since.getTime() > HAND_OVER_AFTER) attempt.handOver(adviceFor(attempt), now);
    });
  }

  /** Changes an attempt unless it is settled already; keeps the answer once it is, else gives the lease back. */
  private change(
    attemptId: string,
    apply: (payment: Payment, attempt: Attempt, now: Date) => Promise<void> | void,
  ): Promise<PaymentOutcome> {
    return this.unitOfWork.run(async () => {
      const loaded = await this.payments.lockWithAttempt(attemptId);
      if (loaded === null) throw new Error(`attempt ${attemptId} does not exist`);
      const { payment, attempt } = loaded;
      if (attempt.isOpen) {
        await apply(payment, attempt, this.clock.now());
        await this.payments.saveAttempt(attempt);
      }
      const outcome = outcomeOf(payment, attempt);
      if (isFinalOutcome(outcome)) await this.records.finish(attemptId, outcome);
      else await this.records.release(attemptId);
      return outcome;
    });
  }
}

function settle(attempt: Attempt, finding: AttemptFinding, now: Date): void {
  switch (finding.kind) {
    case 'proven':
      attempt.settle(finding.proof.state, finding.proof.report, null, now);
      return;
    case 'accepted': {
      const { state, report } = acceptedAs(attempt, finding.seen);
      attempt.settle(state, report, finding.request, now);
      return;
    }
    case 'declined': {
      const report = finding.seen === null ? {} : reportOf(finding.seen);
      attempt.settle('declined', { ...report, ...finding.failure, charge: finding.charge }, finding.request, now);
      return;
    }
    case 'rejected':
      attempt.settle('rejected', { code: finding.code, message: finding.message }, finding.request, now);
      return;
    case 'unknown':
      attempt.doubtful(finding.doubt, finding.message, new Date(now.getTime() + backoff(attempt.checks)));
      return;
    case 'never_reached':
      // Only the first sending can prove that nothing left: a failed repeat says nothing of what went before it.
      if (attempt.state === 'sent') attempt.settle('never_reached', { message: finding.message }, null, now);
      else attempt.checkAgain(new Date(now.getTime() + backoff(attempt.checks)));
  }
}

function takeOver(payment: Payment, seen: IntentObservation, seenVersion: number, now: Date, cause: string): void {
  if (payment.version === seenVersion) payment.observe(seen, now, cause);
  else payment.askAgain(now);
}

function endRefusedCreate(payment: Payment, attempt: Attempt, now: Date, cause: string): void {
  if (attempt.request?.operation !== 'create' || payment.intent !== null || payment.isFinal) return;
  const { code, message } = attempt.snapshot();
  const failure = { code: code ?? 'rejected', declineCode: null, message: message ?? 'Stripe refused it.' };
  payment.failUnsent(failure, now, cause);
}

function adviceFor(attempt: Attempt): string {
  const asked = attempt.request?.operation ?? 'request';
  return `Whether Stripe carried out this ${asked} could not be found out. Search Stripe's dashboard for the payment's id.`;
}
