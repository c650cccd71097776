import type { RefundProblem } from '../../src/application/refund/refund-problem';
import { err, ok } from '../../src/domain/shared/result';
import { ALL } from '../support/refund-samples';
import { PAYMENT_ID } from './support/fakes';
import { HttpFixture, KEY } from './support/http-app';
import { REFUND_ID, refundHere } from './support/refund-fakes';

const URL = '/api/v1/refunds';
const ONE = `${URL}/${REFUND_ID}`;

let http: HttpFixture;
beforeEach(async () => {
  http = await HttpFixture.start();
});
afterEach(() => http.app.close());

const post = (url: string, body: Record<string, unknown> = {}, bearer = 'support/sue', headers: object = KEY) =>
  http.ask({ method: 'POST', url, bearer, headers: { ...headers }, body });
const request = (body: Record<string, unknown> = {}, headers?: object) =>
  post(URL, { paymentId: PAYMENT_ID, ...body }, 'support/sue', headers);

describe('A request', () => {
  it('is passed on with who asks, and answered with the refund as it is', async () => {
    const body = { amount: 1_000, currency: 'gbp', reason: 'illness', note: 'Ada is ill' };
    const { status, json } = await request(body);
    expect([status, json.id, json.status, json.amount]).toEqual([201, REFUND_ID, 'succeeded', 1_000]);
    expect(json.decision).toEqual({
      policy: 'everything',
      version: 'built-in-1',
      rule: 'everything',
      maximum: 4_999,
      sentence: ALL.sentence,
    });
    expect(http.refunding.request.commands).toMatchObject([
      { paymentId: PAYMENT_ID, ...body, role: 'support', by: 'sub:sue', idempotency: { route: 'POST /refunds' } },
    ]);
  });

  it('asks for all that comes back, for the ordinary reason, when nothing more is said', async () => {
    await request();
    expect(http.refunding.request.commands).toMatchObject([
      { amount: null, currency: null, reason: 'requested_by_customer', note: null },
    ]);
  });

  it.each([
    ['approved', 202],
    ['executing', 202],
    ['unknown', 202],
    ['requested', 201],
    ['pending', 201],
    ['requires_action', 201],
    ['succeeded', 201],
  ] as const)('that is %s is answered by %d', async (status, expected) => {
    http.refunding.request.result = ok(refundHere({ status }));
    expect((await request()).status).toBe(expected);
  });

  it('that Stripe refused is a conflict with the reason and the id, while one that failed later is shown', async () => {
    const failure = { code: 'charge_disputed', message: 'Charge ch_1 has been charged back' };
    http.refunding.request.result = ok(refundHere({ status: 'failed', stripeRefund: null, failure }));
    const { status, json } = await request();
    expect([status, json.code, json.refundId, json.stripeCode]).toEqual([
      409,
      'refund_refused',
      REFUND_ID,
      'charge_disputed',
    ]);
    expect(json.detail).toContain('Charge ch_1 has been charged back.');
    http.refunding.request.result = ok(refundHere({ status: 'failed', failure: { ...failure, message: null } }));
    expect((await request()).json).toMatchObject({ status: 'failed', failure: { code: 'charge_disputed' } });
  });

  it.each<[number, string, RefundProblem]>([
    [404, 'payment_not_found', { kind: 'payment_not_found' }],
    [409, 'payment_not_refundable', { kind: 'payment_not_refundable', status: 'authorized' }],
    [409, 'charge_disputed', { kind: 'charge_disputed', disputeId: 'du_1' }],
    [409, 'refund_exceeds_rest', { kind: 'refund_exceeds_rest', left: 300, currency: 'gbp' }],
    [422, 'refund_forbidden', { kind: 'refund_forbidden', decision: { ...ALL, rule: 'nothing_after' } }],
    [400, 'invalid_request', { kind: 'reason_unknown', reasons: ['duplicate'] }],
    [403, 'reason_reserved', { kind: 'reason_reserved', reason: 'illness', roles: ['admin'] }],
    [403, 'above_limit', { kind: 'above_limit', limit: 500, currency: 'gbp' }],
    [400, 'amount_refused', { kind: 'amount_refused', reason: 'Stripe takes KWD only in multiples of 10.' }],
    [400, 'invalid_request', { kind: 'currency_differs', currency: 'gbp' }],
    [409, 'idempotency_key_reused', { kind: 'idempotency_key_reused' }],
  ])('is answered by %d %s where the use case says so', async (status, code, problem) => {
    http.refunding.request.result = err(problem);
    const answer = await request();
    expect([answer.status, answer.json.code]).toEqual([status, code]);
    if ('left' in problem) expect(answer.json.left).toBe(300);
    if ('decision' in problem) expect(answer.json.rule).toBe('nothing_after');
  });

  it.each([
    ['amount', 0],
    ['amount', -1],
    ['amount', 1.5],
    ['amount', '1000'],
    ['amount', 2 ** 53],
    ['currency', 'GBP'],
    ['currency', 'xyz'],
    ['reason', 'Because!'],
    ['note', ''],
    ['note', 'x'.repeat(1_001)],
    ['paymentId', 'pay_1'],
    ['status', 'succeeded'],
    ['requestedBy', 'sub:fred'],
    ['stripeRefund', 're_1'],
  ])('with %s %p is refused, and nothing is asked', async (field, value) => {
    const { status, json } = await request({ [field]: value });
    expect([status, (json.errors as { field: string }[])[0]?.field]).toEqual([400, field]);
    expect(http.refunding.request.commands).toEqual([]);
  });

  it('needs a key', async () => {
    expect((await request({}, {})).json.code).toBe('idempotency_key_required');
  });
});

