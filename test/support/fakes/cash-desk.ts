import { LinkCustomer } from '../../../src/application/customer/link-customer';
import { UnlinkCustomer } from '../../../src/application/customer/unlink-customer';
import { AnswerOnce, type PaymentResult } from '../../../src/application/payment/answer-once';
import { BeginOperation } from '../../../src/application/payment/begin-operation';
import { BeginPayment } from '../../../src/application/payment/begin-payment';
import { CancelPayment } from '../../../src/application/payment/cancel-payment';
import { CapturePayment } from '../../../src/application/payment/capture-payment';
import { CarryOutAttempt } from '../../../src/application/payment/carry-out-attempt';
import { ChoosePaymentMethod } from '../../../src/application/payment/choose-payment-method';
import { ConfirmPayment } from '../../../src/application/payment/confirm-payment';
import { CreatePayment, type CreatePaymentCommand } from '../../../src/application/payment/create-payment';
import { EndUnsentPayment } from '../../../src/application/payment/end-unsent-payment';
import { ExpirePayment } from '../../../src/application/payment/expire-payment';
import { KeepClientAttempts } from '../../../src/application/payment/keep-client-attempts';
import { OperationsInFlight, type InFlightLimits } from '../../../src/application/shared/operations-in-flight';
import { PreparePayer } from '../../../src/application/payment/prepare-payer';
import { RecordFinding } from '../../../src/application/payment/record-finding';
import { RefreshPayment } from '../../../src/application/payment/refresh-payment';
import { ResumeAttempt } from '../../../src/application/payment/resume-attempt';
import { SettleAttempt } from '../../../src/application/payment/settle-attempt';
import { StoreSight } from '../../../src/application/payment/store-sight';
import { SoughtIntents } from '../../../src/application/payment/sought-intents';
import { SweepAttempts } from '../../../src/application/payment/sweep-attempts';
import { SweepPayments } from '../../../src/application/payment/sweep-payments';
import type { IdempotencyScope } from '../../../src/application/shared/idempotency';
import { Customer, NOTHING_KNOWN, type CustomerProps } from '../../../src/domain/customer/customer';
import { PaymentMethod, type PaymentMethodProps } from '../../../src/domain/customer/payment-method';
import type { AttemptProps } from '../../../src/domain/payment/attempt';
import type { PaymentProps, PaymentTerms } from '../../../src/domain/payment/payment';
import { termsOf } from '../samples';
import { InMemoryAnswerIntake } from './in-memory-answer-intake';
import { InMemoryCustomers } from './in-memory-customers';
import { InMemoryPaymentMethods } from './in-memory-cards';
import { InMemoryDuePayments, InMemoryIntake, InMemoryPayments } from './in-memory-payments';
import { InMemoryRecords } from './in-memory-records';
import { InMemorySightIntake } from './in-memory-sight-intake';
import { InMemoryStore } from './in-memory-store';
import { MovableClock } from './movable-clock';
import { NumberedIdentifiers } from './numbered-identifiers';
import { ScriptedCustomers } from './scripted-customers';
import { ScriptedStripe } from './scripted-stripe';

/** The use cases of payments over fakes of all their ports. */
export class CashDesk {
  readonly clock = new MovableClock();
  readonly stripe = new ScriptedStripe();
  readonly store = new InMemoryStore();
  readonly ids = new NumberedIdentifiers();
  readonly records = new InMemoryRecords(this.store, this.clock);
  readonly payments = new InMemoryPayments(this.store, this.clock);
  readonly recordFinding = new RecordFinding(this.store, this.payments, this.records, this.stripe, this.clock);
  readonly answers = new InMemoryAnswerIntake(this.store, this.payments, this.records);
  readonly carryOut = new CarryOutAttempt(this.stripe, this.answers, this.recordFinding, this.clock);
  readonly settle = new SettleAttempt(this.payments, this.stripe, this.recordFinding, this.clock);
  readonly resume = new ResumeAttempt(this.store, this.payments, this.carryOut, this.settle, this.clock);
  readonly answerOnce: AnswerOnce;
  readonly endUnsent = new EndUnsentPayment(this.store, this.payments, this.clock);
  readonly intake = new InMemoryIntake(this.store, this.payments, this.records);
  readonly sights = new InMemorySightIntake(this.store, this.payments);
  readonly storeSight = new StoreSight(
    this.store,
    this.payments,
    this.sights,
    new KeepClientAttempts(this.payments, this.ids),
    this.clock,
  );
  readonly refresh = new RefreshPayment(this.payments, this.stripe, this.storeSight, this.clock);
  readonly due = new InMemoryDuePayments(this.store, this.clock);
  readonly sweeps = new SweepPayments(
    this.due,
    new SweepAttempts(this.due, this.resume, new SoughtIntents(this.due, this.stripe, this.resume)),
    this.refresh,
    new ExpirePayment(this.store, this.payments, this.endUnsent, this.ids, this.clock),
    this.records,
  );
  readonly #begin = new BeginOperation(this.store, this.payments, this.records, this.ids, this.clock);

