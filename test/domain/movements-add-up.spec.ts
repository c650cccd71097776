import fc from 'fast-check';
import type { BalanceMovement } from '../../src/domain/ledger/balance-movement';
import { CurrencyPositions } from '../../src/domain/ledger/currency-positions';
import { transactionOf, type LedgerTransaction } from '../../src/domain/ledger/ledger-transaction';
import { postFact } from '../../src/domain/ledger/post-fact';
import { postMovement } from '../../src/domain/ledger/post-movement';
import { payoutFact } from '../../src/domain/ledger/payout';
import type { LedgerFact } from '../../src/domain/shared/ledger-fact';
import { heldAfter, movement, postingsOf } from '../support/ledger-samples';
import { after, currency, DAY, money, NOON } from '../support/samples';

const EUR = currency('eur');
const GBP = currency('gbp');

const fact = (kind: LedgerFact['kind'], given: Partial<LedgerFact> = {}): LedgerFact => ({
  ...{ kind, subject: 'pay_1', paymentId: 'pay_1', amount: money(5_000), at: NOON, cause: 'test' },
  ...given,
});

const REFUND = { id: 're_1', kind: 'refund', charge: 'ch_1' } as const;
const DISPUTE = { id: 'dp_1', kind: 'dispute', charge: 'ch_1' } as const;

function posted(...steps: (LedgerFact | BalanceMovement)[]): Record<string, number> {
  const positions = new CurrencyPositions();
  return heldAfter(steps.map((step) => ('type' in step ? postMovement(step, positions) : postFact(step))));
}

