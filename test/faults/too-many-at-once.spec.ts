import { Clientele } from '../support/clientele';
import { House } from '../support/house';
import { query } from '../support/query';
import { eventually, token, type Answer } from '../support/running-service';

const PAYMENTS = '/api/v1/payments';
const LIMITS = { PAYMENTS_IN_FLIGHT_MAX: '4', PAYMENTS_IN_FLIGHT_PER_CUSTOMER_MAX: '2' };

/** So long that what is asked meanwhile can be answered only by being refused. */
const SLOW = { kind: 'delay', ms: 4_000, match: { path: '/v1/payment_intents', method: 'POST' }, times: 0 } as const;

describe('more payments at once than the limits allow', () => {
  let house: House;

  beforeAll(async () => {
    house = await House.build();
    await house.open({ env: { ...LIMITS, STRIPE_TIMEOUT_MS: '15000' } });
  });
  afterAll(() => house.tearDown());
  beforeEach(() => house.stripe.fault(SLOW));
  afterEach(async () => {
    await house.stripe.clearFaults();
    await house.assertOracles();
  });

  function charge(reference: string, more: object = {}): Promise<Answer> {
    const visa = { amount: 4999, currency: 'gbp', paymentMethod: 'pm_card_visa', confirm: true };
    return house.service.post(PAYMENTS, reference, { ...visa, reference, ...more });
  }

  async function stored(): Promise<number> {
    const { body } = await house.service.get(PAYMENTS);
    return (body.data as unknown[]).length;
  }

  async function untilStored(count: number): Promise<void> {
    await eventually(async () => {
      if ((await stored()) !== count) throw new Error('not yet');
    });
  }

  it('are 503 at once with Retry-After, store nothing, and pass when they are sent again', async () => {
    const before = await stored();
    const busy = ['a', 'b', 'c', 'd'].map((reference) => charge(reference));
    await untilStored(before + 4);
    const refused = await charge('e');
    expect(refused).toMatchObject({ status: 503, body: { code: 'too_many_in_flight' } });
    expect(refused.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    expect(await stored()).toBe(before + 4);
    expect((await Promise.all(busy)).map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    await house.stripe.clearFaults();
    expect((await charge('e')).status).toBe(201);
  });

  it('are 429 for the customer who has too many, while others are served', async () => {
    const clientele = await Clientele.of(house);
    const customer = await clientele.customer('auth|ada');
    // Stripe is told of the customer before it is slow.
    await clientele.card(customer);
    await clientele.close();
    const before = await stored();
    const busy = ['f', 'g'].map((reference) => charge(reference, { customer }));
    await untilStored(before + 2);
    const refused = await charge('h', { customer });
    expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_in_flight_for_customer' } });
    expect(refused.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    expect(await stored()).toBe(before + 2);
    const answers = await Promise.all([...busy, charge('f', { customer }), charge('i')]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    const [first, , repeated] = answers;
    expect(repeated?.text).toBe(first.text);
    await house.stripe.clearFaults();
    expect((await charge('h', { customer })).status).toBe(201);
  });

  it('are refused for cards that are tried out as well: 429 for the customer, 503 when all places are taken', async () => {
    const customers = ['auth|eve', 'auth|mallory'].map((subject) => token({ role: 'customer', subject }));
    const [eve = '', mallory = ''] = await Promise.all(customers);
    const tryOut = (bearer: string, key: string) => {
      const body = { consent: { textVersion: 'cards-3' }, paymentMethod: 'pm_card_visa', confirm: true };
      return house.service.post('/api/v1/billing/payment-methods/setups', key, body, bearer);
    };
    // Stripe is told of the customers before it is slow.
    for (const bearer of [eve, mallory]) expect((await tryOut(bearer, 'first')).status).toBe(201);
    await house.stripe.fault({ ...SLOW, match: { path: '/v1/setup_intents', method: 'POST' } });
    const begun = async (count: number) => {
      const [row] = await query(house.database.url, 'SELECT count(*)::int AS count FROM setups');
      if (row?.count !== count) throw new Error('not yet');
    };
    const busy = ['a', 'b'].map((key) => tryOut(eve, key));
    await eventually(() => begun(4));
    const refused = await tryOut(eve, 'c');
    expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_in_flight_for_customer' } });
    expect(refused.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    busy.push(...['a', 'b'].map((key) => tryOut(mallory, key)));
    await eventually(() => begun(6));
    const full = await tryOut(await token({ role: 'customer', subject: 'auth|ada' }), 'd');
    expect(full).toMatchObject({ status: 503, body: { code: 'too_many_in_flight' } });
    expect(full.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    await begun(6);
    expect((await Promise.all(busy)).map(({ status }) => status)).toEqual([201, 201, 201, 201]);
  });
});
