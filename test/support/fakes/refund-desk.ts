import { BeginRefund } from '../../../src/application/refund/begin-refund';
import { BeginSaga } from '../../../src/application/saga/begin-saga';
import { ApproveRefund } from '../../../src/application/refund/approve-refund';
import { ChangeRequest, type RequestChange } from '../../../src/application/refund/change-request';
import { DecideRefund } from '../../../src/application/refund/decide-refund';
import { PoliciesInForce } from '../../../src/application/refund/policies-in-force';
import { RefundStandings, type RefundStanding, type Span } from '../../../src/application/refund/refund-standings';
import { RejectRefund } from '../../../src/application/refund/reject-refund';
import { RequestRefund, type RequestRefundCommand } from '../../../src/application/refund/request-refund';
import { ReserveRefund } from '../../../src/application/refund/reserve-refund';
import { WithdrawRefund } from '../../../src/application/refund/withdraw-refund';
import type { IdempotencyScope } from '../../../src/application/shared/idempotency';
import { WriteOnce } from '../../../src/application/shared/write-once';
import { BUILT_IN_POLICIES, type RefundPolicies } from '../../../src/domain/refund/refund-policy';
import { reserves } from '../../../src/domain/refund/refund-status';
import { CarryOutRefund } from '../../../src/application/refund/carry-out-refund';
import { FindPaidPayment } from '../../../src/application/refund/find-paid-payment';
import { RecordRefund } from '../../../src/application/refund/record-refund';
import { RefreshRefunds } from '../../../src/application/refund/refresh-refunds';
import { ResumeRefund } from '../../../src/application/refund/resume-refund';
import { SettleRefund } from '../../../src/application/refund/settle-refund';
import { SweepRefunds } from '../../../src/application/refund/sweep-refunds';
import { TakeOverRefunds } from '../../../src/application/refund/take-over-refunds';
import { WithdrawUndecided } from '../../../src/application/refund/withdraw-undecided';
import type { Payment } from '../../../src/domain/payment/payment';
import { Refund, type RefundProps } from '../../../src/domain/refund/refund';
import { askedFor } from '../refund-samples';
import { after, DAY, money, NOON } from '../samples';
import { CashDesk } from './cash-desk';
import { InMemoryDisputes } from './in-memory-disputes';
import { InMemoryDueRefunds, InMemoryRefunds } from './in-memory-refunds';
import { InMemorySagas } from './in-memory-sagas';
import type { InMemoryStore } from './in-memory-store';
import { PlainIndex } from './plain-index';
import { ScriptedRefunds } from './scripted-refunds';

/** May ask for refunds, and waits for others. */
export const SUE = { role: 'support', by: 'sub:sue' } as const;
/** May refund and approve. */
export const FRED = { role: 'finance', by: 'sub:fred' } as const;

class InMemoryStandings extends RefundStandings {
  constructor(private readonly store: InMemoryStore) {
    super();
  }

  override async of(paymentId: string): Promise<RefundStanding> {
    const own = this.all.filter((each) => each.paymentId === paymentId && reserves(each.status));
    return { paidAt: NOON, taken: own.reduce((sum, { money: { amount } }) => sum + amount, 0) };
  }

  override async atOnce(requestedBy: string, currency: string, { from, until }: Span): Promise<number> {
    return this.all
      .filter((each) => each.requestedBy === requestedBy && each.money.currency === currency)
      .filter((each) => each.decidedBy === null && each.status !== 'requested' && reserves(each.status))
      .filter(({ createdAt }) => createdAt >= from && createdAt < until)
      .reduce((sum, { money: { amount } }) => sum + amount, 0);
  }

  private get all(): RefundProps[] {
    return [...this.store.tables.refunds.values()];
  }
}

function scopeOf(route: string, key: string, asked: unknown): IdempotencyScope {
  return { principal: 'key:key_1', route, key, fingerprint: JSON.stringify(asked) };
}

/** The use cases of refunds over fakes of all their ports, beside those of payments. */
export class RefundDesk {
  #keys = 0;
  readonly cash = new CashDesk();
  readonly stripe = new ScriptedRefunds();
  readonly refunds = new InMemoryRefunds(this.cash.store, this.cash.clock);
  readonly sagas = new InMemorySagas(this.cash.store);
  readonly record = new RecordRefund(this.cash.store, this.cash.payments, this.refunds, this.cash.clock);
  readonly carryOut = new CarryOutRefund(this.stripe, this.record);
  readonly takeOver = new TakeOverRefunds(this.cash.payments, this.refunds, this.cash.ids, this.cash.clock);
  readonly refresh = new RefreshRefunds(
    this.cash.store,
    this.refunds,
    this.stripe,
    new FindPaidPayment(this.cash.payments, this.cash.refresh),
    this.takeOver,
  );
  readonly settle = new SettleRefund(this.stripe, this.record, this.cash.clock);
  readonly resume = new ResumeRefund(this.cash.payments, this.refunds, this.carryOut, this.settle, this.refresh);
  readonly due = new InMemoryDueRefunds(this.cash.store, this.cash.clock);
  readonly withdrawUndecided = new WithdrawUndecided(this.refunds, this.record);
  readonly sweeps = new SweepRefunds(this.due, this.resume, this.withdrawUndecided);

