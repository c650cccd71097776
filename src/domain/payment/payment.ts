import { Aggregate } from '../shared/aggregate';
import { Money } from '../shared/money';
import { err, ok, type Result } from '../shared/result';
import { sameValue } from '../shared/same-value';
import { mayFollow } from '../shared/transitions';
import type { Attempt } from './attempt';
import { wantsAuthentication } from './customer-action';
import type { IntentObservation, NextAction, PaymentFailure } from './intent-observation';
import type { NotAtStripe, PaymentError, TransitionForbidden } from './payment-errors';
import type { PaymentEvent, PaymentEventType } from './payment-events';
import {
  isFinal,
  PAYMENT_OPERATIONS,
  PAYMENT_TRANSITIONS,
  type PaymentOperation,
  type PaymentStatus,
} from './payment-status';

export type CaptureMethod = 'automatic' | 'manual';

/** What the caller asked for; it never changes. */
export interface PaymentTerms {
  readonly money: Money;
  readonly captureMethod: CaptureMethod;
  /** The caller's own name of what is paid: a booking, an order. */
  readonly reference: string;
  /** Which part of it: `full`, `deposit`, `balance`, … One live payment per reference and purpose. */
  readonly purpose: string;
  readonly allowAnother: boolean;
  /** The customer for whom it is made: `cus_…`. */
  readonly customer: string | null;
  readonly description: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  /** The day of the service, `YYYY-MM-DD`: refund policies count from it. */
  readonly serviceDate: string | null;
  readonly expiresAt: Date;
}

export interface PaymentProps extends PaymentTerms {
  readonly id: string;
  readonly status: PaymentStatus;
  readonly capturable: number;
  readonly captured: number;
  readonly paymentMethod: string | null;
  readonly intent: string | null;
  readonly charge: string | null;
  readonly clientSecret: string | null;
  readonly nextAction: NextAction | null;
  /** Kept when the action is over, so that an answer can be given again as it was. */
  readonly redirectUrl: string | null;
  readonly failure: PaymentFailure | null;
  readonly cancellationReason: string | null;
  /** Why a person must look at it; null when nobody needs to. */
  readonly attention: string | null;
  /** When Stripe must be asked how it stands, because what we know may be old. */
  readonly refreshDueAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly version: number;
}

/** A payment through Stripe: its last proven state, and what may be done with it. Pure; time is passed in. */
export class Payment extends Aggregate<PaymentProps, PaymentEvent> {
  static create(id: string, terms: PaymentTerms, now: Date, cause: string): Payment {
    const payment = new Payment({
      ...terms,
      id,
      status: 'requires_payment_method',
      capturable: 0,
      captured: 0,
      paymentMethod: null,
      intent: null,
      charge: null,
      clientSecret: null,
      nextAction: null,
      redirectUrl: null,
      failure: null,
      cancellationReason: null,
      attention: null,
      refreshDueAt: null,
      createdAt: now,
      updatedAt: now,
      version: 1,
    });
    payment.record('payment.created', now, cause, {
      amount: terms.money.amount,
      currency: terms.money.currency,
      reference: terms.reference,
      purpose: terms.purpose,
    });
    return payment;
  }

  static restore(props: PaymentProps): Payment {
    return new Payment(props);
  }

  /** Whether something is still to be learnt of it that no request of ours will tell. */
  get isToBeLookedAt(): boolean {
    return this.props.refreshDueAt !== null || this.props.status === 'processing';
  }
  get status(): PaymentStatus {
    return this.props.status;
  }
  get money(): Money {
    return this.props.money;
  }
  get intent(): string | null {
    return this.props.intent;
  }
  get isFinal(): boolean {
    return isFinal(this.props.status);
  }

