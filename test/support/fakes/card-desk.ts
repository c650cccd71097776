import { BeginSetup, type BeginSetupCommand, type SetupResult } from '../../../src/application/customer/begin-setup';
import { CarryOutSetup } from '../../../src/application/customer/carry-out-setup';
import { DetachPaymentMethod } from '../../../src/application/customer/detach-payment-method';
import { FollowSetup } from '../../../src/application/customer/follow-setup';
import { KeepPaymentMethod } from '../../../src/application/customer/keep-payment-method';
import { LinkCustomer } from '../../../src/application/customer/link-customer';
import { OpenSetup } from '../../../src/application/customer/open-setup';
import { RecordDetachment } from '../../../src/application/customer/record-detachment';
import { RecordSetup } from '../../../src/application/customer/record-setup';
import { RefreshPaymentMethod } from '../../../src/application/customer/refresh-payment-method';
import { RefreshSetup } from '../../../src/application/customer/refresh-setup';
import { SetDefaultPaymentMethod } from '../../../src/application/customer/set-default-payment-method';
import { SweepCards } from '../../../src/application/customer/sweep-cards';
import { OperationsInFlight, type InFlightLimits } from '../../../src/application/shared/operations-in-flight';
import { WriteOnce } from '../../../src/application/shared/write-once';
import type { PaymentMethodProps } from '../../../src/domain/customer/payment-method';
import type { SetupProps } from '../../../src/domain/customer/setup';
import { CONSENT } from '../card-samples';
import { CustomerDesk } from './customer-desk';
import { InMemoryDueCards, InMemoryPaymentMethodQueries, InMemorySetups } from './in-memory-cards';
import { PlainIndex } from './plain-index';
import { ScriptedCards } from './scripted-cards';

/** The use cases of saved payment methods over fakes of all their ports. */
export class CardDesk extends CustomerDesk {
  readonly inFlight: OperationsInFlight;
  readonly cards = new ScriptedCards();
  readonly setups = new InMemorySetups(this.store);
  readonly keep = new KeepPaymentMethod(this.customers, this.methods, this.clock);
  readonly record = new RecordSetup(this.store, this.customers, this.setups, this.keep, this.clock);
  readonly carryOut = new CarryOutSetup(this.setups, this.cards.setupGateway, this.record, this.clock);
  readonly open = new OpenSetup(
    new WriteOnce(this.store, this.records, new PlainIndex()),
    this.setups,
    this.ids,
    this.clock,
  );
  readonly refreshSetup = new RefreshSetup(this.setups, this.cards.setupGateway, this.record);
  readonly refreshMethod = new RefreshPaymentMethod(
    this.store,
    this.customers,
    this.methods,
    this.cards.methodGateway,
    this.keep,
  );
  readonly detachment = new RecordDetachment(this.store, this.customers, this.methods, this.keep, this.clock);
  readonly detach = new DetachPaymentMethod(this.customers, this.methods, this.cards.methodGateway, this.detachment);
  readonly linking = new LinkCustomer(this.store, this.customers, this.stripe, this.unlinking, this.clock);
  readonly setDefault = new SetDefaultPaymentMethod(this.store, this.customers, this.methods, this.linking, this.clock);
  readonly sweeps = new SweepCards(
    new InMemoryDueCards(this.store, this.clock),
    new FollowSetup(this.carryOut, this.refreshSetup, this.record),
    this.detach,
    this.refreshMethod,
  );

  readonly methodQueries = new InMemoryPaymentMethodQueries(this.store);
  readonly beginSetup: BeginSetup;

  constructor(limits: InFlightLimits = { most: 100, mostPerCustomer: 100 }) {
    super();
    this.inFlight = new OperationsInFlight(limits);
    this.beginSetup = new BeginSetup(this.linking, this.methods, this.open, this.carryOut, this.inFlight);
  }

  begin(customerId: string, given: Partial<BeginSetupCommand> = {}): Promise<SetupResult> {
    return this.beginSetup.execute({
      customerId,
      usage: 'off_session',
      consent: CONSENT,
      paymentMethod: 'pm_1',
      confirm: true,
      returnUrl: null,
      idempotency: null,
      cause: 'key:key_1',
      ...given,
    });
  }

  /** A customer with a card that they saved. */
  async withCard(id = 'pm_1'): Promise<string> {
    const customerId = await this.stored();
    await this.begin(customerId, { paymentMethod: id });
    return customerId;
  }

  seenSetup(setupIntent: string): Promise<unknown> {
    return this.refreshSetup.execute({ setupIntent, cause: 'event:evt_1' });
  }

  seenMethod(paymentMethod: string): Promise<string | null> {
    return this.refreshMethod.execute({ paymentMethod, cause: 'event:evt_1' });
  }

  /** Time goes by, and the sweeper with it. */
  async letTimePass(milliseconds: number, rounds = 3): Promise<void> {
    this.clock.move(milliseconds);
    for (let round = 0; round < rounds; round++) {
      const { failures } = await this.sweeps.execute();
      for (const failure of failures) throw failure as Error;
    }
  }

  /** The only setup there is. */
  get setup(): SetupProps {
    const [setup, ...more] = this.store.tables.setups.values();
    if (setup === undefined || more.length > 0) throw new Error('there is not exactly one setup');
    return setup;
  }

  method(id = 'pm_1'): PaymentMethodProps | undefined {
    return this.store.tables.paymentMethods.get(id);
  }
}