  readonly disputes = new InMemoryDisputes(this.cash.store);
  readonly writeOnce = new WriteOnce(this.cash.store, this.cash.records, new PlainIndex());
  readonly #inForce: PoliciesInForce;
  readonly #changes = new ChangeRequest(this.writeOnce, this.cash.payments, this.refunds, this.cash.clock);

  constructor(policies: RefundPolicies = BUILT_IN_POLICIES) {
    this.#inForce = new PoliciesInForce(policies);
  }

  request(payment: Payment, given: Partial<RequestRefundCommand> = {}, key = `key ${String(++this.#keys)}`) {
    const decide = new DecideRefund(this.#inForce, new InMemoryStandings(this.cash.store), this.disputes);
    const { payments, clock, ids } = this.cash;
    const reserve = new ReserveRefund(payments, this.refunds, decide, this.stripe, clock);
    const begin = new BeginRefund(reserve, new BeginSaga(this.sagas, ids, clock));
    const asked = { amount: null, currency: null, reason: 'requested_by_customer', note: null, ...SUE, ...given };
    const idempotency = scopeOf('POST /refunds', key, { paymentId: payment.id, ...asked });
    const command = { paymentId: payment.id, ...asked, idempotency };
    return new RequestRefund(this.writeOnce, begin, this.carryOut, this.refunds, ids).execute(command);
  }

  approve(id: string, given: Partial<RequestChange> = {}) {
    const approve = new ApproveRefund(this.#changes, this.#inForce, this.disputes, this.carryOut);
    return approve.execute(this.#change('approve', id, given));
  }

  reject(id: string, given: Partial<RequestChange> = {}) {
    return new RejectRefund(this.#changes).execute(this.#change('reject', id, given));
  }

  withdraw(id: string, given: Partial<RequestChange> = {}) {
    return new WithdrawRefund(this.#changes).execute(this.#change('withdraw', id, given));
  }

  #change(what: string, refundId: string, given: Partial<RequestChange>): RequestChange {
    const idempotency = scopeOf(`POST /refunds/{id}/${what}`, `key ${String(++this.#keys)}`, { refundId });
    return { refundId, note: null, ...FRED, idempotency, ...given };
  }

  /** A payment that took 49.99, or what the terms say. */
  async paid(reference = 'booking_1', amount = 4_999): Promise<Payment> {
    const result = await this.cash.charge(`key of ${reference}`, 'pm_card_visa', { reference, money: money(amount) });
    if (!result.ok) throw new Error(result.error.kind);
    const payment = await this.cash.payments.find(result.value.payment.id);
    if (payment === null) throw new Error('it was not stored');
    return payment;
  }

  /** Committed as it is just before the call. */
  async sent(payment: Payment, amount = 1_000): Promise<Refund> {
    const refund = this.fresh(payment, amount);
    refund.approve(null, null, this.now);
    refund.send(this.now);
    await this.cash.store.run(() => this.refunds.add(refund));
    return refund;
  }

  /** A request that somebody has to decide. */
  async requested(payment: Payment, amount = 1_000): Promise<Refund> {
    const refund = this.fresh(payment, amount);
    await this.cash.store.run(() => this.refunds.add(refund));
    return refund;
  }

  async execute(payment: Payment, amount = 1_000): Promise<Refund> {
    return this.carryOut.execute(payment, await this.sent(payment, amount));
  }

  webhook(payment: Payment): Promise<string | null> {
    return this.refresh.execute({ intent: payment.intent ?? '', cause: 'event:evt_1' });
  }

  /** Time goes by, and the sweeper with it. */
  async letTimePass(milliseconds: number, rounds = 3): Promise<void> {
    this.cash.clock.move(milliseconds);
    for (let round = 0; round < rounds; round++) await this.sweeps.execute();
  }

  all(paymentId?: string): RefundProps[] {
    const refunds = [...this.cash.store.tables.refunds.values()];
    return refunds.filter((each) => paymentId === undefined || each.paymentId === paymentId);
  }

  /** The only refund there is. */
  get one(): RefundProps {
    const [refund, ...more] = this.all();
    if (refund === undefined || more.length > 0) throw new Error('there is not exactly one refund');
    return refund;
  }

  get facts(): string[] {
    return this.cash.store.tables.facts.map(({ kind, amount }) => `${kind} ${String(amount.amount)}`);
  }

  get events(): string[] {
    return this.cash.events.filter((type) => type.startsWith('refund.'));
  }

  get now(): Date {
    return this.cash.clock.now();
  }

  private fresh({ id, money: { currency } }: Payment, amount: number): Refund {
    const asked = askedFor({ paymentId: id, money: money(amount, currency) });
    return Refund.request(this.cash.ids.next('ref'), asked, after(7 * DAY, this.now), this.now);
  }
}
