import type { Attempt } from '../../domain/payment/attempt';
import type { IntentObservation } from '../../domain/payment/intent-observation';
import type { Payment } from '../../domain/payment/payment';
import type { Payments } from '../../domain/payment/payments';
import { isOver, overFrom, provenBy } from '../../domain/payment/settlement';
import { Money } from '../../domain/shared/money';
import { isCurrency } from '../../domain/shared/currency';
import { err, ok, type Result } from '../../domain/shared/result';
import type { Clock } from '../shared/clock';
import type { SettleProblem } from '../shared/settle-problem';
import { findCreatedBy } from './created-intents';
import type { PaymentGateway } from './payment-gateway';
import type { RecordFinding } from './record-finding';

type Settled = Result<void, SettleProblem>;

/**
 * Settles an attempt as a person found it out. What comes of it is what Stripe shows, read for this: a person points at it,
 * and cannot make it up.
 */
export class SettleAttemptByPerson {
  constructor(
    private readonly payments: Payments,
    private readonly gateway: PaymentGateway,
    private readonly recordFinding: RecordFinding,
    private readonly clock: Clock,
  ) {}

  /** @param intent which this attempt made, or was about. */
  async adopt(attemptId: string, intent: string, by: string): Promise<Settled> {
    const loaded = await this.load(attemptId);
    if (!loaded.ok) return loaded;
    const { payment, attempt } = loaded.value;
    const reading = await this.gateway.read(intent);
    if (reading.kind === 'unavailable') return err({ kind: 'stripe_unreachable' });
    const differences =
      reading.kind === 'missing' ? [`Stripe knows no ${intent}`] : differencesOf(payment, attempt, reading.seen);
    if (reading.kind === 'missing' || differences.length > 0) return err({ kind: 'not_its_own', differences });
    return this.take(payment, attempt, reading.seen, by);
  }

  /** Nothing happened, and nothing can any more. */
  async noEffect(attemptId: string, by: string): Promise<Settled> {
    const loaded = await this.load(attemptId);
    if (!loaded.ok) return loaded;
    const { payment, attempt } = loaded.value;
    const from = overFrom(payment, attempt);
    if (from > this.clock.now()) return err({ kind: 'too_early', from });
    const { intent } = payment;
    const reading = intent === null ? await findCreatedBy(this.gateway, attempt) : await this.gateway.read(intent);
    if (reading.kind === 'unavailable') return err({ kind: 'stripe_unreachable' });
    if (reading.kind === 'missing') return this.withoutEffect(payment, attempt, null, by);
    if (intent === null || provenBy(attempt, reading.seen, payment, true) !== null) {
      return err({ kind: 'has_effect', object: reading.seen.intent });
    }
    return this.withoutEffect(payment, attempt, reading.seen, by);
  }

  private async take(payment: Payment, attempt: Attempt, seen: IntentObservation, by: string): Promise<Settled> {
    const over = isOver(payment, attempt, this.clock.now());
    const proof = provenBy(attempt, seen, payment, over);
    if (proof === null) {
      if (over) return this.withoutEffect(payment, attempt, seen, by);
      return err({ kind: 'too_early', from: overFrom(payment, attempt) });
    }
    await this.recordFinding.execute(attempt.id, { kind: 'proven', proof, seen }, payment.version, by);
    return ok(undefined);
  }

  private async withoutEffect(payment: Payment, attempt: Attempt, seen: IntentObservation | null, by: string) {
    const message = 'A person states that it had no effect, and Stripe shows none.';
    const finding = { kind: 'rejected', code: 'no_effect', message, seen, request: null, replayed: false } as const;
    await this.recordFinding.execute(attempt.id, finding, payment.version, by);
    return ok(undefined);
  }

  private async load(id: string): Promise<Result<{ payment: Payment; attempt: Attempt }, SettleProblem>> {
    const attempt = await this.payments.findAttempt(id);
    const payment = attempt === null ? null : await this.payments.find(attempt.paymentId);
    if (attempt === null || payment === null) return err({ kind: 'not_found' });
    return attempt.state === 'unknown' ? ok({ payment, attempt }) : err({ kind: 'not_in_doubt' });
  }
}

function differencesOf(payment: Payment, attempt: Attempt, seen: IntentObservation): string[] {
  const { money, intent } = payment;
  const differences: string[] = [];
  const expect = (what: string, shown: string | null, own: string) => {
    if (shown !== own) differences.push(`${what} is ${shown ?? 'none'}, not ${own}`);
  };
  if (intent !== null) expect('the intent', seen.intent, intent);
  expect('the payment in its metadata', seen.paymentId, payment.id);
  if (attempt.request?.operation === 'create') expect('the attempt in its metadata', seen.attemptId, attempt.id);
  expect('the amount', amountText(seen), money.toString());
  return differences;
}

function amountText({ amount, currency }: IntentObservation): string {
  return isCurrency(currency) ? Money.of(amount, currency).toString() : `${String(amount)} ${currency}`;
}
