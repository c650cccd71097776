import type { Principal } from '../../src/application/access/principal';
import { disputed, disputeOf } from '../support/dispute-samples';
import { after, DAY } from '../support/samples';
import { apiKey, BOB, PAYMENT_ID, VIEW } from './support/fakes';
import { HttpFixture } from './support/http-app';

const STAFF = '/api/v1/refunds/quote';
const OWN = '/api/v1/billing/refunds/quote';

let http: HttpFixture;
beforeEach(async () => {
  http = await HttpFixture.start();
});
afterEach(() => http.app.close());

const quote = (body: object = {}, role: Exclude<Principal['role'], 'customer'> = 'support') =>
  http.ask({ method: 'POST', url: STAFF, bearer: apiKey(role), body: { paymentId: PAYMENT_ID, ...body } });
const quoteOwn = (body: object = {}, who = 'alice') =>
  http.ask({ method: 'POST', url: OWN, bearer: `customer/${who}`, body: { paymentId: PAYMENT_ID, ...body } });

const SENTENCE =
  '100.00 GBP of 100.00 GBP comes back: all until 6 December 2026 (Europe/Madrid), 14 days before the service.';

describe('A quote', () => {
  it('shows what would come back, the rule that decided, and a sentence for a person', async () => {
    const { status, json } = await quote();
    expect(status).toBe(200);
    expect(json).toEqual({
      paymentId: PAYMENT_ID,
      amount: 10_000,
      maximum: 10_000,
      currency: 'gbp',
      reason: 'requested_by_customer',
      rule: 'all_until_14_days_before',
      policy: 'training',
      version: 'training-1',
      sentence: SENTENCE,
      lastDay: '2026-12-06',
      timeZone: 'Europe/Madrid',
      approval: { needed: false, because: null, limit: null },
      parts: { paid: 10_000, nonRefundable: 0, share: 0, fee: 0, given: 10_000, taken: 0, left: 10_000 },
    });
  });

  it('of a part tells who may give it alone', async () => {
    http.refunds.has({ id: PAYMENT_ID, captured: 50_000 });
    const { json } = await quote({ amount: 20_001, currency: 'gbp' });
    expect(json).toMatchObject({ amount: 20_001, maximum: 50_000 });
    expect(json.approval).toEqual({ needed: true, because: 'at_once', limit: 20_000 });
    expect((await quote({ amount: 20_001 }, 'finance')).json.approval).toMatchObject({ needed: false });
  });

  it('of nothing is an answer too: nothing, and why', async () => {
    http.refunds.clock.move(29 * DAY);
    const { status, json } = await quote();
    expect([status, json.amount, json.rule]).toEqual([200, 0, 'nothing_after']);
    expect(json.sentence).toBe('Nothing comes back in the last week before the training on 20 December 2026.');
  });

  it('needs no key of idempotency, because it stores nothing', async () => {
    await quote();
    expect(http.records.record).toBeNull();
    expect(http.refunds.store.tables.events).toEqual([]);
  });
});

describe('A customer', () => {
  it('is quoted what would come back of their own payment, for a person to approve', async () => {
    const { status, json } = await quoteOwn({ reason: 'illness' });
    expect(status).toBe(200);
    expect(json).toMatchObject({ amount: 10_000, sentence: SENTENCE, approval: { needed: true } });
  });

  it("finds nobody else's payment, and none that is not there", async () => {
    expect(await quoteOwn({}, 'bob')).toMatchObject({ status: 404, json: { code: 'payment_not_found' } });
    expect(await quoteOwn({}, 'carol')).toMatchObject({ status: 404, json: { code: 'payment_not_found' } });
    http.queries.view = { ...VIEW, customer: BOB };
    expect(await quoteOwn()).toMatchObject({ status: 404, json: { code: 'payment_not_found' } });
  });

  it('does not give the reasons of the merchant', async () => {
    const { status, json } = await quoteOwn({ reason: 'cancelled_by_us' });
    expect([status, json.code]).toEqual([403, 'reason_reserved']);
    expect((await quote({ reason: 'cancelled_by_us' })).status).toBe(200);
  });
});

