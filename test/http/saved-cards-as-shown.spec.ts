import { apiKey, CUSTOMER_ID } from './support/fakes';
import { HttpFixture } from './support/http-app';

const SETUPS = `/api/v1/customers/${CUSTOMER_ID}/setups`;
const METHODS = `/api/v1/customers/${CUSTOMER_ID}/payment-methods`;
const CONSENT = { textVersion: 'cards-3', at: '2026-06-01T11:59:00Z', address: '192.0.2.17' };
const SAVE = { consent: CONSENT, paymentMethod: 'pm_1', confirm: true };

let http: HttpFixture;
beforeEach(async () => {
  http = await HttpFixture.start();
});
afterEach(() => http.app.close());

const admin = apiKey('admin');
const save = (body: object = {}, bearer = admin, key?: string) =>
  http.ask({
    method: 'POST',
    url: SETUPS,
    bearer,
    body: { ...SAVE, ...body },
    ...(key === undefined ? {} : { headers: { 'idempotency-key': key } }),
  });

describe('Saving a card', () => {
  it('shows what became of it, with the consent but not its address', async () => {
    const { status, json, text } = await save();
    expect(status).toBe(201);
    expect(json).toMatchObject({
      customer: CUSTOMER_ID,
      status: 'succeeded',
      usage: 'off_session',
      paymentMethod: 'pm_1',
      consent: { textVersion: 'cards-3', at: '2026-06-01T11:59:00.000Z' },
      clientSecret: null,
      failure: null,
    });
    expect(text).not.toContain('192.0.2.17');
  });

  it('gives the client secret to the backend alone, and never to people', async () => {
    const { json } = await save({ paymentMethod: null, confirm: false });
    expect(json.clientSecret).toMatch(/_secret_/);
    const url = `${SETUPS}/${String(json.id)}`;
    expect((await http.ask({ url, bearer: admin })).json).toEqual(json);
    for (const bearer of ['admin', 'finance/fred', 'support/sue', apiKey('support')]) {
      const shown = await http.ask({ url, bearer });
      expect(shown.status).toBe(200);
      expect(shown.json.clientSecret).toBeNull();
    }
  });

  it('that the bank declines is 402 with its reason, and without Stripe’s words', async () => {
    const { status, json } = await save({ paymentMethod: 'pm_declined' });
    expect([status, json.code]).toEqual([402, 'card_declined']);
    expect(json).toMatchObject({ declineCode: 'insufficient_funds', setup: { status: 'requires_payment_method' } });
  });

  it('of which nothing is known yet is 202, and the same key asks again', async () => {
    http.customers.cards.strike('lost_after');
    const first = await save({}, admin, 'k');
    expect([first.status, first.json.status]).toEqual([202, 'unknown']);
    const again = await save({}, admin, 'k');
    expect([again.status, again.json.status, again.json.id]).toEqual([201, 'succeeded', first.json.id]);
  });

  it('with a method that Stripe has not is 404', async () => {
    http.customers.cards.strike('invalid');
    const { status, json } = await save();
    expect([status, json.code]).toEqual([404, 'payment_method_not_found']);
  });

  it('while Stripe is away is 503', async () => {
    http.customers.stripe.strike('away');
    const { status, json, headers } = await save();
    expect([status, json.code, headers['retry-after']]).toEqual([503, 'stripe_unreachable', '5']);
  });

  it('of a customer whom Stripe refuses names what to correct', async () => {
    http.customers.stripe.strike({ code: 'email_invalid', field: 'email' });
    expect((await save()).json).toMatchObject({
      code: 'customer_refused',
      stripeCode: 'email_invalid',
      errors: [{ field: 'email' }],
    });
  });

  it.each<[string, unknown]>([
    ['none', undefined],
    ['no object', 'yes'],
    ['no version of the text', { at: CONSENT.at }],
    ['an empty version', { textVersion: '' }],
    ['a day that does not exist', { textVersion: 'a', at: '2026-02-30T00:00:00Z' }],
    ['a time to come', { textVersion: 'a', at: '2027-06-01T00:00:00Z' }],
    ['an address that is none', { textVersion: 'a', address: 'home' }],
    ['something else as well', { textVersion: 'a', given: true }],
  ])('needs a consent, which %s is not', async (_what, consent) => {
    const { status, json } = await save({ consent });
    expect([status, json.code]).toEqual([400, 'invalid_request']);
    expect(json.errors).toMatchObject([{ field: 'consent' }]);
    expect(http.customers.store.tables.setups.size).toBe(0);
  });
});

