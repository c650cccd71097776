import Stripe from 'stripe';
import { House } from '../support/house';
import { query } from '../support/query';
import { eventually } from '../support/running-service';

const CUSTOMERS = '/api/v1/customers';
const CONSENT = { textVersion: 'cards-3', address: '192.0.2.17' };
const SAVE = { consent: CONSENT, paymentMethod: 'pm_card_visa', confirm: true };

interface Card {
  readonly id: string;
  readonly status: string;
  readonly default: boolean;
  readonly consent: unknown;
}

describe('a saved card, end to end', () => {
  let house: House;
  let numbered = 0;
  let customer: string;
  let stripe: Stripe.Stripe;

  beforeAll(async () => {
    house = await House.build();
    await house.open();
    const { hostname: host, port } = new URL(house.stripeUrl);
    stripe = new Stripe('sk_test_dashboard', { host, port, protocol: 'http' });
  });
  afterAll(() => house.tearDown());
  beforeEach(async () => {
    customer = await newCustomer();
  });
  afterEach(() => house.assertOracles());

  async function newCustomer(): Promise<string> {
    const { body } = await house.service.post(CUSTOMERS, `customer ${String(++numbered)}`, { name: 'Ada' });
    return String(body.id);
  }

  const save = (body: object = {}, key = `key ${String(++numbered)}`) =>
    house.service.post(`${CUSTOMERS}/${customer}/setups`, key, { ...SAVE, ...body });

  async function cards(of = customer): Promise<Card[]> {
    return (await house.service.get(`${CUSTOMERS}/${of}/payment-methods`)).body.data as Card[];
  }

  async function untilSaved(count: number): Promise<Card[]> {
    return eventually(async () => {
      const found = await cards();
      if (found.length !== count) throw new Error(`there are ${String(found.length)} cards`);
      return found;
    });
  }

  async function stripeCustomer(): Promise<string> {
    return String((await house.service.get(`${CUSTOMERS}/${customer}`)).body.stripeCustomer);
  }

  const remove = (id: string, of = customer) =>
    house.service.send('DELETE', `${CUSTOMERS}/${of}/payment-methods/${id}`, undefined, {
      authorization: `Bearer ${house.apiKey}`,
    });

  it('that the server confirms is kept with its consent, and is the default', async () => {
    const { status, body } = await save();
    expect([status, body.status]).toEqual([201, 'succeeded']);
    const [card] = await untilSaved(1);
    expect(card).toMatchObject({ id: body.paymentMethod, status: 'saved', default: true, consent: body.consent });
    await eventually(async () => {
      const found = (await stripe.customers.retrieve(await stripeCustomer())) as Stripe.Customer;
      expect(found.invoice_settings.default_payment_method).toBe(card!.id);
    });
  });

  it('is given by the browser, with nothing but the client secret', async () => {
    const { body } = await save({ paymentMethod: null, confirm: false });
    const [intent = ''] = String(body.clientSecret).split('_secret_');
    const form = new URLSearchParams({
      client_secret: String(body.clientSecret),
      payment_method: 'pm_card_mastercard',
      return_url: 'https://shop.example/done',
    });
    const confirmed = await fetch(`${house.stripeUrl}/v1/setup_intents/${intent}/confirm`, {
      method: 'POST',
      body: form,
      headers: { authorization: 'Bearer pk_test_browser' },
    });
    expect(confirmed.status).toBe(200);
    expect(await untilSaved(1)).toMatchObject([{ brand: 'mastercard', consent: { textVersion: 'cards-3' } }]);
  });

  it('is authenticated at the bank, and saved after that only', async () => {
    const asked = { paymentMethod: 'pm_card_authenticationRequired', returnUrl: 'https://shop.example/back' };
    const { status, body } = await save(asked);
    expect([status, body.status]).toEqual([201, 'requires_action']);
    expect(body.nextAction).toMatchObject({ redirectUrl: expect.stringContaining('http') });
    expect(await cards()).toEqual([]);
    const [intent = ''] = String(body.clientSecret).split('_secret_');
    await house.stripe.authenticateSetup(intent, 'succeed');
    await untilSaved(1);
    const { body: setup } = await house.service.get(`${CUSTOMERS}/${customer}/setups/${String(body.id)}`);
    expect(setup).toMatchObject({ status: 'succeeded', clientSecret: null });
  });

  it('is saved though every event of it is lost', async () => {
    await house.stripe.fault({ kind: 'webhook_drop', times: 0 });
    const asked = { paymentMethod: 'pm_card_authenticationRequired', returnUrl: 'https://shop.example/back' };
    const { body } = await save(asked);
    await house.stripe.authenticateSetup(String(body.clientSecret).split('_secret_')[0]!, 'succeed');
    await query(
      house.database.url,
      "UPDATE setups SET check_due_at = now() WHERE status = 'requires_action' AND id = $1",
      [body.id],
    );
    expect(await untilSaved(1)).toMatchObject([{ status: 'saved', consent: { textVersion: 'cards-3' } }]);
    await house.stripe.clearFaults();
  });

  it('that the bank declines is not saved', async () => {
    const { status, body } = await save({ paymentMethod: 'pm_card_chargeDeclinedInsufficientFunds' });
    expect([status, body.code, body.declineCode]).toEqual([402, 'card_declined', 'insufficient_funds']);
    expect(await cards()).toEqual([]);
  });

  it('is detached, though the answer to that is lost', async () => {
    const { body } = await save();
    const id = String(body.paymentMethod);
    await house.stripe.fault({ kind: 'timeout_after_effect', match: { path: `/v1/payment_methods/${id}/detach` } });
    const lost = await remove(id);
    // The event of Stripe may be faster than the time limit of the call.
    expect(['202 detaching', '200 detached']).toContain(`${String(lost.status)} ${String(lost.body.status)}`);
    await house.stripe.clearFaults();
    await untilSaved(0);
    expect((await remove(id)).body).toMatchObject({ status: 'detached', default: false });
  });

  it('that a live subscription is charged to stays', async () => {
    const { body } = await save();
    const recurring = { interval: 'month' } as const;
    const price = await stripe.prices.create({
      currency: 'gbp',
      unit_amount: 900,
      recurring,
      product_data: { name: 'G' },
    });
    const subscription = await stripe.subscriptions.create({
      customer: await stripeCustomer(),
      items: [{ price: price.id }],
      trial_period_days: 7,
      default_payment_method: String(body.paymentMethod),
    });
    const refused = await remove(String(body.paymentMethod));
    expect([refused.status, refused.body.code]).toEqual([409, 'payment_method_in_use']);
    expect(refused.body.subscriptions).toEqual([subscription.id]);
    await stripe.subscriptions.cancel(subscription.id);
    expect((await remove(String(body.paymentMethod))).status).toBe(200);
  });

  it('of another customer is not there', async () => {
    const { body } = await save();
    const id = String(body.paymentMethod);
    await untilSaved(1);
    const other = await newCustomer();
    expect((await remove(id, other)).body.code).toBe('payment_method_not_found');
    const setDefault = `${CUSTOMERS}/${other}/payment-methods/${id}/default`;
    expect((await house.service.post(setDefault, 'k')).status).toBe(404);
    expect(await cards(other)).toEqual([]);
    expect(await untilSaved(1)).toMatchObject([{ id, status: 'saved' }]);
  });

  it('that is attached or detached in the dashboard of Stripe is so here', async () => {
    await save();
    const [first] = await untilSaved(1);
    const added = await stripe.paymentMethods.attach('pm_card_amex', { customer: await stripeCustomer() });
    const both = await untilSaved(2);
    expect(both.find(({ id }) => id === added.id)).toMatchObject({ consent: null, default: false });
    await stripe.paymentMethods.detach(first!.id);
    expect(await untilSaved(1)).toMatchObject([{ id: added.id }]);
  });
});
