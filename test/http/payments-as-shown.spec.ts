import type { PaymentView } from '../../src/application/payment/payment-view';
import { ok } from '../../src/domain/shared/result';
import { apiKey, CLIENT_SECRET, REDIRECT_URL, NOW, PAYMENT_ID, VIEW } from './support/fakes';
import { HttpFixture, VALID } from './support/http-app';

let http: HttpFixture;
beforeEach(async () => {
  http = await HttpFixture.start();
});
afterEach(() => http.app.close());

const ONE = `/api/v1/payments/${PAYMENT_ID}`;
const OWN = `/api/v1/billing/payments/${PAYMENT_ID}`;
const get = async (bearer: string, view: Partial<PaymentView> = {}) => {
  http.queries.view = { ...VIEW, ...view };
  const url = bearer.startsWith('customer') ? OWN : ONE;
  return (await http.ask({ url, bearer })).json;
};
const post = (url: string, body: Record<string, unknown> = {}, key = 'key-1', bearer = apiKey('finance')) =>
  http.ask({ method: 'POST', url, bearer, headers: { 'idempotency-key': key }, body });

describe('the client secret', () => {
  it.each([
    ['an API key that takes payments', apiKey('finance'), CLIENT_SECRET],
    ['an API key of support', apiKey('support'), null],
    ['the customer', 'customer/alice', CLIENT_SECRET],
    ['a staff token', 'admin/ada', null],
    ['a staff token of the same name', 'admin/alice', null],
  ])('as seen by %s', async (_who, bearer, expected) => {
    expect((await get(bearer)).clientSecret).toBe(expected);
  });

  it.each(['processing', 'authorized', 'succeeded', 'canceled', 'failed', 'unknown'] as const)(
    'is gone once the payment is %s',
    async (status) => {
      expect((await get(apiKey('admin'), { status })).clientSecret).toBeNull();
    },
  );

  it('stands in the answers to create and confirm, not to capture and cancel, and in no list', async () => {
    expect((await post('/api/v1/payments', VALID)).json.clientSecret).toBe(CLIENT_SECRET);
    expect((await post(`${ONE}/confirm`)).json.clientSecret).toBe(CLIENT_SECRET);
    expect((await post(`${ONE}/capture`)).text).not.toContain(CLIENT_SECRET);
    expect((await post(`${ONE}/cancel`)).text).not.toContain(CLIENT_SECRET);
    expect((await http.ask({ url: '/api/v1/payments', bearer: apiKey('admin') })).text).not.toContain(CLIENT_SECRET);
  });

  it('does not hide in the address of the challenge', async () => {
    const view = { status: 'requires_action', nextAction: { type: 'redirect_to_url' } } as const;
    const shown = { type: 'redirect_to_url', redirectUrl: REDIRECT_URL };
    expect((await get('customer/alice', view)).nextAction).toEqual(shown);
    expect((await get('admin/ada', view)).nextAction).toEqual({ type: 'redirect_to_url', redirectUrl: null });
    const list = await http.ask({ url: '/api/v1/payments', bearer: apiKey('admin') });
    expect(list.text).not.toContain(CLIENT_SECRET);
  });
});

describe('a customer', () => {
  it.each([
    ['stolen_card', 'generic_decline'],
    ['lost_card', 'generic_decline'],
    ['fraudulent', 'generic_decline'],
    ['pickup_card', 'generic_decline'],
    ['merchant_blacklist', 'generic_decline'],
    ['insufficient_funds', 'insufficient_funds'],
    [null, null],
  ])('is told of %s as %s, and nothing in the words of Stripe', async (declineCode, shown) => {
    const failure = { code: 'card_declined', declineCode, message: 'Your card was reported stolen.' };
    expect((await get('customer/alice', { failure })).failure).toEqual({
      code: 'card_declined',
      declineCode: shown,
      message: null,
    });
    expect((await get('support/sue', { failure })).failure).toEqual(failure);
  });

  it('is told neither of attention nor of suspicion', async () => {
    const view = { attention: 'Look at it.', status: 'canceled', cancellationReason: 'fraudulent' } as const;
    const seen = await get('customer/alice', view);
    expect(seen).not.toHaveProperty('attention');
    expect(seen.cancellationReason).toBeNull();
    expect(await get('support/sue', view)).toMatchObject({
      attention: 'Look at it.',
      cancellationReason: 'fraudulent',
    });
  });
});

describe('what to ask the customer for', () => {
  const failed = (code: string, declineCode: string | null) => ({ failure: { code, declineCode, message: 'No.' } });

  it.each([
    ['requires_payment_method', {}, 'choose_payment_method'],
    ['requires_payment_method', failed('card_declined', 'insufficient_funds'), 'choose_payment_method'],
    ['requires_payment_method', failed('authentication_required', null), 'authenticate'],
    ['requires_payment_method', failed('card_declined', 'authentication_required'), 'authenticate'],
    ['requires_confirmation', {}, 'confirm'],
    ['requires_action', {}, 'authenticate'],
    ['processing', {}, null],
    ['authorized', {}, null],
    ['succeeded', {}, null],
    ['canceled', {}, null],
    ['failed', failed('authentication_required', null), null],
    ['unknown', failed('authentication_required', null), null],
  ] as const)('about one that is %s with %j is %s', async (status, view, action) => {
    expect((await get('support/sue', { status, ...view })).customerAction).toBe(action);
    expect((await get('customer/alice', { status, ...view })).customerAction).toBe(action);
  });
});

