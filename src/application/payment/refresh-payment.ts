import type { IntentObservation, ObservedCharge } from '../../domain/payment/intent-observation';
import type { Payment } from '../../domain/payment/payment';
import type { Payments } from '../../domain/payment/payments';
import type { Clock } from '../shared/clock';
import type { UnitOfWork } from '../shared/unit-of-work';
import type { KeepClientAttempts } from './keep-client-attempts';
import { type PaymentGateway } from './payment-gateway';
import { GatewayUnavailable } from '../shared/gateway-unavailable';

export interface RefreshPaymentCommand {
  readonly intent: string;
  /** What made us look: `event:evt_…`, `sweeper`. */
  readonly cause: string;
  /** Runs in the transaction that stores what was seen. */
  readonly within?: (paymentId: string) => Promise<void>;
}

const LOOKS = 5;

/**
 * Asks Stripe how a payment stands and takes that over. What Stripe shows was true when it was asked, so it is stored
 * only if nobody has stored anything since; else Stripe is asked again.
 */
export class RefreshPayment {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly payments: Payments,
    private readonly gateway: PaymentGateway,
    private readonly keepClientAttempts: KeepClientAttempts,
    private readonly clock: Clock,
  ) {}

  /** @returns the payment's id, or null for an intent that is not ours. @throws GatewayUnavailable */
  async execute(command: RefreshPaymentCommand): Promise<string | null> {
    for (let look = 0; look < LOOKS; look++) {
      const known = await this.payments.findByIntent(command.intent);
      const seen = await this.look(command.intent);
      if (seen === null) return known === null ? null : this.storeMissing(command, known);
      const payment = known ?? (seen.paymentId === null ? null : await this.payments.find(seen.paymentId));
      if (payment === null) return null;
      // Found by the intent's metadata, so read after the look: what it knows of this intent by now may be newer.
      if (known === null && payment.intent === command.intent) continue;
      const charges = await this.chargesIfNew(payment, seen);
      if (await this.store(command, payment, seen, charges)) return payment.id;
    }
    throw new GatewayUnavailable(`${command.intent} changed with every look; it will be looked at again`);
  }

  private async look(intent: string): Promise<IntentObservation | null> {
    const reading = await this.gateway.read(intent);
    if (reading.kind === 'unavailable') throw new GatewayUnavailable(reading.message);
    return reading.kind === 'found' ? reading.seen : null;
  }

  /** Stripe does not know what it once made: nothing can be found out any more, and a person has to look. */
  private storeMissing(command: RefreshPaymentCommand, known: Payment): Promise<string> {
    return this.unitOfWork.run(async () => {
      const payment = await this.payments.lock(known.id);
      if (payment === null) throw new Error(`payment ${known.id} does not exist`);
      payment.missAtStripe(command.intent, this.clock.now(), command.cause);
      await this.payments.save(payment);
      await command.within?.(payment.id);
      return payment.id;
    });
  }

  private async chargesIfNew(payment: Payment, seen: IntentObservation): Promise<ObservedCharge[]> {
    if (seen.charge === null) return [];
    const attempts = await this.payments.attemptsOf(payment.id);
    const known = attempts.some((attempt) => attempt.charge === seen.charge && attempt.isRated);
    return known ? [] : this.gateway.charges(seen.intent);
  }

  private store(
    command: RefreshPaymentCommand,
    asked: Payment,
    seen: IntentObservation,
    charges: ObservedCharge[],
  ): Promise<boolean> {
    return this.unitOfWork.run(async () => {
      const payment = await this.payments.lock(asked.id);
      if (payment === null) return false;
      const now = this.clock.now();
      const moved = payment.version !== asked.version;
      const before = payment.snapshot();
      const changed = payment.observe(seen, now, command.cause);
      // Somebody who looked as well may have stored the very same.
      if (moved && changed) return false;
      if (!moved && payment.snapshot() !== before) await this.payments.save(payment);
      await this.keepClientAttempts.execute(payment.id, seen, charges, now);
      await command.within?.(payment.id);
      return true;
    });
  }
}
