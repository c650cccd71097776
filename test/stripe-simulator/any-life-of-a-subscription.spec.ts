import fc from 'fast-check';
import type Stripe from 'stripe';
import type { Target } from '../support/stripe-contract';
import { advance, at, DAY, invoicesOf, periodOf, price, subscriber, usesCard } from '../stripe-contract/subscriber';
import { simulatorUnderTest, type SimulatorUnderTest } from './simulator-under-test';

const seed = Number(process.env.SEQUENCE_SEED ?? Date.now() % 1_000_000_000);

type Step =
  | { kind: 'advance'; days: number }
  | { kind: 'card'; card: string }
  | { kind: 'cancel' | 'pay' | 'resume' }
  | { kind: 'end'; atPeriodEnd: boolean }
  | { kind: 'pause'; behavior: 'keep_as_draft' | 'mark_uncollectible' | 'void' | '' }
  | { kind: 'plan'; dear: boolean; proration: 'always_invoice' | 'create_prorations' | 'none' }
  | { kind: 'quantity'; quantity: number; proration: 'always_invoice' | 'create_prorations' | 'none' };

const proration = fc.constantFrom('always_invoice', 'create_prorations', 'none');
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('advance'), days: fc.integer({ min: 1, max: 45 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('quantity'), quantity: fc.integer({ min: 1, max: 9 }), proration }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('plan'), dear: fc.boolean(), proration }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('card'),
      card: fc.constantFrom('pm_card_visa', 'pm_card_chargeCustomerFail', 'pm_card_authenticationRequired'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('end'), atPeriodEnd: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('pause'),
      behavior: fc.constantFrom('keep_as_draft', 'mark_uncollectible', 'void', ''),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('cancel', 'pay', 'pay', 'resume', 'resume') }) },
);

const anyStart = fc.record({
  from: fc.constantFrom(at('2027-01-31'), at('2027-03-28T00:59:59Z'), at('2028-02-29'), at('2027-10-31T01:30:00Z')),
  trialDays: fc.constantFrom(undefined, 1, 9),
  behavior: fc.constantFrom('allow_incomplete', 'default_incomplete'),
  sent: fc.constantFrom(false, false, false, true),
  classic: fc.boolean(),
  afterLastRetry: fc.constantFrom('cancel', 'past_due', 'unpaid'),
});

/** From each status, those that may come next. */
const NEXT: Readonly<Record<string, readonly string[]>> = {
  incomplete: ['active', 'incomplete_expired'],
  trialing: ['active', 'past_due', 'paused', 'canceled', 'unpaid'],
  active: ['past_due', 'unpaid', 'canceled', 'trialing'],
  past_due: ['active', 'unpaid', 'canceled'],
  unpaid: ['active', 'canceled'],
  paused: ['active', 'canceled'],
  incomplete_expired: [],
  canceled: [],
};