describe('A saved card', () => {
  beforeEach(async () => {
    await save();
  });

  it('is shown with what tells it from others', async () => {
    const { json } = await http.ask({ url: METHODS, bearer: apiKey('support') });
    expect(json.data).toMatchObject([
      {
        id: 'pm_1',
        customer: CUSTOMER_ID,
        status: 'saved',
        brand: 'visa',
        last4: '4242',
        expiry: { year: 2030, month: 7 },
        expiresSoon: false,
        default: true,
        consent: { textVersion: 'cards-3' },
      },
    ]);
  });

  it('is made the default, as often as that is asked', async () => {
    await save({ paymentMethod: 'pm_2' });
    for (let time = 0; time < 2; time++) {
      const { status, json } = await http.ask({ method: 'POST', url: `${METHODS}/pm_2/default`, bearer: admin });
      expect([status, json.id, json.default]).toEqual([200, 'pm_2', true]);
    }
  });

  it('is detached, and that is said again when it is asked again', async () => {
    for (let time = 0; time < 2; time++) {
      const { status, json } = await http.ask({ method: 'DELETE', url: `${METHODS}/pm_1`, bearer: admin });
      expect([status, json.status]).toEqual([200, 'detached']);
    }
    expect((await http.ask({ url: METHODS, bearer: admin })).json).toEqual({ data: [] });
    const { json } = await http.ask({ method: 'POST', url: `${METHODS}/pm_1/default`, bearer: admin });
    expect(json.code).toBe('payment_method_detached');
  });

  it('whose detachment is not known is 202', async () => {
    http.customers.cards.strike('lost_before');
    const { status, json } = await http.ask({ method: 'DELETE', url: `${METHODS}/pm_1`, bearer: admin });
    expect([status, json.status]).toEqual([202, 'detaching']);
  });

  it('that a live subscription is charged to is 409, with its id', async () => {
    http.customers.cards.subscriptions.set('pm_1', ['sub_1']);
    const { status, json } = await http.ask({ method: 'DELETE', url: `${METHODS}/pm_1`, bearer: admin });
    expect([status, json.code, json.subscriptions]).toEqual([409, 'payment_method_in_use', ['sub_1']]);
  });

  it('cannot be detached while Stripe does not say what is charged to it', async () => {
    http.customers.cards.unavailable = true;
    const { status, json } = await http.ask({ method: 'DELETE', url: `${METHODS}/pm_1`, bearer: admin });
    expect([status, json.code]).toEqual([503, 'stripe_unreachable']);
  });

  it.each([
    ['DELETE', ''],
    ['POST', '/default'],
  ] as const)('of another customer is 404 for a %s, as one that nobody has', async (method, path) => {
    const other = await http.customers.stored();
    const answers = [`/api/v1/customers/${CUSTOMER_ID}/payment-methods/pm_none${path}`];
    for (const url of answers) {
      const { status, json } = await http.ask({ method, url, bearer: admin });
      expect([status, json.code]).toEqual([404, 'payment_method_not_found']);
    }
    expect(await http.customers.detach.execute(other, 'pm_1', 'test')).toMatchObject({
      ok: false,
      error: { kind: 'payment_method_not_found' },
    });
  });

  it.each(['0', '367', 'x', '-1', '1.5'])('cannot be asked for by %j days', async (days) => {
    const url = `/api/v1/payment-methods/expiring?withinDays=${days}`;
    expect((await http.ask({ url, bearer: admin })).json.code).toBe('invalid_request');
  });
});