describe('A decision', () => {
  it.each(['approve', 'reject', 'withdraw'] as const)('to %s is passed on with who decides and why', async (what) => {
    const { status } = await post(`${ONE}/${what}`, { note: 'seen' }, 'finance/fred');
    expect(status).toBe(200);
    const { commands } = http.refunding[what];
    expect(commands).toMatchObject([{ refundId: REFUND_ID, note: 'seen', role: 'finance', by: 'sub:fred' }]);
    expect(commands[0]?.idempotency.route).toBe(`POST /refunds/{id}/${what}`);
  });

  it('to approve is under way while what came of it is not known', async () => {
    http.refunding.approve.result = ok(refundHere({ status: 'unknown' }));
    expect((await post(`${ONE}/approve`)).status).toBe(202);
  });

  it.each<[number, string, RefundProblem]>([
    [404, 'refund_not_found', { kind: 'refund_not_found' }],
    [403, 'second_person_needed', { kind: 'second_person_needed' }],
    [403, 'refund_not_yours', { kind: 'not_yours_to_withdraw' }],
    [403, 'above_limit', { kind: 'above_limit', limit: 500, currency: 'gbp' }],
    [409, 'refund_state_forbids', { kind: 'refund_state_forbids', refundId: REFUND_ID, status: 'rejected' }],
  ])('is answered by %d %s where the use case says so', async (status, code, problem) => {
    http.refunding.approve.result = err(problem);
    const answer = await post(`${ONE}/approve`);
    expect([answer.status, answer.json.code]).toEqual([status, code]);
  });

  it('about what cannot be a refund finds none', async () => {
    expect((await post(`${URL}/ref_1/approve`)).json.code).toBe('refund_not_found');
    expect(http.refunding.approve.commands).toEqual([]);
  });
});

describe('Refunds', () => {
  it('are listed by status, payment and need of a person, page by page', async () => {
    const query = `status=requested&paymentId=${PAYMENT_ID}&attention=true&limit=5&cursor=abc`;
    const { json } = await http.ask({ url: `${URL}?${query}`, bearer: 'support/sue' });
    expect(json).toMatchObject({ data: [{ id: REFUND_ID }], nextCursor: 'more' });
    const filter = { status: 'requested', paymentId: PAYMENT_ID, attention: true };
    expect(http.refunding.queries.asked).toEqual([{ filter, limit: 5, cursor: 'abc' }]);
  });

  it.each(['status=done', 'paymentId=pay_1', 'attention=yes', 'limit=0', 'customer=cus_1'])(
    'are not listed by %s',
    async (query) => {
      expect((await http.ask({ url: `${URL}?${query}`, bearer: 'support/sue' })).status).toBe(400);
    },
  );

  it('are shown one by one with what happened to them', async () => {
    const { status, json } = await http.ask({ url: ONE, bearer: 'support/sue' });
    expect(status).toBe(200);
    expect(json).toMatchObject({ id: REFUND_ID, note: 'Ada is ill', timeline: [{ what: 'refund.requested' }] });
    expect((await http.ask({ url: ONE.replace(/0$/, '1'), bearer: 'support/sue' })).status).toBe(404);
  });
});
