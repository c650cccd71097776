import Stripe from 'stripe';
import { House } from '../support/house';
import { query } from '../support/query';
import { eventually } from '../support/running-service';

const CUSTOMERS = '/api/v1/customers';
const CREATION = { method: 'POST', path: '/v1/customers' };
const SAVE = { consent: { textVersion: 'cards-3' }, paymentMethod: 'pm_card_visa', confirm: true };
const ADA = { name: 'Ada', email: 'ada@example.com', metadata: { plan: 'gold', seat: '7' } };
/** The sweeper comes to it again after several seconds. */
const SWEPT_WITHIN = 30_000;

let house: House;
beforeEach(async () => {
  house = await House.build();
});
afterEach(() => house.tearDown());

async function create(key: string): Promise<string> {
  const { status, body } = await house.service.post(CUSTOMERS, key, ADA);
  expect(status).toBe(201);
  return String(body.id);
}

async function shown(customer: string): Promise<Record<string, unknown>> {
  return (await house.service.get(`${CUSTOMERS}/${customer}`)).body;
}

function untilShown(customer: string, what: object): Promise<Record<string, unknown>> {
  return eventually(async () => {
    const body = await shown(customer);
    expect(body).toMatchObject(what);
    return body;
  }, SWEPT_WITHIN);
}

/** As though the time had passed for which others leave it to who began it, or for which it waits after a failure. */
async function letSweeperCome(): Promise<void> {
  await query(house.database.url, 'UPDATE customers SET sync_due_at = now() WHERE sync_due_at > now()');
}

function change(customer: string, body: object): Promise<{ readonly status: number }> {
  const headers = { authorization: `Bearer ${house.apiKey}` };
  return house.service.send('PATCH', `${CUSTOMERS}/${customer}`, JSON.stringify(body), headers);
}

/** All that Stripe has of one of ours, but those that were deleted there. */
async function atStripe(customer: string): Promise<Stripe.Customer[]> {
  const { customers } = await house.stripe.state();
  return customers.filter(
    (each): each is Stripe.Customer => 'metadata' in each && each.metadata.cashdesk_customer === customer,
  );
}

/** What somebody does in the dashboard. */
function dashboard(): Stripe.Stripe {
  const { hostname: host, port } = new URL(house.stripeUrl);
  return new Stripe('sk_test_dashboard', { host, port, protocol: 'http' });
}

it('A customer who is made while Stripe is away is there, and Stripe hears of them when it is back', async () => {
  await house.open();
  await house.stripeAway();
  const customer = await create('while away');
  const pending = await shown(customer);
  expect(pending).toMatchObject({ ...ADA, stripeStatus: 'pending', stripeCustomer: null });
  expect((await house.service.post(CUSTOMERS, 'while away', ADA)).body).toEqual(pending);
  await change(customer, { name: 'Ada Lovelace' });

  await house.stripeBack();
  await letSweeperCome();
  const { stripeCustomer } = await untilShown(customer, { stripeStatus: 'in_step' });
  expect(await atStripe(customer)).toMatchObject([{ id: stripeCustomer, name: 'Ada Lovelace', email: ADA.email }]);
});

it('What is changed is changed at Stripe too, also when Stripe does not take it at first', async () => {
  await house.open();
  const customer = await create('to be changed');
  await untilShown(customer, { stripeStatus: 'in_step' });
  expect((await change(customer, { name: 'Countess', email: null, metadata: { plan: 'silver' } })).status).toBe(200);
  const [changed] = await atStripe(customer);
  expect(changed).toMatchObject({ name: 'Countess', email: null });
  expect(changed?.metadata).toEqual({ cashdesk_customer: customer, plan: 'silver' });

  await house.stripe.fault({ kind: 'error', match: { method: 'POST', path: '/v1/customers/:id' } });
  expect(await change(customer, { phone: '+44 20 7946 0991' })).toMatchObject({
    status: 200,
    body: { stripeStatus: 'pending', phone: '+44 20 7946 0991' },
  });
  await letSweeperCome();
  await untilShown(customer, { stripeStatus: 'in_step' });
  expect(await atStripe(customer)).toMatchObject([{ phone: '+44 20 7946 0991', name: 'Countess' }]);
});