  readonly customers = new InMemoryCustomers(this.store);
  readonly stripeCustomers = new ScriptedCustomers();
  readonly methods = new InMemoryPaymentMethods(this.store);
  readonly #choose = new ChoosePaymentMethod(this.methods, this.customers);
  readonly #unlink = new UnlinkCustomer(this.customers, this.methods, this.clock);
  readonly #link = new LinkCustomer(this.store, this.customers, this.stripeCustomers, this.#unlink, this.clock);

  constructor(limits: InFlightLimits = { most: 250, mostPerCustomer: 8 }) {
    const inFlight = new OperationsInFlight(limits);
    this.answerOnce = new AnswerOnce(this.records, this.carryOut, this.resume, inFlight, this.clock);
  }

  create(key: string, given: CreateGiven = {}): Promise<PaymentResult> {
    const payer = new PreparePayer(this.#choose, this.#link);
    const begin = new BeginPayment(payer, this.intake, this.endUnsent, this.ids, this.clock);
    return new CreatePayment(begin, this.stripe, this.answerOnce).execute(createCommand(key, given));
  }

  /** A customer of whom Stripe has not heard yet. */
  async knows(id: string, given: Partial<CustomerProps> = {}): Promise<void> {
    const fresh = Customer.create(id, NOTHING_KNOWN, this.clock.now(), this.clock.now(), 'test');
    await this.store.run(() => this.customers.add(Customer.restore({ ...fresh.snapshot(), ...given })));
  }

  /** A card that is kept for a customer. */
  keeps(id: string, customerId: string, given: Partial<PaymentMethodProps> = {}): void {
    const card = { type: 'card', brand: 'visa', last4: '4242', funding: 'credit', country: 'GB', expiry: null };
    const now = this.clock.now();
    const saved = PaymentMethod.save({ id, customerId, setupId: null, details: card }, now, now, 'test');
    this.store.tables.paymentMethods.set(id, { ...saved.snapshot(), ...given });
  }

  charge(key: string, paymentMethod = 'pm_card_visa', terms: Partial<PaymentTerms> = {}): Promise<PaymentResult> {
    return this.create(key, { paymentMethod, confirm: true, terms });
  }

  confirm(
    paymentId: string,
    key: string,
    paymentMethod: string | null = 'pm_card_visa',
    offSession = false,
  ): Promise<PaymentResult> {
    const idempotency = scopeOf('POST /payments/{id}/confirm', key, { paymentId, paymentMethod, offSession });
    const command = { paymentId, paymentMethod, returnUrl: null, offSession, idempotency };
    return new ConfirmPayment(this.#begin, this.answerOnce, this.#choose).execute(command);
  }

  capture(paymentId: string, key: string, amount: number | null = null): Promise<PaymentResult> {
    const idempotency = scopeOf('POST /payments/{id}/capture', key, { paymentId, amount });
    return new CapturePayment(this.#begin, this.answerOnce, this.stripe).execute({ paymentId, amount, idempotency });
  }

  cancel(paymentId: string, key: string): Promise<PaymentResult> {
    const idempotency = scopeOf('POST /payments/{id}/cancel', key, { paymentId });
    const reason = 'requested_by_customer';
    const command = { paymentId, reason, by: 'key:key_1', idempotency } as const;
    return new CancelPayment(this.#begin, this.answerOnce).execute(command);
  }

  /** Time goes by, and the sweeper with it. */
  async letTimePass(milliseconds: number, rounds = 3): Promise<void> {
    this.clock.move(milliseconds);
    for (let round = 0; round < rounds; round++) {
      const { failures } = await this.sweeps.execute();
      for (const failure of failures) throw failure as Error;
    }
  }

  webhook(intent: string): Promise<string | null> {
    return this.refresh.execute({ intent, cause: 'event:evt_1' });
  }

  /** The only payment there is. */
  get payment(): PaymentProps {
    const [payment, ...more] = this.store.tables.payments.values();
    if (payment === undefined || more.length > 0) throw new Error('there is not exactly one payment');
    return payment;
  }

  get attempts(): AttemptProps[] {
    return [...this.store.tables.attempts.values()];
  }

  get events(): string[] {
    return this.store.tables.events.map(({ type }) => type);
  }
}

type CreateGiven = Partial<Omit<CreatePaymentCommand, 'terms' | 'idempotency'>> & {
  readonly terms?: Partial<PaymentTerms>;
};

export function createCommand(key: string, given: CreateGiven): CreatePaymentCommand {
  const { expiresAt: _unused, ...terms } = termsOf(given.terms);
  const asked = {
    expiresAt: null,
    paymentMethod: null,
    confirm: false,
    returnUrl: null,
    offSession: false,
    ...given,
    terms,
  };
  return { ...asked, idempotency: scopeOf('POST /payments', key, asked) };
}

function scopeOf(route: string, key: string, body: unknown): IdempotencyScope {
  return { principal: 'key:key_1', route, key, fingerprint: JSON.stringify(body) };
}

/** What came of it, in one word: the outcome's kind, or the problem's. */
export function kindOf(result: PaymentResult): string {
  return result.ok ? result.value.kind : result.error.kind;
}