describe(`Any life of a subscription (SEQUENCE_SEED=${seed})`, () => {
  let simulator: SimulatorUnderTest;
  let target: Target;

  beforeAll(async () => {
    simulator = await simulatorUnderTest();
    target = { stripe: simulator.stripe, url: simulator.url, key: 'sk_test_simulator', real: false };
  });
  afterAll(() => simulator.close());

  it('takes legal steps, bills every period once, and charges what its invoices say', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyStart,
        fc.array(anyStep, { minLength: 5, maxLength: 14, size: 'max' }),
        async (start, steps) => {
          await simulator.control.reset();
          await simulator.control.settings({ afterLastRetry: start.afterLastRetry });
          const { clock, customer } = await subscriber(target, { from: start.from });
          const prices = [await price(target, 1_000), await price(target, 3_333, { interval: 'month' }, 'Dear')];
          const { id } = await target.stripe.subscriptions.create({
            customer,
            items: [{ price: prices[0] ?? '' }],
            payment_behavior: start.behavior,
            billing_mode: { type: start.classic ? 'classic' : 'flexible' },
            ...(start.sent ? { collection_method: 'send_invoice', days_until_due: 3 } : {}),
            ...(start.trialDays === undefined ? {} : { trial_period_days: start.trialDays }),
          });
          for (const step of steps) await take(step, { id, clock, customer, prices });
          await checkStatuses(id);
          await checkPeriods(id);
          await checkMoney(id, customer);
        },
      ),
      { numRuns: 25, seed, interruptAfterTimeLimit: 45_000 },
    );
  });

  interface Subscribed {
    id: string;
    clock: string;
    customer: string;
    prices: string[];
  }

  /** What is refused in the present status changes nothing, which the checks show. */
  async function take(step: Step, { id, clock, customer, prices }: Subscribed): Promise<void> {
    const { stripe } = target;
    const subscription = await stripe.subscriptions.retrieve(id);
    const item = subscription.items.data[0]?.id ?? '';
    switch (step.kind) {
      case 'advance':
        return advance(
          target,
          clock,
          (await stripe.testHelpers.testClocks.retrieve(clock)).frozen_time + step.days * DAY,
        );
      case 'card':
        await usesCard(target, customer, step.card);
        return;
      case 'quantity':
        return update(id, { items: [{ id: item, quantity: step.quantity }], proration_behavior: step.proration });
      case 'plan':
        return update(id, {
          items: [{ id: item, price: prices[step.dear ? 1 : 0] ?? '' }],
          proration_behavior: step.proration,
        });
      case 'end':
        return update(id, { cancel_at_period_end: step.atPeriodEnd });
      case 'pause':
        return update(id, { pause_collection: step.behavior === '' ? '' : { behavior: step.behavior } });
      case 'cancel':
        return refusable(stripe.subscriptions.cancel(id));
      case 'resume':
        return refusable(stripe.subscriptions.resume(id));
      case 'pay':
        return refusable(stripe.invoices.pay(subscription.latest_invoice as string));
    }
  }

  /** What a change bills at once is what its preview said. */
  async function update(id: string, params: Stripe.SubscriptionUpdateParams): Promise<void> {
    const { stripe } = target;
    const before = await stripe.subscriptions.retrieve(id);
    const { items, proration_behavior: behavior } = params;
    const preview =
      items === undefined || behavior === undefined
        ? null
        : await stripe.invoices
            .createPreview({ subscription: id, subscription_details: { items, proration_behavior: behavior } })
            .catch(() => null);
    await refusable(stripe.subscriptions.update(id, params));
    const after = await stripe.subscriptions.retrieve(id);
    if (after.latest_invoice === before.latest_invoice || preview === null) return;
    expect(await stripe.invoices.retrieve(after.latest_invoice as string)).toMatchObject({ total: preview.total });
  }

  async function refusable(call: Promise<unknown>): Promise<void> {
    try {
      await call;
    } catch (error) {
      expect((error as Stripe.errors.StripeError).statusCode).toBeLessThan(500);
    }
  }

  async function checkStatuses(id: string): Promise<void> {
    const { events } = await simulator.control.state();
    const statuses = events
      .filter(({ type }) => type.startsWith('customer.subscription.'))
      .map(({ data }) => data.object as Stripe.Subscription)
      .filter((object) => object.id === id)
      .map(({ status }) => status);
    statuses.forEach((status, at_) => {
      const last = statuses[at_ - 1] ?? status;
      if (status !== last) expect([last, ...(NEXT[last] ?? [])]).toContain(status);
    });
    expect(statuses.at(-1)).toBe((await target.stripe.subscriptions.retrieve(id)).status);
  }

  async function checkPeriods(id: string): Promise<void> {
    const invoices = await invoicesOf(target, id);
    const billing = invoices.filter(
      ({ billing_reason: reason }) => reason === 'subscription_create' || reason === 'subscription_cycle',
    );
    const billed = await Promise.all(billing.map((invoice) => regularPeriod(invoice.id)));
    billed.forEach((period, at_) => {
      if (at_ > 0) expect(period?.start).toBe(billed[at_ - 1]?.end);
    });
    expect(periodOf(await target.stripe.subscriptions.retrieve(id))).toEqual(billed.at(-1));
  }

  /** An invoice shows the first of its lines only, and prorations may come first. */
  async function regularPeriod(invoice: string): Promise<Stripe.InvoiceLineItem.Period | undefined> {
    const { data } = await target.stripe.invoices.listLineItems(invoice, { limit: 100 });
    return data.find(({ parent }) => parent?.subscription_item_details?.proration === false)?.period;
  }

  async function checkMoney(id: string, customer: string): Promise<void> {
    const { charges } = await simulator.control.state();
    const charged = charges
      .filter((charge) => charge.customer === customer && charge.status === 'succeeded')
      .reduce((sum, { amount_captured: amount }) => sum + amount, 0);
    const paid = (await invoicesOf(target, id)).reduce((sum, { amount_paid: amount }) => sum + amount, 0);
    expect(charged).toBe(paid);
  }
});
