import { Attempt } from '../../domain/payment/attempt';
import { isWaiting, type AttemptState } from '../../domain/payment/attempt-state';
import type { IntentObservation, ObservedCharge } from '../../domain/payment/intent-observation';
import type { Payments } from '../../domain/payment/payments';
import type { Identifiers } from '../shared/identifiers';

const UNHEARD: ReadonlySet<AttemptState> = new Set<AttemptState>(['prepared', 'never_reached', 'rejected']);

/**
 * Keeps what the payer did without us: the end of an attempt that waited for them, and tries of their own through
 * Stripe.js, read from the charges that they left. Part of the transaction that stores an observation.
 */
export class KeepClientAttempts {
  constructor(
    private readonly payments: Payments,
    private readonly identifiers: Identifiers,
  ) {}

  /** Whether attempts wait for what Stripe shows. */
  static isNeeded(attempts: readonly Attempt[]): boolean {
    return attempts.some((attempt) => attempt.state === 'unknown' || (attempt.needsPayer && attempt.awaitsCharge));
  }

  /**
   * The attempts that have to be added, where nothing else has to be done: none waits, is under way or lacks its risk.
   * @returns null where more has to be done.
   */
  onlyAdditions(paymentId: string, attempts: readonly Attempt[], charges: readonly ObservedCharge[]): Attempt[] | null {
    const known = new Map(attempts.map((attempt) => [attempt.charge, attempt]));
    if (attempts.some(({ state }) => isWaiting(state))) return null;
    if (charges.some(({ charge }) => known.get(charge)?.isRated === false)) return null;
    return charges.filter(({ charge }) => !known.has(charge)).map((charge) => this.mirror(paymentId, charge));
  }

  async execute(
    paymentId: string,
    seen: IntentObservation,
    charges: readonly ObservedCharge[],
    now: Date,
  ): Promise<void> {
    const attempts = await this.payments.attemptsOf(paymentId);
    const waiting = await this.waitingOf(attempts, now);
    for (const charge of charges) {
      const known = attempts.find((attempt) => attempt.charge === charge.charge);
      if (known === undefined) {
        const isItsOwn = charge.charge === chargeOfLastTry(seen);
        await this.keep(paymentId, charge, isItsOwn ? waiting : undefined, now);
      } else if (!known.isRated) {
        known.rate(charge.riskScore, charge.riskLevel);
        await this.payments.saveAttempt(known);
      }
    }
    if (waiting?.awaitsCharge === true) await this.endWithoutCharge(waiting, seen, now);
    const inDoubt = attempts.find((attempt) => attempt.state === 'unknown');
    if (inDoubt === undefined) return;
    inDoubt.checkAt(now);
    await this.payments.saveAttempt(inDoubt);
  }

  /** The last try that reached Stripe, if it waits for the payer. Those before it wait for nothing any more. */
  private async waitingOf(attempts: Attempt[], now: Date): Promise<Attempt | undefined> {
    const tries = attempts.filter((attempt) => attempt.needsPayer && !UNHEARD.has(attempt.state));
    const last = tries.pop();
    if (last === undefined || last.isOpen) return undefined;
    for (const earlier of tries.filter((attempt) => attempt.awaitsCharge)) {
      earlier.settle('rejected', { code: 'overtaken', message: 'A later attempt took its place.' }, null, now);
      await this.payments.saveAttempt(earlier);
    }
    return last.awaitsCharge ? last : undefined;
  }

  private async keep(
    paymentId: string,
    charge: ObservedCharge,
    waiting: Attempt | undefined,
    now: Date,
  ): Promise<void> {
    if (waiting === undefined) {
      await this.payments.addAttempt(this.mirror(paymentId, charge));
      return;
    }
    waiting.settle(stateOf(charge), charge, null, now);
    await this.payments.saveAttempt(waiting);
  }

  private mirror(paymentId: string, charge: ObservedCharge): Attempt {
    return Attempt.mirror(this.identifiers.next('att'), paymentId, charge, stateOf(charge), charge.at);
  }

  /** Authentication failed, or the payment was canceled, before there was any charge. */
  private async endWithoutCharge(waiting: Attempt, seen: IntentObservation, now: Date): Promise<void> {
    if (seen.status === 'requires_payment_method' && seen.failure !== null) {
      waiting.settle('declined', seen.failure, null, now);
    } else if (seen.status === 'canceled') {
      waiting.settle('rejected', { code: 'overtaken', message: 'The payment was canceled first.' }, null, now);
    } else return;
    await this.payments.saveAttempt(waiting);
  }
}

function stateOf({ succeeded }: ObservedCharge): 'succeeded' | 'declined' {
  return succeeded ? 'succeeded' : 'declined';
}

/** The charge that the last try to pay made; null while it has made none. */
function chargeOfLastTry(seen: IntentObservation): string | null {
  switch (seen.status) {
    case 'authorized':
    case 'succeeded':
    case 'canceled':
      return seen.charge;
    case 'requires_payment_method':
      return seen.failedCharge;
    case 'requires_confirmation':
    case 'requires_action':
    case 'processing':
    case 'failed':
      return null;
  }
}
