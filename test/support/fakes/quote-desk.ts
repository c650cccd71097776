import { DecideRefund, type RefundQuestion } from '../../../src/application/refund/decide-refund';
import { PoliciesInForce } from '../../../src/application/refund/policies-in-force';
import { QuoteRefund } from '../../../src/application/refund/quote-refund';
import { RefundStandings, type RefundStanding, type Span } from '../../../src/application/refund/refund-standings';
import type { PaymentProps } from '../../../src/domain/payment/payment';
import type { RefundPolicies } from '../../../src/domain/refund/refund-policy';
import { trainingPolicies } from '../policy-samples';
import { money, NOON, paymentIn } from '../samples';
import { InMemoryDisputes } from './in-memory-disputes';
import { InMemoryPayments } from './in-memory-payments';
import { InMemoryStore } from './in-memory-store';
import { MovableClock } from './movable-clock';

/** Says what it is told to, and remembers for which day it was asked. */
class ToldStandings extends RefundStandings {
  standing: RefundStanding = { paidAt: NOON, taken: 0 };
  givenToday = 0;
  readonly spans: Span[] = [];

  override of(): Promise<RefundStanding> {
    return Promise.resolve(this.standing);
  }

  override atOnce(_by: string, _currency: string, span: Span): Promise<number> {
    this.spans.push(span);
    return Promise.resolve(this.givenToday);
  }
}

/** Quotes over fakes, by the example's policies. */
export class QuoteDesk {
  readonly clock = new MovableClock();
  readonly store = new InMemoryStore();
  readonly disputes = new InMemoryDisputes(this.store);
  readonly standings = new ToldStandings();
  readonly quote: QuoteRefund;

  constructor(policies: RefundPolicies = trainingPolicies()) {
    const decide = new DecideRefund(new PoliciesInForce(policies), this.standings, this.disputes);
    this.quote = new QuoteRefund(new InMemoryPayments(this.store, this.clock), decide, this.clock);
  }

  /** A booking of 100.00 GBP for a day in a month, paid, unless it says otherwise. */
  has(given: Partial<PaymentProps> = {}): void {
    const terms = { money: money(10_000), reference: 'booking_1', serviceDate: '2026-12-20' };
    const payment = paymentIn({ ...terms, status: 'succeeded', captured: 10_000, ...given });
    this.store.tables.payments.set(payment.id, payment.snapshot());
  }

  ask(given: Partial<RefundQuestion> = {}, paymentId = 'pay_1') {
    const question = {
      amount: null,
      currency: null,
      reason: 'requested_by_customer',
      role: 'support',
      by: 'sub:sue',
    } as const;
    return this.quote.execute({ paymentId, ...question, ...given });
  }
}
