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
import { after, DAY, money } from '../samples';
import { CashDesk } from './cash-desk';
import { InMemoryDueRefunds, InMemoryRefunds } from './in-memory-refunds';
import { ScriptedRefunds } from './scripted-refunds';

/** The use cases of refunds over fakes of all their ports, beside those of payments. */
export class RefundDesk {
  readonly cash = new CashDesk();
  readonly stripe = new ScriptedRefunds();
  readonly refunds = new InMemoryRefunds(this.cash.store, this.cash.clock);
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
  readonly sweeps = new SweepRefunds(
    new InMemoryDueRefunds(this.cash.store, this.cash.clock),
    this.resume,
    new WithdrawUndecided(this.refunds, this.record),
  );

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
