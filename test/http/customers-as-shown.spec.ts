import { SealBroken } from '../../src/application/shared/cipher';
import { ADA } from '../support/customer-samples';
import { apiKey, CUSTOMER_ID } from './support/fakes';
import { HttpFixture, type Ask } from './support/http-app';

let http: HttpFixture;
beforeEach(async () => {
  http = await HttpFixture.start();
});
afterEach(() => http.app.close());

const URL = '/api/v1/customers';
const ask = (
  method: Ask['method'],
  url: string,
  body?: Record<string, unknown>,
  headers: Record<string, string> = {},
) => http.ask({ method: method!, url, bearer: apiKey('finance'), headers, ...(body === undefined ? {} : { body }) });

describe('A new customer', () => {
  it('is shown with all that was given, in step with Stripe', async () => {
    const { status, json } = await ask('POST', URL, { ...ADA });
    expect(status).toBe(201);
    expect(json).toEqual({
      ...ADA,
      id: expect.stringMatching(/^cus_/),
      defaultPaymentMethod: null,
      stripeCustomer: 'cus_stripe_1',
      stripeStatus: 'in_step',
      refusal: null,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
  });

  it('is created all the same when Stripe is away', async () => {
    http.customers.stripe.strike('away');
    const { status, json } = await ask('POST', URL, { name: 'Ada' });
    expect([status, json.stripeStatus, json.stripeCustomer]).toEqual([201, 'pending', null]);
  });

  it('says why Stripe does not take it', async () => {
    http.customers.stripe.strike({ code: 'email_invalid', field: 'email' });
    const { status, json } = await ask('POST', URL, { name: 'Ada' });
    expect([status, json.stripeStatus]).toEqual([201, 'refused']);
    expect(json.refusal).toEqual({ code: 'email_invalid', field: 'email' });
  });

  it('of whom nothing is known is one too', async () => {
    expect((await ask('POST', URL, {})).status).toBe(201);
    expect((await ask('POST', URL)).json).toMatchObject({ email: null, metadata: {} });
  });

  it('does not get the subject of another, and the other is named', async () => {
    const first = await ask('POST', URL, { subject: 'user_1' });
    const { status, json } = await ask('POST', URL, { subject: 'user_1' });
    expect([status, json.code, json.customerId]).toEqual([409, 'subject_taken', first.json.id]);
    expect(JSON.stringify(json)).not.toContain('user_1');
  });

  it('is made once under one key, and shown again as it is then', async () => {
    const key = { 'idempotency-key': 'k1' };
    const first = await ask('POST', URL, { name: 'Ada', subject: 'user_1' }, key);
    await ask('PATCH', `${URL}/${CUSTOMER_ID}`, { name: 'Somebody else' });
    const again = await ask('POST', URL, { subject: 'user_1', name: 'Ada' }, key);
    expect([again.status, again.json]).toEqual([201, first.json]);
    expect(http.customers.stripe.alive.filter(({ name }) => name === 'Ada')).toHaveLength(1);
    const other = await ask('POST', URL, { name: 'Grace' }, key);
    expect([other.status, other.json.code]).toEqual([409, 'idempotency_key_reused']);
    const bad = await ask('POST', URL, {}, { 'idempotency-key': 'k\u00e9' });
    expect([bad.status, bad.json.code]).toEqual([400, 'idempotency_key_invalid']);
  });
});

describe('A customer that changes', () => {
  const url = `${URL}/${CUSTOMER_ID}`;

  it('keeps what is not named, and loses what is null', async () => {
    await ask('PATCH', url, { ...ADA });
    const { status, json } = await ask('PATCH', url, { phone: null, address: { city: 'Paris' }, metadata: null });
    expect(status).toBe(200);
    expect(json).toMatchObject({ name: ADA.name, email: ADA.email, phone: null, metadata: {} });
    expect(json.address).toEqual({ ...noLines, city: 'Paris' });
    expect((await ask('PATCH', url, {})).json).toEqual(json);
  });

  it('is told to Stripe, and stays changed when Stripe is away', async () => {
    await ask('PATCH', url, { name: 'Ada' });
    http.customers.stripe.strike('away');
    const { status, json } = await ask('PATCH', url, { name: 'Grace' });
    expect([status, json.name, json.stripeStatus]).toEqual([200, 'Grace', 'pending']);
  });

  it('does not get the subject of another', async () => {
    const { json: other } = await ask('POST', URL, { subject: 'user_1' });
    const { status, json } = await ask('PATCH', url, { subject: 'user_1', name: 'Ada' });
    expect([status, json.customerId]).toEqual([409, other.id]);
    expect((await ask('GET', url)).json.name).toBeNull();
  });

  it.each([
    ['unknown', CUSTOMER_ID.replace(/6$/, '7')],
    ['malformed', 'cus_1'],
    ["Stripe's", 'cus_JONDhcIgAGVyds'],
  ])('is not found by an id that is %s', async (_what, id) => {
    for (const method of ['GET', 'PATCH'] as const) {
      const { status, json } = await ask(method, `${URL}/${id}`, method === 'PATCH' ? { name: 'Ada' } : undefined);
      expect([status, json.code]).toEqual([404, 'customer_not_found']);
    }
  });
});

const noLines = { line1: null, line2: null, city: null, state: null, postalCode: null, country: null };

describe('Looking for customers', () => {
  it('is by one thing, in the body', async () => {
    const { status, json } = await ask('POST', `${URL}/search`, { email: 'ada@example.com', limit: 5 });
    expect([status, json.nextCursor]).toEqual([200, null]);
    expect(json.data).toMatchObject([{ id: CUSTOMER_ID }]);
    await ask('POST', `${URL}/search`, { subject: 'user_1', cursor: 'abc' });
    expect(http.customers.queries.asked).toEqual([
      { filter: { email: 'ada@example.com' }, limit: 5, cursor: null },
      { filter: { subject: 'user_1' }, limit: 20, cursor: 'abc' },
    ]);
  });

  it.each([{}, { email: 'ada@example.com', subject: 'user_1' }, { email: 'ada' }, { subject: '' }, { limit: 0 }])(
    'is refused for %j',
    async (body) => {
      const { status, json } = await ask('POST', `${URL}/search`, body);
      expect([status, json.code]).toEqual([400, 'invalid_request']);
    },
  );

  it('goes through all of them in pages', async () => {
    expect((await ask('GET', `${URL}?limit=3&cursor=abc`)).status).toBe(200);
    expect(http.customers.queries.asked).toEqual([{ filter: {}, limit: 3, cursor: 'abc' }]);
    expect((await ask('GET', `${URL}?cursor=broken`)).json).toMatchObject({ errors: [{ field: 'cursor' }] });
    expect((await ask('GET', `${URL}?email=ada@example.com`)).status).toBe(400);
  });

  it('fails for all when one cannot be read, and names the key and whose it is', async () => {
    http.customers.queries.failure = new SealBroken(`cannot open customers.personal:${CUSTOMER_ID} (key k1): altered`);
    for (const url of [URL, `${URL}/${CUSTOMER_ID}`]) {
      const { status, json } = await ask('GET', url);
      expect([status, json.code]).toEqual([500, 'sealed_data_unreadable']);
      expect(json.detail).toContain(
        `cannot open customers.personal:${CUSTOMER_ID} (key k1): altered. Put the named key`,
      );
    }
  });
});

describe('What is said of a customer', () => {
  it.each<[string, unknown]>([
    ['email', 'ada'],
    ['email', 'ada@example'],
    ['email', 'ada lovelace@example.com'],
    ['email', 'a@b@example.com'],
    ['email', 'ada@example..com'],
    ['email', `${'a'.repeat(309)}@example.com`],
    ['email', 'ada\0@example.com'],
    ['email', 7],
    ['name', ''],
    ['name', 'a'.repeat(201)],
    ['name', 'Ada\0'],
    ['phone', '+44'],
    ['phone', 'call me'],
    ['phone', '+44 20 7946 0991 0991 0991'],
    ['phone', '+1234567890123456'],
    ['address', 'London'],
    ['address', []],
    ['address', { country: 'gb' }],
    ['address', { country: 'XX' }],
    ['address', { country: 'EU' }],
    ['address', { country: 'GBR' }],
    ['address', { line1: '' }],
    ['address', { line1: 'a'.repeat(201) }],
    ['address', { street: '1 High Street' }],
    ['metadata', { cashdesk_customer: 'cus_1' }],
    ['metadata', { seat: 7 }],
    ['metadata', Object.fromEntries(Array.from({ length: 41 }, (_, n) => [`k${String(n)}`, 'v']))],
    ['subject', ''],
    ['subject', 's'.repeat(256)],
    ['stripeCustomer', 'cus_1'],
    ['id', CUSTOMER_ID],
  ])('is refused: %s as %j', async (field, value) => {
    for (const [method, url] of [['POST', URL] as const, ['PATCH', `${URL}/${CUSTOMER_ID}`] as const]) {
      const { status, json } = await ask(method, url, { [field]: value });
      expect([status, json.code, json.errors]).toMatchObject([400, 'invalid_request', [{ field }]]);
      if (typeof value === 'string' && value.length > 5) expect(JSON.stringify(json)).not.toContain(value);
    }
    expect(http.customers.stripe.calls).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['email', "o'hara+tag@sub.example.co.uk"],
    ['email', 'ren\u00e9@ex\u00e4mple.com'],
    ['name', '\u674e \u5c0f\u9f99'],
    ['phone', '+442079460991'],
    ['phone', '(020) 7946-0991'],
    ['address', { country: 'XK' }],
    ['address', {}],
    ['metadata', {}],
  ])('is taken: %s as %j', async (field, value) => {
    expect((await ask('POST', URL, { [field]: value })).status).toBe(201);
  });
});
