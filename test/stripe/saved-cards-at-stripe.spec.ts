import type Stripe from 'stripe';
import { startSimulator, type RunningSimulator } from '../../src/infrastructure/stripe-simulator/simulator';
import { createStripeClient } from '../../src/infrastructure/stripe/stripe-client';
import { StripePaymentMethodGateway } from '../../src/infrastructure/stripe/stripe-payment-method-gateway';
import { SimulatorControl } from '../support/simulator-control';

let simulator: RunningSimulator;
let control: SimulatorControl;
let stripe: Stripe.Stripe;
let gateway: StripePaymentMethodGateway;
let customer: string;
let card: string;

beforeAll(async () => {
  simulator = await startSimulator();
  control = new SimulatorControl(simulator.url);
  stripe = createStripeClient({ secretKey: 'sk_test_simulator', apiUrl: simulator.url, timeout: 2_000 });
  gateway = new StripePaymentMethodGateway(stripe);
});
beforeEach(async () => {
  await control.reset();
  customer = (await stripe.customers.create({})).id;
  card = await attached();
});
afterAll(() => simulator.close());

async function attached(token = 'pm_card_visa', to = customer): Promise<string> {
  return (await stripe.paymentMethods.attach(token, { customer: to })).id;
}

describe('A saved card', () => {
  it('is read with what tells it from others, and nothing that it could be charged with', async () => {
    const reading = await gateway.read(card);
    expect(reading).toMatchObject({
      kind: 'found',
      seen: { id: card, stripeCustomer: customer, details: { type: 'card', brand: 'visa', last4: '4242' } },
    });
    expect(JSON.stringify(reading)).not.toContain('fingerprint');
  });

  it('is detached, and is detached still when that is asked again', async () => {
    expect(await gateway.detach(card)).toEqual({ kind: 'detached' });
    expect(await gateway.detach(card)).toEqual({ kind: 'detached' });
    expect(await gateway.read(card)).toMatchObject({ seen: { stripeCustomer: null } });
  });

  it('that Stripe never had is missing, and as good as detached', async () => {
    expect(await gateway.read('pm_none')).toEqual({ kind: 'missing' });
    expect(await gateway.detach('pm_none')).toEqual({ kind: 'detached' });
  });

  it('is not known to be detached when the answer is lost', async () => {
    const hasty = createStripeClient({ secretKey: 'sk_test_simulator', apiUrl: simulator.url, timeout: 300 });
    await control.fault({ kind: 'timeout_after_effect', match: { path: `/v1/payment_methods/${card}/detach` } });
    expect((await new StripePaymentMethodGateway(hasty).detach(card)).kind).toBe('unavailable');
  });

  it('that is no card has what it has', async () => {
    const debit = await stripe.paymentMethods.create({
      type: 'sepa_debit',
      sepa_debit: { iban: 'AT611904300234573201' },
      billing_details: { name: 'Ada', email: 'ada@example.com' },
    });
    expect(await gateway.read(debit.id)).toMatchObject({
      kind: 'found',
      seen: { details: { type: 'sepa_debit', brand: null, funding: null, expiry: null } },
    });
  });
});

describe('The live subscriptions that are charged to a card', () => {
  let price: string;
  beforeEach(async () => {
    const recurring = { interval: 'month' } as const;
    const made = await stripe.prices.create({
      currency: 'gbp',
      unit_amount: 900,
      recurring,
      product_data: { name: 'Gold' },
    });
    price = made.id;
  });

  async function subscribed(method: string | null, change: Partial<Stripe.SubscriptionCreateParams> = {}) {
    const own = method === null ? {} : { default_payment_method: method };
    return (await stripe.subscriptions.create({ customer, items: [{ price }], ...own, ...change })).id;
  }

  const on = async (id = card) => {
    const reading = await gateway.liveSubscriptionsOn(id, customer);
    if (reading.kind !== 'read') throw new Error(reading.message);
    return reading.subscriptions;
  };

  it('are none where there are none', async () => {
    expect(await on()).toEqual([]);
  });

  it('are those that chose it, in a trial as well, and not those that chose another', async () => {
    const other = await attached('pm_card_mastercard');
    const chosen = [await subscribed(card), await subscribed(card, { trial_period_days: 7 })];
    await subscribed(other);
    expect(await on()).toEqual(chosen.sort());
  });

  it('are those that chose none, where it is the default of the customer', async () => {
    const other = await attached('pm_card_mastercard');
    await stripe.customers.update(customer, { invoice_settings: { default_payment_method: card } });
    const undecided = await subscribed(null);
    expect(await on()).toEqual([undecided]);
    expect(await on(other)).toEqual([]);
  });

  it('are no ended ones', async () => {
    await stripe.subscriptions.cancel(await subscribed(card));
    expect(await on()).toEqual([]);
  });

  it('are found on every page of the list', async () => {
    const first = await subscribed(card);
    const other = await attached('pm_card_mastercard');
    for (let more = 0; more < 101; more++) await subscribed(other, { trial_period_days: 7 });
    expect(await on()).toEqual([first]);
  });

  it('are not known when Stripe does not say', async () => {
    await control.fault({ kind: 'error', match: { path: '/v1/subscriptions' } });
    expect((await gateway.liveSubscriptionsOn(card, customer)).kind).toBe('unavailable');
  });

  it('are none of a customer that Stripe has no more', async () => {
    await subscribed(card);
    await stripe.customers.del(customer);
    expect(await on()).toEqual([]);
    expect(await gateway.liveSubscriptionsOn(card, 'cus_none')).toEqual({ kind: 'read', subscriptions: [] });
  });
});