  allows(operation: PaymentOperation): Result<void, TransitionForbidden | NotAtStripe> {
    const states: readonly PaymentStatus[] = PAYMENT_OPERATIONS[operation];
    const status = this.props.status;
    if (!states.includes(status)) return err({ kind: 'transition_forbidden', operation, status });
    return this.intent === null && operation !== 'cancel' ? err({ kind: 'not_at_stripe' }) : ok(undefined);
  }

  allowsConfirm(now: Date): Result<void, PaymentError> {
    const allowed = this.allows('confirm');
    if (!allowed.ok || this.isWanted(now)) return allowed;
    return err({ kind: 'payment_expired', expiresAt: this.props.expiresAt });
  }

  /** @param amount minor units; what is not captured is released. */
  allowsCapture(amount: number): Result<void, PaymentError> {
    const allowed = this.allows('capture');
    if (!allowed.ok || amount <= this.props.capturable) return allowed;
    return err({ kind: 'capture_exceeds_authorization', capturable: this.props.capturable });
  }

  /** The payer still wants it: it is neither over nor expired. Only then may a lost request be repeated. */
  isWanted(now: Date): boolean {
    return !this.isFinal && this.props.expiresAt > now;
  }

  /**
   * Takes over what Stripe shows. What Stripe did is never refused: where our state cannot lead to Stripe's, ours
   * stays, the contradiction is recorded and the payment is listed for a person.
   * @returns whether anything changed; the same observation twice changes nothing.
   */
  observe(seen: IntentObservation, now: Date, cause: string): boolean {
    if (this.props.intent !== null && this.props.intent !== seen.intent) {
      return this.contradict(`Stripe holds a second intent for this payment: ${seen.intent}`, seen, now, cause);
    }
    if (seen.amount !== this.money.amount || seen.currency !== this.money.currency) {
      const there = `${String(seen.amount)} ${seen.currency}`;
      return this.contradict(`Stripe shows ${there} where ${this.money.toString()} was asked`, seen, now, cause);
    }
    const before = this.props.status;
    if (seen.status !== before && !mayFollow(PAYMENT_TRANSITIONS, before, seen.status)) {
      return this.contradict(`Stripe shows ${seen.status}, which cannot follow ${before}`, seen, now, cause);
    }
    const next: PaymentProps = {
      ...this.props,
      ...taken(seen),
      clientSecret: seen.clientSecret ?? this.props.clientSecret,
      redirectUrl: seen.redirectUrl ?? this.props.redirectUrl,
    };
    const declined = next.failure !== null && !sameFailure(this.props, seen);
    const changed = declined || !sameValue(this.props, next);
    this.answered();
    if (!changed) return false;
    this.props = { ...next, refreshDueAt: null, updatedAt: now };
    if (declined) this.recordDecline(next.failure, seen.failedCharge, now, cause);
    if (seen.status !== before) {
      this.record(`payment.${seen.status}`, now, cause, {
        from: before,
        captured: next.captured,
        capturable: next.capturable,
      });
    }
    return true;
  }

  /** Whether what Stripe shows is what is known, so that to observe it would change nothing. */
  agreesWith(seen: IntentObservation, now: Date): boolean {
    const copy = Payment.restore(this.props);
    copy.observe(seen, now, 'comparison');
    return copy.props === this.props;
  }

  /** Stripe does not know the intent that it once made for this payment. */
  missAtStripe(intent: string, now: Date, cause: string): void {
    this.callForAttention(`Stripe does not know ${intent} any more`, { intent }, now, cause);
  }

  /** Stripe gave back more than it took, as far as is known here. */
  noticeExcess(refunded: number, now: Date, cause: string): void {
    const { captured, money } = this.props;
    const of = Money.of(captured, money.currency).toString();
    const reason = `Stripe shows refunds of ${Money.of(refunded, money.currency).toString()} where ${of} was captured`;
    this.callForAttention(reason, { refunded, captured }, now, cause);
  }

