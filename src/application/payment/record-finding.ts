import type { Attempt } from '../../domain/payment/attempt';
import type { IntentObservation } from '../../domain/payment/intent-observation';
import type { Payment } from '../../domain/payment/payment';
import type { Payments } from '../../domain/payment/payments';
import { HAND_OVER_AFTER } from '../../domain/payment/settlement';
import { backoff, pauseWhileAway } from '../../domain/shared/backoff';
import type { Clock } from '../shared/clock';
import type { IdempotencyRecords } from '../shared/idempotency';
import type { UnitOfWork } from '../shared/unit-of-work';
import { isReplayed, seenIn, settle } from './finding';
import type { AttemptFinding, PaymentGateway } from './payment-gateway';
import { isFinalOutcome, outcomeOf, type PaymentOutcome } from './payment-outcome';
import { viewOf } from './payment-view';

/** How an intent stood, and the payment's version before it was looked at. */
interface Sight {
  readonly seen: IntentObservation;
  readonly version: number;
}

const LOOKS = 3;

/** Commits what became of an attempt: the attempt, the payment, their events and the kept answer, together. */
export class RecordFinding {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly payments: Payments,
    private readonly records: IdempotencyRecords,
    private readonly gateway: PaymentGateway,
    private readonly clock: Clock,
  ) {}

  /**
   * An answer of Stripe's was true when it was given. When the payment was changed since, or the answer is an old one
   * given again, Stripe is asked how the payment stands now, so that nothing older is stored, shown or kept.
   * @param seenVersion the payment's version when Stripe was asked.
   */
  async execute(
    attemptId: string,
    finding: AttemptFinding,
    seenVersion: number,
    cause: string,
  ): Promise<PaymentOutcome> {
    const seen = seenIn(finding);
    if (seen === null) return this.store(attemptId, finding, null, cause);
    let sight: Sight | null = isReplayed(finding) ? await this.look(attemptId, seen) : { seen, version: seenVersion };
    for (let look = 1; sight !== null && look <= LOOKS; look++) {
      const outcome = await this.storeIfCurrent(attemptId, finding, sight, cause);
      if (outcome !== null) return outcome;
      sight = await this.look(attemptId, seen);
    }
    return this.storeUnseen(attemptId, finding, seen, cause);
  }

  /**
   * Nothing new was found out: look again later, and list it for a person when it has taken too long.
   * @param away Stripe did not answer: that counts as no look.
   */
  stillInDoubt(attemptId: string, away = false): Promise<PaymentOutcome> {
    return this.unitOfWork.run(async () => {
      const { payment, attempt } = await this.load(attemptId);
      const now = this.clock.now();
      if (attempt.isOpen) {
        if (away) attempt.checkAt(new Date(now.getTime() + pauseWhileAway(attempt.id)));
        else attempt.checkAgain(new Date(now.getTime() + backoff(attempt.checks, attempt.id)));
        await this.handOverWhenLate(payment, attempt, now);
        await this.payments.saveAttempt(attempt);
      }
      // It is settled, but how the payment stands is still to be asked: nothing older may be kept as the answer.
      const unseen = payment.snapshot().refreshDueAt !== null;
      const outcome = unseen ? inDoubt(payment) : outcomeOf(payment, attempt);
      return this.answer(attempt, away && outcome.kind === 'in_doubt' ? { ...outcome, away } : outcome);
    });
  }

  private async handOverWhenLate(payment: Payment, attempt: Attempt, now: Date): Promise<void> {
    const since = attempt.firstSentAt ?? now;
    if (attempt.handedOver || now.getTime() - since.getTime() <= HAND_OVER_AFTER) return;
    const reason = adviceFor(attempt);
    attempt.handOver(reason, now);
    payment.attemptNeedsPerson(attempt, reason, now, 'sweeper');
    await this.payments.save(payment);
  }

  /** @returns null, with nothing stored, when the payment was changed since the look. */
  private storeIfCurrent(id: string, finding: AttemptFinding, sight: Sight, cause: string) {
    return this.unitOfWork.run(async () => {
      const { version } = (await this.load(id)).payment;
      return version === sight.version ? this.store(id, finding, sight.seen, cause) : null;
    });
  }

  private store(id: string, finding: AttemptFinding, seen: IntentObservation | null, cause: string) {
    return this.unitOfWork.run(async () => {
      const { payment, attempt } = await this.load(id);
      const now = this.clock.now();
      const before = payment.snapshot();
      const wasOpen = attempt.isOpen;
      if (wasOpen) settle(attempt, finding, now);
      // Also when somebody else settled the attempt meanwhile: what Stripe showed is never dropped.
      if (seen !== null) payment.observe(seen, now, cause);
      else if (wasOpen && attempt.state === 'rejected') endRefusedCreate(payment, attempt, now, cause);
      if (payment.snapshot() !== before) await this.payments.save(payment);
      if (wasOpen) await this.payments.saveAttempt(attempt);
      return this.answer(attempt, outcomeOf(payment, attempt));
    });
  }

  /** The attempt is settled, but how the payment stands cannot be seen: the sweeper asks, and no answer is kept yet. */
  private storeUnseen(
    id: string,
    finding: AttemptFinding,
    answered: IntentObservation,
    cause: string,
  ): Promise<PaymentOutcome> {
    return this.unitOfWork.run(async () => {
      const { payment, attempt } = await this.load(id);
      const now = this.clock.now();
      if (attempt.isOpen) {
        settle(attempt, finding, now);
        await this.payments.saveAttempt(attempt);
      }
      // An old view of the intent is better than none: without it the payment would pass for one never sent.
      if (payment.intent === null) payment.observe(answered, now, cause);
      payment.askAgain(now);
      await this.payments.save(payment);
      return this.answer(attempt, inDoubt(payment));
    });
  }

  /** How Stripe shows it now; null when Stripe does not say. */
  private async look(attemptId: string, { intent }: IntentObservation): Promise<Sight | null> {
    const attempt = await this.payments.findAttempt(attemptId);
    const payment = attempt === null ? null : await this.payments.find(attempt.paymentId);
    const reading = await this.gateway.read(intent);
    return payment !== null && reading.kind === 'found' ? { seen: reading.seen, version: payment.version } : null;
  }

  private async load(attemptId: string): Promise<{ payment: Payment; attempt: Attempt }> {
    const loaded = await this.payments.lockWithAttempt(attemptId);
    if (loaded === null) throw new Error(`attempt ${attemptId} does not exist`);
    return loaded;
  }

  /** Keeps a final answer; else gives the lease back. */
  private async answer(attempt: Attempt, outcome: PaymentOutcome): Promise<PaymentOutcome> {
    if (isFinalOutcome(outcome)) await this.records.finish(attempt.id, outcome);
    else await this.records.release(attempt.id);
    return outcome;
  }
}

function inDoubt(payment: Payment): PaymentOutcome {
  return { kind: 'in_doubt', payment: viewOf(payment, true) };
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
