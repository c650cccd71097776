import fc from 'fast-check';
import Stripe from 'stripe';
import type { SimulatorState } from '../support/simulator-control';
import { confirmedPayment, simulatorUnderTest, type SimulatorUnderTest } from './simulator-under-test';

const FEE_BASIS_POINTS = 150;
const FEE_FIXED = 20;
const DISPUTE_FEE = 2_000;
const CARDS = [
  'pm_card_visa',
  'pm_card_bypassPending',
  'pm_card_pendingRefund',
  'pm_card_refundFail',
  'pm_card_createDispute',
  'pm_card_createDisputeInquiry',
] as const;
/** What a whole unit is worth in pounds, and how many minor units it has. */
const CURRENCIES = { gbp: [1, 100], usd: [0.75, 100], jpy: [0.005, 1] } as const;
type Currency = keyof typeof CURRENCIES;

type Action =
  | {
      do: 'pay';
      card: (typeof CARDS)[number];
      currency: Currency;
      amount: number;
      capture: Stripe.PaymentIntentCreateParams.CaptureMethod;
    }
  | { do: 'capture' | 'refund'; which: number; part: number }
  | { do: 'dispute'; which: number; part: number; inquiry: boolean }
  | { do: 'decide'; which: number; decision: 'escalate' | 'lose' | 'win' }
  | { do: 'payout' | 'cancelPayout'; which: number; part: number }
  | { do: 'advance'; seconds: number }
  | { do: 'settings'; payoutSchedule: 'daily' | 'manual'; payoutFailure: 'account_closed' | null };

const which = fc.nat(50);
const part = fc.integer({ min: 1, max: 100 });
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('pay' as const),
      card: fc.constantFrom(...CARDS),
      currency: fc.constantFrom('gbp' as const, 'usd' as const, 'jpy' as const),
      amount: fc.integer({ min: 100, max: 500_000 }),
      capture: fc.constantFrom('automatic' as const, 'automatic_async' as const, 'manual' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('capture' as const, 'refund' as const), which, part }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('refund' as const), which, part }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('dispute' as const), which, part, inquiry: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('decide' as const),
      which,
      decision: fc.constantFrom('escalate' as const, 'lose' as const, 'win' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('payout' as const, 'cancelPayout' as const), which, part }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('advance' as const),
      seconds: fc.constantFrom(1, 61, 3_601, 86_401, 3 * 86_400, 15 * 86_400, 130 * 86_400),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('settings' as const),
      payoutSchedule: fc.constantFrom('daily' as const, 'manual' as const),
      payoutFailure: fc.constantFrom('account_closed' as const, null),
    }),
  },
);

describe('Whatever happens to payments', () => {
  let simulator: SimulatorUnderTest;

  beforeAll(async () => {
    simulator = await simulatorUnderTest();
  });
  afterAll(() => simulator.close());

  it.each([
    ['in their own currencies', ['*'], false],
    ['in one currency', ['gbp'], false],
    ['in one currency, with fees of won disputes returned', ['gbp'], true],
  ])('the balance is the sum of its transactions, and what a model makes of it, %s', async (_name, own, returned) => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 25 }), async (actions) => {
        await simulator.control.reset();
        await simulator.control.settings({
          settlementCurrencies: own,
          disputeFeeReturned: returned,
          disputeFee: DISPUTE_FEE,
          // So long that only the clock that the test moves lets anything happen.
          settlementDelayMs: 60_000,
          refundDelayMs: 60_000,
          refundFailureDelayMs: 60_000,
          disputeDelayMs: 60_000,
        });
        for (const one of actions) {
          await perform(simulator, one);
          await check(simulator, own.includes('*'), returned);
        }
      }),
      { numRuns: 20 },
    );
  });
});

async function check({ control, stripe }: SimulatorUnderTest, asTheyAre: boolean, returned: boolean): Promise<void> {
  const state = await control.state();
  const balance = await stripe.balance.retrieve();
  const now = (await control.advanceClock(0)).now;
  const expected = modelled(state, asTheyAre, returned);
  for (const { currency, amount: available } of balance.available) {
    const pending = balance.pending.find((entry) => entry.currency === currency)?.amount ?? NaN;
    const rows = state.balance_transactions.filter((row) => row.currency === currency);
    const due = rows.filter(({ available_on: on }) => on <= now);
    expect(available + pending).toBe(sum(rows.map(({ net }) => net)));
    expect(available).toBe(sum(due.map(({ net }) => net)));
    expect(available + pending).toBe(expected.get(currency) ?? 0);
  }
  expect(
    [...expected.keys()].filter((currency) => !balance.available.some((entry) => entry.currency === currency)),
  ).toEqual([]);
  for (const row of state.balance_transactions) {
    expect(row.net).toBe(row.amount - row.fee);
    expect(row.fee).toBe(sum(row.fee_details.map(({ amount }) => amount)));
  }
  for (const charge of state.charges) checkCharge(charge, state);
}