describe('What is posted', () => {
  it('has a charge unsettled until it is on the balance, where the fee is missing', () => {
    const charge = fact('charge_succeeded');
    expect(posted(charge)).toEqual({ 'unsettled gbp': 5_000, 'customer_control gbp': -5_000 });
    const settled = { 'stripe_balance gbp': 4_905, 'stripe_fees gbp': 95, 'customer_control gbp': -5_000 };
    expect(posted(charge, movement())).toEqual(settled);
    expect(posted(movement(), charge)).toEqual(settled);
  });

  it('gives a refund back, and takes it back when it fails later', () => {
    const of = { subject: 'ref_1', amount: money(2_000) };
    const refund = movement({ category: 'refund', type: 'refund', amount: -2_000, fee: 0, source: REFUND });
    const failure = movement({ category: 'refund_failure', amount: 2_000, fee: 0, source: REFUND });
    const refunded = [fact('charge_succeeded'), movement(), fact('refund_succeeded', of), refund];
    expect(posted(...refunded)).toEqual({
      'customer_control gbp': -3_000,
      'stripe_balance gbp': 2_905,
      'stripe_fees gbp': 95,
    });
    expect(posted(...refunded, failure, fact('refund_reversed', of))).toEqual(posted(...refunded.slice(0, 2)));
    expect(postFact(fact('refund_reversed', of))?.reverses).toEqual({ subject: 'ref_1', kind: 'refund_succeeded' });
  });

  it('has of a partial capture what was captured, though Stripe moves the whole and takes the rest back', () => {
    const back = movement({ category: 'partial_capture_reversal', type: 'refund', amount: -3_000, fee: 0 });
    const captured = fact('charge_succeeded', { amount: money(2_000) });
    expect(posted(captured, movement({ fee: 50 }), back)).toEqual({
      'customer_control gbp': -2_000,
      'stripe_balance gbp': 1_950,
      'stripe_fees gbp': 50,
    });
  });

  it('holds what is disputed until it is won, or lost, or lost in part', () => {
    const opened = movement({ category: 'dispute', type: 'adjustment', amount: -5_000, fee: 2_000, source: DISPUTE });
    const back = (amount: number, fee = 0) =>
      movement({ category: 'dispute_reversal', type: 'adjustment', amount, fee, source: DISPUTE });
    const lost = (amount: number) => fact('dispute_lost', { subject: 'dp_1', amount: money(amount) });
    const fees = { 'dispute_fees gbp': 2_000, 'stripe_balance gbp': -2_000 };
    expect(posted(opened)).toEqual({ ...fees, 'disputes_held gbp': 5_000, 'stripe_balance gbp': -7_000 });
    expect(posted(opened, back(5_000))).toEqual(fees);
    expect(posted(opened, back(5_000, -2_000))).toEqual({});
    expect(posted(opened, lost(5_000))).toEqual({
      ...fees,
      'chargeback_loss gbp': 5_000,
      'stripe_balance gbp': -7_000,
    });
    const again = fact('dispute_loss_returned', { subject: 'dp_1/2', amount: money(5_000) });
    expect(posted(opened, lost(5_000), back(5_000), again)).toEqual(fees);
    const inPart = posted(opened, lost(3_500), back(1_500));
    expect(inPart).toEqual({ ...fees, 'chargeback_loss gbp': 3_500, 'stripe_balance gbp': -5_500 });
  });

  it('takes a fee for a dispute to the fees of disputes, and others to those of Stripe', () => {
    const fee = { category: 'fee', type: 'stripe_fee', amount: -300, fee: 0 };
    expect(posted(movement({ ...fee, source: DISPUTE }))).toEqual({
      'dispute_fees gbp': 300,
      'stripe_balance gbp': -300,
    });
    expect(posted(movement({ ...fee, source: null }))).toEqual({ 'stripe_fees gbp': 300, 'stripe_balance gbp': -300 });
  });

  it.each(['topup', 'transfer', 'other_adjustment', 'connect_reserved_funds', 'what Stripe invents next'])(
    'keeps %s in suspense, and says so',
    (category) => {
      const unknown = movement({ category, type: 'adjustment', amount: 700, fee: 10, source: null });
      expect(posted(unknown)).toEqual({ 'suspense gbp': -700, 'stripe_balance gbp': 690, 'stripe_fees gbp': 10 });
      expect(postMovement(unknown, new CurrencyPositions())?.note).toContain(category);
    },
  );

  it('keeps money of no payment of ours in suspense, whatever happens to it', () => {
    const charge = movement({ paymentId: null });
    const opened = movement({ category: 'dispute', amount: -5_000, fee: 0, source: DISPUTE, paymentId: null });
    const lost = fact('dispute_lost', { subject: 'dp_1', paymentId: null });
    expect(posted(charge)).toEqual({ 'suspense gbp': -5_000, 'stripe_balance gbp': 4_905, 'stripe_fees gbp': 95 });
    expect(posted(charge, opened, lost)).toEqual({ 'stripe_balance gbp': -95, 'stripe_fees gbp': 95 });
  });

  it('counts the króna in hundredths, since Stripe takes fees of it in those', () => {
    const isk = currency('isk');
    const charge = fact('charge_succeeded', { amount: money(500, 'isk') });
    expect(posted(charge, movement({ currency: isk, amount: 50_000, fee: 770 }))).toEqual({
      'customer_control isk': -50_000,
      'stripe_balance isk': 49_230,
      'stripe_fees isk': 770,
    });
  });

  it('refuses what does not add up, and leaves out what moves nothing', () => {
    const only = { account: 'bank', currency: GBP, amount: 1, about: null } as const;
    const transaction = { ...postFact(fact('charge_succeeded'))!, postings: [only] };
    expect(() => transactionOf(transaction)).toThrow('off by 1 gbp');
    expect(transactionOf({ ...transaction, postings: [only, { ...only, amount: -1 }] })).toBeNull();
    expect(postMovement(movement({ amount: 0, fee: 0 }), new CurrencyPositions())).toBeNull();
  });
});

describe('A payout', () => {
  const payout = { id: 'po_1', amount: 900, currency: GBP, createdAt: NOON, arrivalAt: after(DAY) };
  const seen = (status: string, before: string | null, amount = 900) =>
    payoutFact({ ...payout, status, amount }, before, after(2 * DAY));

  it('is in transit until it arrives, on the day that Stripe says', () => {
    const source = { id: 'po_1', kind: 'payout', charge: null } as const;
    const left = movement({ category: 'payout', type: 'payout', amount: -900, fee: 0, source, paymentId: null });
    expect(posted(left)).toEqual({ 'payouts_in_transit gbp': 900, 'stripe_balance gbp': -900 });
    const arrived = seen('paid', 'in_transit');
    expect(arrived).toMatchObject({ kind: 'payout_arrived', at: after(DAY) });
    expect(posted(left, arrived!)).toEqual({ 'bank gbp': 900, 'stripe_balance gbp': -900 });
    const returned = movement({ ...left, category: 'payout_reversal', type: 'payout_failure', amount: 900, net: 900 });
    expect(posted(left, arrived!, returned, seen('failed', 'paid')!)).toEqual({});
    expect(posted(left, returned)).toEqual({});
  });

  it.each<[string, string | null, number, string | null]>([
    ['pending', null, 900, null],
    ['in_transit', 'pending', 900, null],
    ['paid', 'paid', 900, null],
    ['paid', null, 900, 'payout_arrived'],
    ['failed', 'in_transit', 900, null],
    ['failed', null, 900, null],
    ['failed', 'paid', 900, 'payout_returned'],
    ['canceled', 'pending', 900, null],
    ['paid', 'in_transit', -900, 'payout_collected'],
    ['failed', 'paid', -900, null],
  ])('that is %s after %s, of %d, means %s', (status, before, amount, kind) => {
    expect(seen(status, before, amount)?.kind ?? null).toBe(kind);
  });
});

