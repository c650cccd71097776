import { apiKey, NOW, PAYMENT_ID } from './support/fakes';
import { HttpFixture, KEY, VALID } from './support/http-app';

let http: HttpFixture;
beforeAll(async () => {
  http = await HttpFixture.start();
});
afterAll(() => http.app.close());

const post = (body: string | Record<string, unknown> | unknown[], url = '/api/v1/payments') =>
  http.ask({
    method: 'POST',
    url,
    bearer: apiKey('finance'),
    headers: { ...KEY, 'content-type': 'application/json' },
    body,
  });

const days = (count: number) => new Date(NOW.getTime() + count * 86_400_000).toISOString();
const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${String(at)}`, 'v']));

/** [field, value, part of the reason] */
const REFUSED: [string, unknown, string][] = [
  ...[1.5, -1, 0, '1e3', 2 ** 53, null, '100', true, [], {}].map((amount): [string, unknown, string] => [
    'amount',
    amount,
    'integer of minor units',
  ]),
  ...['GBP', 'xyz', 'gb', 826, null, '', '__proto__', 'constructor'].map((currency): [string, unknown, string] => [
    'currency',
    currency,
    'ISO 4217',
  ]),
  ['reference', '', '1 to 200'],
  ['reference', 'a'.repeat(201), '1 to 200'],
  ['reference', 7, 'string'],
  ['reference', null, 'string'],
  ['reference', 'nul\0', 'NUL'],
  ['reference', 'half \ud800', 'surrogate'],
  ['purpose', 'Full', 'lower-case'],
  ['purpose', null, 'lower-case'],
  ['purpose', 'a'.repeat(51), '1 to 50'],
  ['captureMethod', 'later', 'automatic, manual'],
  ['paymentMethod', 'card_visa', 'pm_'],
  ['paymentMethod', `pm_${'a'.repeat(253)}`, '255'],
  ['confirm', true, 'needs a paymentMethod'],
  ['offSession', true, 'needs a customer'],
  ['offSession', 'true', 'true or false'],
  ['offSession', null, 'true or false'],
  ['confirm', 'true', 'true or false'],
  ['confirm', null, 'true or false'],
  ['returnUrl', 'javascript:alert(1)', 'http or https'],
  ['returnUrl', 'https://', 'http or https'],
  ['returnUrl', 'https://a b', 'http or https'],
  ['returnUrl', `https://a/${'b'.repeat(2_048)}`, '2048'],
  ['customer', '', 'cus_'],
  ['customer', 'alice', 'cus_'],
  ['customer', 'cus_81jd8x3v5ze6w9q2r4t7y8v1p0', 'cus_'],
  ['customer', { $ne: null }, 'cus_'],
  ['description', 'a'.repeat(501), '1 to 500'],
  ['description', 'nul\0', 'NUL'],
  ['metadata', null, 'object of strings'],
  ['metadata', [], 'object of strings'],
  ['metadata', many(41), 'at most 40'],
  ['metadata', { ['k'.repeat(41)]: 'v' }, '1 to 40'],
  ['metadata', { '': 'v' }, '1 to 40'],
  ['metadata', { 'a[b]': 'v' }, 'square brackets'],
  ['metadata', { cashdesk_payment: 'pay_1' }, 'cashdesk_'],
  ['metadata', { k: 1 }, 'strings as values'],
  ['metadata', { k: null }, 'strings as values'],
  ['metadata', { k: 'v'.repeat(501) }, 'at most 500'],
  ['metadata', { k: 'nul\0' }, 'NUL'],
  ['metadata', { 'nul\0': 'v' }, 'NUL'],
  ['serviceDate', '2026-02-30', 'real date'],
  ['serviceDate', '2026-13-01', 'real date'],
  ['serviceDate', '0000-01-01', 'real date'],
  ['serviceDate', '2026-2-3', 'real date'],
  ['serviceDate', '2026-12-01T00:00:00Z', 'real date'],
  ['expiresAt', '2026-06-02', 'UTC'],
  ['expiresAt', '2026-06-02T12:00:00+02:00', 'UTC'],
  ['expiresAt', '2026-06-31T12:00:00Z', 'UTC'],
  ['expiresAt', 1_780_000_000, 'UTC'],
  ['expiresAt', days(0), 'future'],
  ['expiresAt', days(-1), 'future'],
  ['expiresAt', days(30.001), '30 days'],
  ['allowAnother', 1, 'true or false'],
  // What is not the caller's to set.
  ...['status', 'capturedAmount', 'amountRefunded', 'id', 'role', 'clientSecret', 'constructor', 'toString'].map(
    (name): [string, unknown, string] => [name, 'x', 'not a property'],
  ),
];