describe('a request', () => {
  it('is handed on with its defaults', async () => {
    await post('/api/v1/payments', VALID);
    const [command] = http.create.commands;
    expect({ ...command, idempotency: undefined }).toEqual({
      deferrable: false,
      terms: {
        money: expect.objectContaining({ amount: 4999, currency: 'gbp' }),
        captureMethod: 'automatic',
        reference: 'booking_123',
        purpose: 'full',
        allowAnother: false,
        customer: null,
        description: null,
        metadata: {},
        serviceDate: null,
      },
      expiresAt: null,
      paymentMethod: null,
      confirm: false,
      returnUrl: null,
      offSession: false,
      idempotency: undefined,
    });
  });

  it('is handed on with all that it says', async () => {
    const full = {
      ...VALID,
      amount: 2 ** 53 - 1,
      purpose: 'deposit',
      captureMethod: 'manual',
      paymentMethod: 'pm_card_visa',
      confirm: true,
      returnUrl: 'https://shop.example/back?x=1',
      customer: 'cus_01jd8x3v5ze6w9q2r4t7y8v1p0',
      description: 'Straße 🐎',
      metadata: { toString: 'fine', constructor: 'fine' },
      serviceDate: '2028-02-29',
      expiresAt: '2026-06-02T12:00:00Z',
      allowAnother: true,
    };
    expect((await post('/api/v1/payments', full)).status).toBe(201);
    expect(http.create.commands[0]).toMatchObject({
      terms: { purpose: 'deposit', captureMethod: 'manual', metadata: full.metadata, serviceDate: '2028-02-29' },
      expiresAt: new Date('2026-06-02T12:00:00Z'),
      confirm: true,
      paymentMethod: 'pm_card_visa',
      returnUrl: full.returnUrl,
    });
  });

  it('has one fingerprint however it is written, and another when it asks for something else', async () => {
    const { amount, currency, reference } = VALID;
    await post('/api/v1/payments', { amount, currency, reference, metadata: { a: '1', b: '2' } });
    await post('/api/v1/payments', { metadata: { b: '2', a: '1' }, purpose: 'full', reference, currency, amount });
    await post('/api/v1/payments', { amount, currency, reference, metadata: { a: '1', b: '3' } });
    await post('/api/v1/payments', { amount: amount + 1, currency, reference });
    const [one, same, ...others] = http.create.commands.map(({ idempotency }) => idempotency);
    expect(one).toEqual({
      principal: expect.stringMatching(/^key:key_/),
      route: 'POST /payments',
      key: 'key-1',
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(same).toEqual(one);
    expect(new Set([one, ...others].map((scope) => scope?.fingerprint)).size).toBe(3);
  });

  it('has the fingerprint of its payment too', async () => {
    await post(`${ONE}/capture`, { amount: 5 });
    await post(`${ONE.replace(/0$/, '1')}/capture`, { amount: 5 });
    const [one, other] = http.capture.commands.map(({ idempotency }) => idempotency);
    expect(one?.route).toBe('POST /payments/{id}/capture');
    expect(one?.fingerprint).not.toBe(other?.fingerprint);
  });

  it('that is repeated after the expiry that it asked for gets its first answer', async () => {
    const body = { ...VALID, expiresAt: new Date(NOW.getTime() - 1).toISOString() };
    expect((await post('/api/v1/payments', body)).status).toBe(400);
    http.records.record = {
      fingerprint: '',
      state: 'done',
      leased: false,
      resource: '',
      attemptId: null,
      outcome: null,
    };
    expect((await post('/api/v1/payments', body)).status).toBe(201);
  });

  it('gets the same bytes again, in whatever order the kept answer has its keys', async () => {
    const kept = Object.fromEntries(Object.entries(VIEW).reverse()) as unknown as PaymentView;
    const first = await post('/api/v1/payments', VALID);
    http.create.result = ok({ kind: 'done', payment: { ...kept, metadata: { a: '1', b: '2' } } });
    const again = await post('/api/v1/payments', VALID);
    expect([again.status, again.text]).toEqual([first.status, first.text]);
  });
});

describe('a list', () => {
  it('is asked for with values of their types', async () => {
    const query =
      'status=unknown&reference=r&customer=cus_01jd8x3v5ze6w9q2r4t7y8v1p0&currency=gbp&attention=false&limit=100&cursor=abc';
    const times = 'createdFrom=2026-01-01T00:00:00Z&createdBefore=2026-02-01T00:00:00.5Z';
    const { status } = await http.ask({ url: `/api/v1/payments?${query}&${times}`, bearer: 'support/sue' });
    expect(status).toBe(200);
    expect(http.queries.asked).toEqual([
      {
        filter: {
          status: 'unknown',
          reference: 'r',
          customer: 'cus_01jd8x3v5ze6w9q2r4t7y8v1p0',
          currency: 'gbp',
          attention: false,
          createdFrom: new Date('2026-01-01T00:00:00Z'),
          createdBefore: new Date('2026-02-01T00:00:00.500Z'),
        },
        limit: 100,
        cursor: 'abc',
      },
    ]);
  });

  it('has 20 payments unless told otherwise', async () => {
    await http.ask({ url: '/api/v1/payments', bearer: 'support/sue' });
    expect(http.queries.asked).toEqual([{ filter: {}, limit: 20, cursor: null }]);
  });
});

it('a timeline is empty for nobody: a payment that is not there is a 404', async () => {
  const url = `${ONE.replace(/0$/, '1')}/timeline`;
  expect((await http.ask({ url, bearer: 'support/sue' })).status).toBe(404);
  expect((await http.ask({ url: `${ONE}/timeline`, bearer: 'support/sue' })).json.data).toHaveLength(1);
});
