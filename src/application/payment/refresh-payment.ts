import type { Attempt } from '../../domain/payment/attempt';
import type { IntentObservation, ObservedCharge } from '../../domain/payment/intent-observation';
import type { Payments, Standing } from '../../domain/payment/payments';
import type { Clock } from '../shared/clock';
import { GatewayUnavailable } from '../shared/gateway-unavailable';
import { KeepClientAttempts } from './keep-client-attempts';
import type { PaymentGateway } from './payment-gateway';
import type { StoreSight } from './store-sight';

export interface RefreshPaymentCommand {
  readonly intent: string;
  /** What made us look: `event:evt_…`, `sweeper`. */
  readonly cause: string;
  /** The requests (`req_…`) that made us look, if it is known of all: where they are ours, their answers have told all. */
  readonly requests?: readonly (string | null)[];
  /** Runs when what was seen is stored, or within that; by itself where nothing had to be stored. Doing it again is safe. */
  readonly within?: (paymentId: string) => Promise<void>;
}

const LOOKS = 5;

/**
 * Asks Stripe how a payment stands and takes that over. What Stripe shows was true when it was asked, so it is stored
 * only if nobody has stored anything since; else Stripe is asked again.
 */
export class RefreshPayment {
  constructor(
    private readonly payments: Payments,
    private readonly gateway: PaymentGateway,
    private readonly storeSight: StoreSight,
    private readonly clock: Clock,
  ) {}

  /** @returns the payment's id, or null for an intent that is not ours. @throws GatewayUnavailable */
  async execute(command: RefreshPaymentCommand): Promise<string | null> {
    for (let look = 0; look < LOOKS; look++) {
      const known = await this.payments.standingOf(command.intent);
      if (known !== null && isTold(known, command.requests)) return nothingNew(known, command);
      const seen = await this.look(command.intent);
      if (seen === null) return known === null ? null : this.storeSight.missing(known.payment, command.intent, command);
      if (known !== null && this.isNoNews(known, seen)) return nothingNew(known, command);
      const standing = known ?? (await this.standingByName(seen));
      if (standing === null) return null;
      // Found by the intent's metadata, so read after the look: what it knows of this intent by now may be newer.
      if (known === null && standing.payment.intent === command.intent) continue;
      const charges = await this.chargesIfNew(standing, seen);
      const { cause, within } = command;
      if (await this.storeSight.execute(standing, { seen, charges, cause, within })) return standing.payment.id;
    }
    throw new GatewayUnavailable(`${command.intent} changed with every look; it will be looked at again`);
  }

  /** Most events tell of what is known by then: they cost no lock and no transaction. */
  private isNoNews({ payment, attempts }: Standing, seen: IntentObservation): boolean {
    return (
      payment.agreesWith(seen, this.clock.now()) &&
      !KeepClientAttempts.isNeeded(attempts) &&
      (seen.charge === null || isRated(attempts, seen.charge))
    );
  }

  private async standingByName({ paymentId }: IntentObservation): Promise<Standing | null> {
    const payment = paymentId === null ? null : await this.payments.find(paymentId);
    return payment === null ? null : { payment, attempts: await this.payments.attemptsOf(payment.id) };
  }

  private async look(intent: string): Promise<IntentObservation | null> {
    const reading = await this.gateway.read(intent);
    if (reading.kind === 'unavailable') throw new GatewayUnavailable(reading.message, reading);
    return reading.kind === 'found' ? reading.seen : null;
  }

  private async chargesIfNew({ attempts }: Standing, seen: IntentObservation): Promise<ObservedCharge[]> {
    if (seen.charge === null || isRated(attempts, seen.charge)) return [];
    return this.gateway.charges(seen.intent);
  }
}

async function nothingNew({ payment }: Standing, { within }: RefreshPaymentCommand): Promise<string> {
  await within?.(payment.id);
  return payment.id;
}

/** Most events are caused by ourselves, and tell what their answers told before: that needs no look. */
function isTold({ payment, attempts }: Standing, requests: readonly (string | null)[] = []): boolean {
  if (requests.length === 0 || payment.isToBeLookedAt) return false;
  return requests.every((request) => {
    const attempt = request === null ? undefined : attempts.find((each) => each.isAnsweredBy(request));
    return attempt !== undefined && (attempt.charge === null || attempt.isRated);
  });
}

function isRated(attempts: readonly Attempt[], charge: string): boolean {
  return attempts.some((attempt) => attempt.charge === charge && attempt.isRated);
}