describe('a payment to be created', () => {
  it.each(REFUSED)('is refused with %s = %j: %s', async (field, value, reason) => {
    const { status, json } = await post({ ...VALID, [field]: value });
    expect(status).toBe(400);
    expect(json).toMatchObject({
      code: 'invalid_request',
      errors: [{ field, reason: expect.stringContaining(reason) }],
    });
    expect(http.create.commands).toHaveLength(0);
  });

  it.each(['amount', 'currency', 'reference'])('is refused without %s', async (field) => {
    const { status, json } = await post(Object.fromEntries(Object.entries(VALID).filter(([name]) => name !== field)));
    expect(status).toBe(400);
    expect(json).toMatchObject({ errors: [{ field }] });
  });

  it('is refused with all its faults at once', async () => {
    const { json } = await post({ amount: -1, currency: 'no', reference: '', nonsense: 1 });
    expect((json.errors as { field: string }[]).map(({ field }) => field)).toEqual([
      'amount',
      'currency',
      'reference',
      'nonsense',
    ]);
  });

  it.each([['[]'], ['"text"'], ['5'], ['null'], ['true']])('is refused when its body is %s', async (body) => {
    const { status, json } = await post(body);
    expect([status, json.code]).toEqual([400, 'invalid_request']);
    expect(json).toMatchObject({ errors: [{ field: 'body', reason: 'must be a JSON object' }] });
  });

  it.each([
    ['{"amount": 4999,'],
    ['{"metadata": {"__proto__": "x"}}'],
    ['{"__proto__": {"amount": 1}}'],
    ['{"metadata": {"constructor": {"prototype": {}}}}'],
    ['amount=4999'],
  ])('is refused when it is %s', async (body) => {
    const { status, json } = await post(body);
    expect([status, json.code]).toEqual([400, 'malformed_json']);
    expect(JSON.stringify(json)).not.toContain('4999');
  });

  it('is refused when it is not UTF-8', async () => {
    const body = Buffer.concat([Buffer.from('{"reference":"'), Buffer.from([0xff]), Buffer.from('"}')]);
    const headers = { ...KEY, 'content-type': 'application/json' };
    const answer = await http.ask({ method: 'POST', url: '/api/v1/payments', bearer: apiKey('admin'), headers, body });
    expect([answer.status, answer.json.code]).toEqual([400, 'malformed_json']);
  });
});

describe('an Idempotency-Key', () => {
  const urls = ['', '/confirm', '/capture', '/cancel'].map(
    (verb) => `/api/v1/payments${verb && `/${PAYMENT_ID}${verb}`}`,
  );

  it.each(urls)('is required on POST %s', async (url) => {
    const body = url === urls[0] ? VALID : {};
    const { status, json } = await http.ask({ method: 'POST', url, bearer: apiKey('admin'), body });
    expect(status).toBe(400);
    expect(json).toMatchObject({ code: 'idempotency_key_required', errors: [{ field: 'Idempotency-Key' }] });
  });

  it.each([['a'.repeat(256)], ['tab\there'], ['caf\u00e9']])('is refused as %j', async (key) => {
    const headers = { 'idempotency-key': key };
    const { status, json } = await http.ask({
      method: 'POST',
      url: '/api/payments',
      bearer: apiKey('admin'),
      headers,
      body: VALID,
    });
    expect([status, json.code]).toEqual([400, 'idempotency_key_invalid']);
  });
});

describe('other bodies', () => {
  it.each([
    ['confirm', 'paymentMethod', 7],
    ['confirm', 'returnUrl', 'ftp://a'],
    ['confirm', 'amount', 5],
    ['capture', 'amount', 0],
    ['capture', 'amount', null],
    ['capture', 'amount', '5'],
    ['capture', 'currency', 'gbp'],
    ['cancel', 'reason', 'because'],
    ['cancel', 'reason', null],
  ])('are refused: %s with %s = %j', async (verb, field, value) => {
    const { status, json } = await post({ [field]: value }, `/api/v1/payments/${PAYMENT_ID}/${verb}`);
    expect(status).toBe(400);
    expect(json).toMatchObject({ code: 'invalid_request', errors: [{ field }] });
  });
});

describe('a list', () => {
  it.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=5&limit=6', 'limit'],
    ['status=paid', 'status'],
    ['currency=GBP', 'currency'],
    ['attention=1', 'attention'],
    ['createdFrom=yesterday', 'createdFrom'],
    ['createdBefore=2026-02-30T00:00:00Z', 'createdBefore'],
    ['reference=%00', 'reference'],
    ['customer=', 'customer'],
    ['customer=alice', 'customer'],
    ['cursor=%00', 'cursor'],
    ['offset=5', 'offset'],
    ['__proto__=5', '__proto__'],
  ])('is refused with ?%s', async (query, field) => {
    const { status, json } = await http.ask({ url: `/api/v1/payments?${query}`, bearer: apiKey('admin') });
    expect(status).toBe(400);
    expect(json).toMatchObject({ code: 'invalid_request', errors: [{ field }] });
  });

  it.each(['pay_1', 'pi_123', 'pay_01JD8X3V5ZE6W9Q2R4T7Y8V1P0', `${PAYMENT_ID}0`, '..%2f..', "'%20OR%201=1"])(
    'holds nothing under the id %s',
    async (id) => {
      const { status, json } = await http.ask({ url: `/api/v1/payments/${id}`, bearer: apiKey('admin') });
      expect([status, json.code]).toEqual([404, 'payment_not_found']);
    },
  );
});