  /** What became of one of its attempts could not be found out in time. How it stands is not touched by that. */
  attemptNeedsPerson({ id, request }: Attempt, reason: string, now: Date, cause: string): void {
    this.record('payment.attempt_needs_person', now, cause, { attempt: id, operation: request?.operation, reason });
  }

  /** A person has looked into it. Should Stripe show the same again, it is listed again. */
  closeAttention(now: Date, cause: string): void {
    const { attention: reason } = this.props;
    if (reason === null) throw new Error(`${this.id} is listed for nothing`);
    this.props = { ...this.props, attention: null, updatedAt: now };
    this.record('payment.attention_closed', now, cause, { reason });
  }

  /** Ends a payment of which Stripe never heard. */
  cancelUnsent(reason: string, now: Date, cause: string): void {
    this.endUnsent('canceled', { cancellationReason: reason }, now, cause);
  }

  /** Stripe refused to make the intent at all, so nothing can come of it. */
  failUnsent(failure: PaymentFailure, now: Date, cause: string): void {
    this.endUnsent('failed', { failure }, now, cause);
  }

  askAgain(at: Date): void {
    this.props = { ...this.props, refreshDueAt: at };
  }

  private endUnsent(status: 'canceled' | 'failed', end: Partial<PaymentProps>, now: Date, cause: string): void {
    if (this.props.intent !== null) throw new Error(`${this.id}: only Stripe ends a payment that it knows`);
    const from = this.props.status;
    if (!mayFollow(PAYMENT_TRANSITIONS, from, status)) throw new Error(`${this.id}: ${from} cannot become ${status}`);
    this.props = { ...this.props, ...end, status, updatedAt: now };
    this.record(`payment.${status}`, now, cause, { from, ...end });
  }

  /** Keeps the intent where none is known, or the payment would pass for one of which Stripe never heard. */
  private contradict(reason: string, seen: IntentObservation, now: Date, cause: string): boolean {
    const { intent, charge } = this.props;
    if (intent === null) this.props = { ...this.props, intent: seen.intent, charge: charge ?? seen.charge };
    return this.callForAttention(reason, { intent: seen.intent, stripeStatus: seen.status }, now, cause);
  }

  private callForAttention(reason: string, data: Record<string, unknown>, now: Date, cause: string): boolean {
    this.answered();
    if (this.props.attention === reason) return false;
    this.props = { ...this.props, attention: reason, updatedAt: now };
    this.record('payment.contradicted', now, cause, { reason, ...data });
    return true;
  }

  /** Stripe was asked: it need not be asked again. */
  private answered(): void {
    if (this.props.refreshDueAt !== null) this.props = { ...this.props, refreshDueAt: null };
  }

  private recordDecline(failure: PaymentFailure, charge: string | null, now: Date, cause: string): void {
    this.record('payment.declined', now, cause, { ...failure, charge });
    if (!wantsAuthentication(failure)) return;
    this.record('payment.authentication_required', now, cause, { customer: this.props.customer, charge });
  }

  private record(type: PaymentEventType, at: Date, cause: string, data: Record<string, unknown>): void {
    this.remember({ type, paymentId: this.id, at, cause, data });
  }
}

type Observed = Pick<
  PaymentProps,
  | 'intent'
  | 'status'
  | 'capturable'
  | 'captured'
  | 'charge'
  | 'paymentMethod'
  | 'nextAction'
  | 'failure'
  | 'cancellationReason'
>;

function taken(seen: IntentObservation): Observed {
  return {
    intent: seen.intent,
    status: seen.status,
    capturable: seen.capturable,
    captured: seen.captured,
    charge: seen.charge,
    paymentMethod: seen.paymentMethod,
    nextAction: seen.nextAction,
    failure: seen.failure,
    cancellationReason: seen.cancellationReason,
  };
}

/** Two declines with equal words are still two: each leaves a charge of its own. */
function sameFailure(props: PaymentProps, seen: IntentObservation): boolean {
  return sameValue(props.failure, seen.failure) && props.charge === seen.charge;
}
