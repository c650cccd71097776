import { QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';
import { GatewayUnavailable } from '../../src/application/shared/gateway-unavailable';
import type { PaymentOutcome, PaymentProblem } from '../../src/application/payment/payment-outcome';
import { InvalidCursor } from '../../src/application/shared/page';
import { err, ok } from '../../src/domain/shared/result';
import { apiKey, PAYMENT_ID, VIEW } from './support/fakes';
import { HttpFixture, KEY, VALID } from './support/http-app';

let http: HttpFixture;
beforeAll(async () => {
  http = await HttpFixture.start();
});
afterAll(() => http.app.close());

const create = (given: object = {}, headers: Record<string, string> = {}) =>
  http.ask({
    method: 'POST',
    url: '/api/v1/payments',
    bearer: apiKey('finance'),
    headers: { ...KEY, ...headers },
    body: { ...VALID, ...given },
  });

const REFUSALS: [PaymentProblem, number, string, Record<string, unknown>][] = [
  [{ kind: 'payment_not_found' }, 404, 'payment_not_found', {}],
  [{ kind: 'customer_not_found' }, 404, 'customer_not_found', {}],
  [
    { kind: 'transition_forbidden', operation: 'capture', status: 'succeeded' },
    409,
    'transition_forbidden',
    { paymentStatus: 'succeeded', detail: expect.stringContaining('succeeded') },
  ],
  [
    { kind: 'capture_exceeds_authorization', capturable: 500 },
    400,
    'capture_exceeds_authorization',
    { capturableAmount: 500, errors: [{ field: 'amount', reason: expect.stringContaining('500') }] },
  ],
  [
    { kind: 'payment_expired', expiresAt: new Date(0) },
    409,
    'payment_expired',
    { expiresAt: '1970-01-01T00:00:00.000Z' },
  ],
  [{ kind: 'not_at_stripe' }, 409, 'payment_not_at_stripe', {}],
  [{ kind: 'reference_taken', paymentId: PAYMENT_ID }, 409, 'reference_taken', { paymentId: PAYMENT_ID }],
  [{ kind: 'attempt_in_progress', paymentId: PAYMENT_ID }, 409, 'attempt_in_progress', { paymentId: PAYMENT_ID }],
  [
    { kind: 'amount_refused', reason: 'must end in 0 in kwd' },
    400,
    'amount_refused',
    { errors: [{ field: 'amount', reason: 'must end in 0 in kwd' }] },
  ],
  [{ kind: 'idempotency_key_reused' }, 409, 'idempotency_key_reused', {}],
  [{ kind: 'in_progress' }, 409, 'in_progress', {}],
];

it.each(REFUSALS)('a refusal %j is %d %s', async (problem, status, code, members) => {
  http.create.result = err(problem);
  const answer = await create();
  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(answer.json).toMatchObject({ code, status, requestId: answer.headers['x-request-id'], ...members });
});

const failure = (code: string, declineCode: string | null) => ({
  code,
  declineCode,
  message: 'Your card was declined.',
});
const declined = (code: string, declineCode: string | null): PaymentOutcome => {
  const shown = failure(code, declineCode);
  return { kind: 'declined', failure: shown, payment: { ...VIEW, failure: shown } };
};
const rejected = (code: string): PaymentOutcome => ({ kind: 'rejected', code, message: 'No.', payment: VIEW });

const OUTCOMES: [string, PaymentOutcome, number, string, Record<string, unknown>][] = [
  ['declined', declined('card_declined', 'stolen_card'), 402, 'card_declined', { declineCode: 'stolen_card' }],
  ['declined', declined('expired_card', null), 402, 'expired_card', { declineCode: null, stripeCode: 'expired_card' }],
  ['declined in new words', declined('brand_new', null), 402, 'payment_declined', { stripeCode: 'brand_new' }],
  ['declined in odd words', declined('constructor', null), 402, 'payment_declined', { stripeCode: 'constructor' }],
  ['rejected', rejected('parameter_missing'), 422, 'rejected_by_stripe', { stripeCode: 'parameter_missing' }],
  ['in another state', rejected('payment_intent_unexpected_state'), 409, 'payment_intent_unexpected_state', {}],
  ['captured', rejected('charge_already_captured'), 409, 'payment_intent_unexpected_state', {}],
  ['overtaken', rejected('overtaken'), 409, 'overtaken', { paymentStatus: VIEW.status }],
  ['without effect', rejected('no_effect'), 409, 'no_effect', {}],
];

it.each(OUTCOMES)('a request that was %s says so, with the payment', async (_how, outcome, status, code, members) => {
  http.create.result = ok(outcome);
  const answer = await create();
  expect(answer.status).toBe(status);
  expect(answer.json).toMatchObject({ code, paymentId: PAYMENT_ID, payment: { id: PAYMENT_ID }, ...members });
});

it("Stripe's words are told to staff", async () => {
  http.create.result = ok(rejected('parameter_missing'));
  expect((await create()).json.detail).toContain('Stripe answered parameter_missing: No.');
  http.create.result = ok(declined('card_declined', null));
  expect((await create()).json.detail).toContain('Your card was declined. It stays open');
});

it('what is in doubt is neither done nor failed', async () => {
  http.create.result = ok({ kind: 'in_doubt', payment: { ...VIEW, status: 'unknown' } });
  const { status, json } = await create();
  expect([status, json.status, json.clientSecret]).toEqual([202, 'unknown', null]);
});

it('what never reached Stripe may be sent again', async () => {
  http.create.result = ok({ kind: 'unreachable', payment: VIEW });
  const { status, json, headers } = await create();
  expect([status, json.code, headers['retry-after']]).toEqual([503, 'stripe_unreachable', '5']);
});

it('what was not sent says when another try has a chance', async () => {
  http.create.result = ok({ kind: 'unreachable', payment: VIEW, retryAfter: 17 });
  expect((await create()).headers['retry-after']).toBe('17');
  http.create.result = err({ kind: 'stripe_away', retryAfter: 4 });
  const { status, json, headers } = await create();
  expect([status, json.code, headers['retry-after'], json.paymentId]).toEqual([
    503,
    'stripe_unreachable',
    '4',
    undefined,
  ]);
});

it('what was accepted for later says so', async () => {
  http.create.result = ok({ kind: 'unreachable', payment: VIEW, deferred: true });
  const { status, json, headers } = await create();
  expect([status, json.id, headers['preference-applied']]).toEqual([202, PAYMENT_ID, 'respond-async']);
});

it.each([
  ['respond-async', {}, true],
  ['wait=10, Respond-Async', {}, true],
  ['respond-async', { confirm: true, paymentMethod: 'pm_card_visa' }, false],
  ['handling=lenient', {}, false],
  [undefined, {}, false],
])('Prefer: %s with %j asks for later: %s', async (prefer, given, deferrable) => {
  http.create.result = ok({ kind: 'done', payment: VIEW });
  const headers: Record<string, string> = prefer === undefined ? {} : { prefer };
  const answer = await create(given, headers);
  expect([answer.status, answer.headers['preference-applied']]).toEqual([201, undefined]);
  expect(http.create.commands.at(-1)).toMatchObject({ deferrable });
});

describe('what nobody expected', () => {
  const secret = 'pi_1_secret_of_somebody';
  const get = () => http.ask({ url: `/api/v1/payments/${PAYMENT_ID}`, bearer: apiKey('admin') });
  afterEach(() => {
    http.queries.failure = null;
  });

  it('is a 500 that tells nothing but the id of the request', async () => {
    http.queries.failure = new Error(secret);
    const { status, json, text, headers } = await get();
    expect([status, json.code, json.requestId]).toEqual([500, 'internal_error', headers['x-request-id']]);
    expect(text).not.toContain(secret);
  });

  const wrapped = (code: string) => Object.assign(new Error('query failed'), { driverError: { code } });
  it.each([
    ['a refused connection', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })],
    ['a missing socket', Object.assign(new Error('connect'), { code: 'ENOENT', syscall: 'connect' })],
    ['a full pool', new Error('timeout exceeded when trying to connect')],
    ['a cut connection', new Error('Connection terminated unexpectedly')],
    ['no answer in time', new Error('Query read timeout')],
    ['a closed connection', new Error('Client was closed and is not queryable')],
    ['a connection that broke within a transaction', new QueryRunnerAlreadyReleasedError()],
    ['a connection that broke before the next statement', new QueryRunnerProviderAlreadyReleasedError()],
    ['a stopped server', wrapped('57P01')],
    ['too many connections', wrapped('53300')],
    ['a deadlock', wrapped('40P01')],
    ['an error within an error', new Error('outer', { cause: wrapped('08006') })],
  ])('%s is a 503 of the database', async (_what, error) => {
    http.queries.failure = error;
    const { status, json, headers } = await get();
    expect([status, json.code, headers['retry-after']]).toEqual([503, 'database_unavailable', '2']);
  });

  it.each([
    ['a missing file', Object.assign(new Error('open'), { code: 'ENOENT', syscall: 'open' })],
    ['a broken constraint', wrapped('23505')],
  ])('%s is not', async (_what, error) => {
    http.queries.failure = error;
    expect((await get()).status).toBe(500);
  });

  it('of Stripe is a 503 of Stripe', async () => {
    http.queries.failure = new GatewayUnavailable('no answer');
    expect((await get()).json.code).toBe('stripe_unreachable');
  });

  it('in a cursor is a 400', async () => {
    http.queries.failure = new InvalidCursor('bad');
    const { status, json } = await http.ask({ url: '/api/v1/payments?cursor=x', bearer: apiKey('admin') });
    expect(status).toBe(400);
    expect(json).toMatchObject({ code: 'invalid_request', errors: [{ field: 'cursor' }] });
  });
});