function checkCharge(charge: Stripe.Charge, { refunds }: SimulatorState): void {
  const alive = refunds.filter((refund) => refund.charge === charge.id && refund.status !== 'failed');
  expect(charge.amount_refunded).toBe(sum(alive.map(({ amount }) => amount)));
  expect(charge.amount_refunded).toBeLessThanOrEqual(charge.amount_captured);
  expect(charge.refunded).toBe(charge.amount_captured > 0 && charge.amount_refunded === charge.amount_captured);
}

/** What stands on the balance by the state of charges, refunds, disputes and payouts alone. */
function modelled(state: SimulatorState, asTheyAre: boolean, returned: boolean): Map<string, number> {
  const totals = new Map<string, number>();
  const add = (currency: string, amount: number): void => {
    totals.set(currency, (totals.get(currency) ?? 0) + amount);
  };
  const settled = (currency: string): string => (asTheyAre ? currency : 'gbp');
  const worth = (amount: number, currency: string): number =>
    asTheyAre ? amount : inPence(amount, currency as Currency);
  const booked = new Set(state.charges.filter((charge) => charge.balance_transaction !== null).map(({ id }) => id));
  for (const { id, amount_captured: captured, currency } of state.charges) {
    if (!booked.has(id)) continue;
    const gross = worth(captured, currency);
    add(settled(currency), gross - Math.round((gross * FEE_BASIS_POINTS) / 10_000) - FEE_FIXED);
  }
  for (const { charge, amount, currency, status } of state.refunds) {
    if (booked.has(charge as string) && status !== 'failed') add(settled(currency), -worth(amount, currency));
  }
  for (const { charge, amount, currency, status, balance_transactions: moved } of state.disputes) {
    if (!booked.has(charge as string) || status.startsWith('warning')) continue;
    // Won before the charge came to the balance, so nothing was ever taken.
    if (status === 'won') add(settled(currency), moved.length === 0 || returned ? 0 : -DISPUTE_FEE);
    else add(settled(currency), -worth(amount, currency) - DISPUTE_FEE);
  }
  for (const { amount, currency, status } of state.payouts) {
    if (status !== 'failed' && status !== 'canceled') add(currency, -amount);
  }
  return totals;
}

function inPence(amount: number, currency: Currency): number {
  const [pounds, minorUnits] = CURRENCIES[currency];
  const rate = Number(((pounds * 100) / minorUnits).toPrecision(6));
  return Math.round(amount * rate);
}

async function perform(simulator: SimulatorUnderTest, one: Action): Promise<void> {
  try {
    await attempt(simulator, one);
  } catch (error) {
    // Much of it is impossible, and said to be; only a failure of the simulator itself is none of that.
    if (error instanceof Stripe.errors.StripeInvalidRequestError) return;
    if (error instanceof Error && error.message.includes(' was answered 400: ')) return;
    throw error;
  }
}

async function attempt({ stripe, control }: SimulatorUnderTest, one: Action): Promise<void> {
  const state = await control.state();
  switch (one.do) {
    case 'pay':
      await stripe.paymentIntents.create({
        ...confirmedPayment,
        amount: one.amount,
        currency: one.currency,
        payment_method: one.card,
        capture_method: one.capture,
      });
      return;
    case 'capture': {
      const held = state.payment_intents.filter(({ status }) => status === 'requires_capture');
      return on(held, one.which, ({ id, amount_capturable: amount }) =>
        stripe.paymentIntents.capture(id, { amount_to_capture: share(amount, one.part) }),
      );
    }
    case 'refund':
      return on(state.charges, one.which, ({ id, amount_captured: amount }) =>
        stripe.refunds.create({ charge: id, amount: share(amount, one.part) }),
      );
    case 'dispute':
      return on(state.charges, one.which, ({ id, amount_captured: amount }) =>
        control.openDispute(id, { amount: share(amount, one.part), inquiry: one.inquiry }),
      );
    case 'decide':
      return on(state.disputes, one.which, ({ id }) => control.decideDispute(id, one.decision));
    case 'payout':
      return on((await stripe.balance.retrieve()).available, one.which, ({ amount, currency }) =>
        stripe.payouts.create({ amount: share(amount, one.part), currency }),
      );
    case 'cancelPayout':
      return on(state.payouts, one.which, ({ id }) => stripe.payouts.cancel(id));
    case 'advance':
      await control.advanceClock(one.seconds);
      return;
    case 'settings':
      await control.settings({ payoutSchedule: one.payoutSchedule, payoutFailure: one.payoutFailure });
  }
}

/** Acts on one of the rows, where there is any. */
async function on<T>(rows: readonly T[], which: number, act: (row: T) => Promise<unknown>): Promise<void> {
  const row = rows[which % Math.max(1, rows.length)];
  if (row !== undefined) await act(row);
}

function share(amount: number, percent: number): number {
  return Math.max(1, Math.floor((amount * percent) / 100));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