describe('Money that settles in another currency', () => {
  const converted = (category: string, eur: number, gbp: number, fee = 0) =>
    movement({
      ...{ category, amount: gbp, fee, net: gbp - fee },
      original: { amount: eur, currency: EUR },
      source: category === 'charge' ? movement().source : REFUND,
    });

  it('costs or brings what the rate changed, in proportion to what goes back', () => {
    const charge = [
      fact('charge_succeeded', { amount: money(10_000, 'eur') }),
      converted('charge', 10_000, 8_600, 100),
    ];
    const refund = (eur: number) => fact('refund_succeeded', { subject: 're_1', amount: money(eur, 'eur') });
    expect(posted(...charge, refund(4_000), converted('refund', -4_000, -3_600))).toEqual({
      'customer_control eur': -6_000,
      'currency_position eur': 6_000,
      'currency_position gbp': -5_160,
      'fx_result gbp': 160,
      'stripe_balance gbp': 4_900,
      'stripe_fees gbp': 100,
    });
    expect(posted(...charge, refund(10_000), converted('refund', -10_000, -8_500))).toEqual({
      'fx_result gbp': -100,
      'stripe_fees gbp': 100,
    });
  });

  it('is all gone with the last of what was converted, though that comes to nothing at the rate of now', () => {
    const charge = [fact('charge_succeeded', { amount: money(1, 'eur') }), converted('charge', 1, 1, 0)];
    const refund = fact('refund_succeeded', { subject: 're_1', amount: money(1, 'eur') });
    expect(posted(...charge, refund, converted('refund', -1, 0))).toEqual({
      'fx_result gbp': -1,
      'stripe_balance gbp': 1,
    });
  });

  const parts = fc.array(
    fc.record({
      goes: fc.boolean(),
      eur: fc.integer({ min: 1, max: 10_000_000 }),
      rate: fc.double({ min: 0.0001, max: 500, noNaN: true }),
      fee: fc.integer({ min: -500, max: 500 }),
      of: fc.constantFrom('pay_1', 'pay_2'),
    }),
    { minLength: 1, maxLength: 40 },
  );

  it('never leaves a position in one currency without one in the other, in any order and at any rate', () => {
    fc.assert(
      fc.property(parts, (moves) => {
        const positions = new CurrencyPositions();
        const transactions: (LedgerTransaction | null)[] = moves.map(({ goes, eur, rate, fee, of }) => {
          const sign = goes ? -1 : 1;
          const gbp = sign * Math.round(eur * rate);
          return postMovement(
            { ...converted(goes ? 'refund' : 'charge', sign * eur, gbp, fee), paymentId: of },
            positions,
          );
        });
        for (const payment of ['pay_1', 'pay_2']) {
          const own = postingsOf(transactions).filter(
            ({ account, about }) => about === payment && account === 'currency_position',
          );
          const held = (code: string) =>
            own.filter((each) => each.currency === code).reduce((sum, each) => sum + each.amount, 0);
          // What is held in pounds is never on the same side, and gone when the euros are.
          expect(Math.sign(held('eur')) * Math.sign(held('gbp'))).toBeLessThanOrEqual(0);
          if (held('eur') === 0) expect(Math.abs(held('gbp'))).toBe(0);
        }
        const net = moves.reduce(
          (sum, { goes, eur, rate, fee }) => sum + (goes ? -1 : 1) * Math.round(eur * rate) - fee,
          0,
        );
        expect(heldAfter(transactions)['stripe_balance gbp'] ?? 0).toBe(net === 0 ? 0 : net);
      }),
      { numRuns: 300 },
    );
  });
});