describe('What cannot be quoted', () => {
  it.each<[string, object, string, RegExp]>([
    ['nothing', { amount: 0 }, 'amount', /integer of minor units from 1/],
    ['less than nothing', { amount: -1 }, 'amount', /integer of minor units from 1/],
    ['a part of a minor unit', { amount: 0.5 }, 'amount', /integer of minor units from 1/],
    ['an amount as text', { amount: '100' }, 'amount', /integer of minor units from 1/],
    ['past 2^53 - 1', { amount: 2 ** 53 }, 'amount', /integer of minor units from 1/],
    ['no currency that exists', { amount: 1, currency: 'GBP' }, 'currency', /ISO 4217/],
    ['another currency', { amount: 1, currency: 'eur' }, 'currency', /^must be gbp, as the payment is$/],
    ['another currency without an amount', { currency: 'eur' }, 'currency', /^must be gbp, as the payment is$/],
    [
      'an unknown reason',
      { reason: 'weather' },
      'reason',
      /^must be one of requested_by_customer, duplicate, .*illness$/,
    ],
    ['a reason that is none', { reason: 'It rained' }, 'reason', /small letters/],
    ['no reason at all', { reason: null }, 'reason', /small letters/],
    ['what is no id', { paymentId: 'pay_1' }, 'paymentId', /id of a payment/],
    ['a role of their choice', { role: 'admin' }, 'role', /.+/],
  ])('for %s is 400, for staff and customers alike', async (_what, body, field, reason) => {
    for (const { status, json } of [await quote(body), await quoteOwn(body)]) {
      expect([status, json.code]).toEqual([400, 'invalid_request']);
      expect(json.errors).toEqual([{ field, reason: expect.stringMatching(reason) as string }]);
    }
  });

  it('of a payment that is not there is 404', async () => {
    const { status, json } = await quote({ paymentId: 'pay_01jd8x3v5ze6w9q2r4t7y8v1p9' });
    expect([status, json.code]).toEqual([404, 'payment_not_found']);
  });

  it('above what is left is 409, with what is left', async () => {
    http.refunds.standings.standing = { paidAt: after(-DAY), taken: 7_000 };
    const { status, json } = await quote({ amount: 3_001 });
    expect([status, json.code, json.left, json.currency]).toEqual([409, 'refund_exceeds_rest', 3_000, 'gbp']);
    expect(json.detail).toContain('Neither refunded nor reserved is 30.00 GBP.');
    expect((await quoteOwn({ amount: 3_001 })).json).toMatchObject({ status: 409, left: 3_000 });
  });

  it.each(['processing', 'canceled'] as const)(
    'of a payment that is %s is 409, with its status',
    async (paymentStatus) => {
      http.refunds.has({ id: PAYMENT_ID, status: paymentStatus, captured: 0 });
      expect(await quote()).toMatchObject({ status: 409, json: { code: 'payment_not_refundable', paymentStatus } });
    },
  );

  it('of a payment that is disputed is 409, with the dispute', async () => {
    await http.refunds.disputes.add(disputeOf(disputed(), PAYMENT_ID));
    expect(await quote()).toMatchObject({ status: 409, json: { code: 'charge_disputed', disputeId: 'du_1' } });
  });

  it('above what the policy gives is 422, with the rule and what it gives', async () => {
    http.refunds.clock.move(20 * DAY);
    const { status, json } = await quote({ amount: 5_001 });
    expect([status, json.code]).toEqual([422, 'refund_forbidden']);
    expect(json).toMatchObject({
      rule: 'half_until_7_days_before',
      policy: 'training',
      version: 'training-1',
      maximum: 5_000,
    });
    expect(json.detail).toContain('50.01 GBP is more than comes back, which is 50.00 GBP');
  });

  it('of a payment without the day that the policy counts from is 422, and says so', async () => {
    http.refunds.has({ id: PAYMENT_ID, serviceDate: null });
    expect(await quoteOwn()).toMatchObject({ status: 422, json: { rule: 'service_date_missing' } });
  });

  it('above what the role may ask for is 403, with the limit', async () => {
    http.refunds.has({ id: PAYMENT_ID, captured: 600_000 });
    const { status, json } = await quote({ amount: 500_001 });
    expect([status, json.code, json.limit, json.currency]).toEqual([403, 'above_limit', 500_000, 'gbp']);
    expect((await quote({ amount: 500_001 }, 'admin')).status).toBe(200);
  });
});
