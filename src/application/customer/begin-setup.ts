import type { PaymentMethods } from '../../domain/customer/payment-methods';
import type { Consent, SetupUsage } from '../../domain/customer/setup';
import { err, ok, type Result } from '../../domain/shared/result';
import type { IdempotencyScope } from '../shared/idempotency';
import type { OperationsInFlight, Seat } from '../shared/operations-in-flight';
import type { CarryOutSetup } from './carry-out-setup';
import type { LinkCustomer } from './link-customer';
import type { Opened, OpenSetup } from './open-setup';
import type { SetupOutcome, SetupProblem } from './setup-outcome';

export interface BeginSetupCommand {
  readonly customerId: string;
  readonly usage: SetupUsage;
  readonly consent: Consent;
  /** Null where the customer's browser gives it, with the client secret. */
  readonly paymentMethod: string | null;
  /** Have it checked and saved now; else the customer's browser does. */
  readonly confirm: boolean;
  /** Where the customer comes back to after authenticating. */
  readonly returnUrl: string | null;
  /** Null where the caller has no key: repeating the request makes another setup then. */
  readonly idempotency: IdempotencyScope | null;
  /** Who asks, for the customer's history. */
  readonly cause: string;
}

export type SetupResult = Result<SetupOutcome, SetupProblem>;

/** Begins to save a payment method of a customer, with their consent. */
export class BeginSetup {
  constructor(
    private readonly linkCustomer: LinkCustomer,
    private readonly paymentMethods: PaymentMethods,
    private readonly openSetup: OpenSetup,
    private readonly carryOut: CarryOutSetup,
    private readonly inFlight: OperationsInFlight,
  ) {}

  async execute(command: BeginSetupCommand): Promise<SetupResult> {
    const seat = this.inFlight.enter(command.idempotency);
    if (seat === null) return err({ kind: 'too_many_in_flight' });
    try {
      return await this.begin(command, seat);
    } finally {
      seat.leave();
    }
  }

  private async begin(command: BeginSetupCommand, seat: Seat): Promise<SetupResult> {
    // Whoever tries out stolen cards does it here: a few at a time are enough for anybody else.
    if (!seat.takeFor(command.customerId)) return err({ kind: 'too_many_in_flight_for_customer' });
    if (await this.belongsToAnother(command)) return err({ kind: 'payment_method_not_found' });
    const link = await this.linkCustomer.execute(command.customerId, command.cause);
    if (link === null) return err({ kind: 'customer_not_found' });
    switch (link.kind) {
      case 'refused':
        return err({ kind: 'customer_refused', refusal: link.refusal });
      case 'pending':
        return err({ kind: 'stripe_unreachable' });
      case 'linked':
        return this.open(command, link.stripeCustomer);
    }
  }

  private async open(command: BeginSetupCommand, stripeCustomer: string): Promise<SetupResult> {
    const { customerId, usage, consent, paymentMethod, confirm, returnUrl, idempotency, cause } = command;
    const request = { stripeCustomer, paymentMethod, confirm, returnUrl };
    return this.answer(
      await this.openSetup.execute({ customerId, usage, consent, request }, idempotency, cause),
      cause,
    );
  }

  private async answer(opened: Opened, cause: string): Promise<SetupResult> {
    switch (opened.kind) {
      case 'opened':
        return ok(await this.carryOut.execute(opened.setup, cause));
      case 'known':
        return ok(await this.carryOut.resume(opened.setupId, cause));
      case 'key_reused':
        return err({ kind: 'idempotency_key_reused' });
    }
  }

  private async belongsToAnother({ paymentMethod, customerId }: BeginSetupCommand): Promise<boolean> {
    if (paymentMethod === null) return false;
    const known = await this.paymentMethods.find(paymentMethod);
    return known !== null && known.customerId !== customerId;
  }
}