describe.each([
  ['before Stripe heard of a new customer', 'timeout_before_effect'],
  ['when Stripe has made a customer and has not said so', 'timeout_after_effect'],
] as const)('A process that is killed %s', (_when, kind) => {
  let customer: string;

  beforeEach(async () => {
    await house.open({ env: { STRIPE_TIMEOUT_MS: '20000' } });
    await house.stripe.fault({ kind, match: CREATION });
    const lost = house.service.post(CUSTOMERS, 'the key', ADA).catch(() => 'lost');
    await eventually(async () => {
      const struck = (await house.stripe.journal(CREATION)).filter(({ fault }) => fault !== null);
      expect(struck).toHaveLength(1);
    });
    await house.service.kill();
    expect(await lost).toBe('lost');
    await house.open();
    const { body } = await house.service.get(CUSTOMERS);
    const [kept, ...more] = body.data as { id: string }[];
    expect([more, kept]).toMatchObject([[], { stripeStatus: 'pending', stripeCustomer: null }]);
    customer = kept!.id;
  });

  it('leaves one customer, when the caller asks again', async () => {
    const again = await house.service.post(CUSTOMERS, 'the key', ADA);
    expect([again.status, again.body.id, again.body.stripeStatus]).toEqual([201, customer, 'in_step']);
    expect(await atStripe(customer)).toMatchObject([{ id: again.body.stripeCustomer }]);
    expect((await house.stripe.state()).customers).toHaveLength(1);
  });

  it('leaves one customer, when nobody asks again', async () => {
    await letSweeperCome();
    const { stripeCustomer } = await untilShown(customer, { stripeStatus: 'in_step' });
    expect(await atStripe(customer)).toMatchObject([{ id: stripeCustomer }]);
    expect((await house.stripe.state()).customers).toHaveLength(1);
  });
});

it('One who is deleted at Stripe has no cards any more, and is made anew with the next card', async () => {
  await house.open();
  const customer = await create('to be deleted');
  const setups = `${CUSTOMERS}/${customer}/setups`;
  const saved = await house.service.post(setups, 'first card', SAVE);
  const { stripeCustomer: former } = await untilShown(customer, {
    stripeStatus: 'in_step',
    defaultPaymentMethod: saved.body.paymentMethod,
  });
  await dashboard().customers.del(String(former));
  await untilShown(customer, { stripeStatus: 'deleted', stripeCustomer: null, defaultPaymentMethod: null });
  const cards = async () => (await house.service.get(`${CUSTOMERS}/${customer}/payment-methods`)).body.data;
  expect(await cards()).toEqual([]);

  // What is changed meanwhile brings nobody back whom somebody had deleted.
  expect(await change(customer, { name: 'Countess' })).toMatchObject({ body: { stripeStatus: 'deleted' } });
  const gone = { currency: 'gbp', amount: 4999, customer, confirm: true, offSession: true };
  const uncharged = await house.service.post('/api/v1/payments', 'no card', { ...gone, reference: 'no card' });
  expect([uncharged.status, uncharged.body.code]).toEqual([409, 'no_default_payment_method']);
  expect(await atStripe(customer)).toEqual([]);

  const anew = await house.service.post(setups, 'second card', SAVE);
  expect([anew.status, anew.body.status]).toEqual([201, 'succeeded']);
  const { stripeCustomer } = await untilShown(customer, {
    stripeStatus: 'in_step',
    defaultPaymentMethod: anew.body.paymentMethod,
  });
  expect(stripeCustomer).not.toBe(former);
  expect(await atStripe(customer)).toMatchObject([{ id: stripeCustomer, name: 'Countess' }]);
  expect(await cards()).toMatchObject([{ id: anew.body.paymentMethod, status: 'saved' }]);
  const paid = await house.service.post('/api/v1/payments', 'new card', { ...gone, reference: 'new card' });
  expect([paid.status, paid.body.status]).toEqual([201, 'succeeded']);
  await house.assertOracles();
});
