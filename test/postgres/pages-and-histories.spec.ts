import { type PaymentFilter } from '../../src/application/payment/payment-queries';
import { InvalidCursor } from '../../src/application/shared/page';
import { viewOf } from '../../src/application/payment/payment-view';
import { declinedBy, money, paid, seen } from '../support/samples';
import { ServiceDatabase } from '../support/service-database';

let db: ServiceDatabase;
beforeAll(async () => {
  db = await ServiceDatabase.create();
});
beforeEach(() => db.empty());
afterAll(() => db.close());

const references = async (filter: PaymentFilter): Promise<string[]> =>
  (await db.queries.list(filter, 50, null)).data.map(({ reference }) => reference).sort();

async function pages(filter: PaymentFilter, limit: number): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof db.queries.list>> = await db.queries.list(filter, limit, cursor);
    expect(page.data.length).toBeLessThanOrEqual(limit);
    ids.push(...page.data.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return ids;
}

describe('A payment that is shown', () => {
  it('is the same whether it comes from the domain or straight from the store', async () => {
    const terms = {
      money: money(2 ** 53 - 1, 'usd'),
      customer: await db.customer(),
      serviceDate: '2028-02-29',
      metadata: { a: '1' },
    };
    const { id } = await db.settled(terms);
    await db.change(id, async (payment) => {
      payment.observe(seen({ ...declinedBy('ch_1'), amount: 2 ** 53 - 1, currency: 'usd' }), new Date(), 'test');
      await db.payments.save(payment);
    });
    const payment = (await db.payments.find(id))!;
    expect(await db.queries.get(id)).toEqual(viewOf(payment, false));
    expect((await db.queries.list({}, 1, null)).data).toEqual([viewOf(payment, false)]);
    expect(await db.queries.get('pay_none')).toBeNull();
  });

  it('is unknown while an outcome is being found out', async () => {
    const { payment } = await db.stored();
    expect(await db.queries.get(payment.id)).toEqual(viewOf(payment, true));
  });

  it('shows no secret, but to the one who may finish it', async () => {
    const { id } = await db.settled();
    await db.change(id, async (payment) => {
      payment.observe(seen(), new Date(), 'test');
      await db.payments.save(payment);
    });
    expect(JSON.stringify(await db.queries.get(id))).not.toContain('secret');
    expect(JSON.stringify(await db.queries.finishing(id))).toContain('pi_1_secret_1');
  });
});

describe('A list', () => {
  it('is filtered by what was asked', async () => {
    const [alice, bob] = [await db.customer(), await db.customer()];
    await db.settled({ reference: 'a', customer: alice });
    await db.settled({ reference: 'b', customer: bob, money: money(500, 'jpy') });
    await db.stored({ reference: 'c' });
    await db.sql(`UPDATE payments SET status = 'canceled' WHERE reference = 'b'`);
    await db.sql(`UPDATE payments SET attention = 'look' WHERE reference = 'a'`);
    await db.sql(`UPDATE payments SET created_at = '2026-01-01T00:00:00Z' WHERE reference = 'a'`);
    expect(await references({})).toEqual(['a', 'b', 'c']);
    expect(await references({ customer: alice })).toEqual(['a']);
    expect(await references({ customer: `${alice}' OR '1'='1` })).toEqual([]);
    expect(await references({ reference: 'b' })).toEqual(['b']);
    expect(await references({ currency: 'jpy' })).toEqual(['b']);
    expect(await references({ status: 'canceled' })).toEqual(['b']);
    expect(await references({ status: 'requires_payment_method' })).toEqual(['a']);
    expect(await references({ status: 'unknown' })).toEqual(['c']);
    expect(await references({ attention: true })).toEqual(['a']);
    expect(await references({ attention: false })).toEqual(['b', 'c']);
    expect(await references({ createdBefore: new Date('2026-01-01T00:00:00Z') })).toEqual([]);
    expect(await references({ createdBefore: new Date('2026-01-01T00:00:00.001Z') })).toEqual(['a']);
    expect(await references({ createdFrom: new Date('2026-01-01T00:00:00.001Z') })).toEqual(['b', 'c']);
    expect(await references({ createdFrom: new Date('2026-01-01T00:00:00Z'), customer: alice })).toEqual(['a']);
  });

  it('lists what was handed to a person with its reason', async () => {
    const { attempt } = await db.stored({ reference: 'c' });
    await db.sql(
      `UPDATE attempts SET state = 'unknown', handed_over_at = now(), handed_over_reason = 'look' WHERE id = $1`,
      [attempt.id],
    );
    expect((await db.queries.list({ attention: true }, 9, null)).data).toMatchObject([{ attention: 'look' }]);
  });

  it.each([1, 2, 3, 7])('in pages of %d shows each payment once, those of one instant too', async (limit) => {
    for (let n = 0; n < 7; n++) await db.settled();
    await db.sql(`UPDATE payments SET created_at = '2026-11-20T12:00:00.123456Z' WHERE reference <> 'x'`);
    await db.settled();
    const ids = await pages({}, limit);
    expect(ids).toHaveLength(8);
    expect(new Set(ids).size).toBe(8);
  });

  it('goes on where it was though newer payments came meanwhile', async () => {
    const [a, b] = [await db.settled(), await db.settled()];
    await db.sql(`UPDATE payments SET created_at = created_at - interval '1 hour' WHERE id = $1`, [a.id]);
    const first = await db.queries.list({}, 1, null);
    await db.settled();
    const second = await db.queries.list({}, 1, first.nextCursor);
    expect([...first.data, ...second.data].map(({ id }) => id)).toEqual([b.id, a.id]);
    expect(second.nextCursor).toBeNull();
  });

  const encoded = (text: string) => Buffer.from(text).toString('base64url');
  it.each([
    '',
    'rubbish',
    encoded('2026-11-20T12:00:00.123456Z'),
    encoded('2026-11-20T12:00:00.123456Z|'),
    encoded('2026-02-30T12:00:00.123456Z|pay_1'),
    encoded('2026-13-01T12:00:00.123456Z|pay_1'),
    encoded('0000-01-01T12:00:00.123456Z|pay_1'),
    encoded('2026-11-20T24:00:00.123456Z|pay_1'),
    encoded('2026-11-20T23:59:60.123456Z|pay_1'),
    encoded('+012026-11-20T12:00:00.123Z|pay_1'),
    encoded('2026-11-20T12:00:00.123456+99:00|pay_1'),
    encoded(`2026-11-20T12:00:00.123456Z|pay_1' OR 1=1`),
    encoded('now|pay_1'),
  ])('refuses the cursor %s', async (cursor) => {
    await expect(db.queries.list({}, 1, cursor)).rejects.toThrow(InvalidCursor);
  });

  it.each<[string, string, string[]]>([
    ['before the end', '2026-11-20T11:59:59.000999Z', ['order_0']],
    ['past the end', '2026-11-20T12:00:01.000000Z', ['order_1', 'order_0']],
    ['at the end, to the microsecond', '2026-11-20T12:00:00.000001Z', ['order_1', 'order_0']],
  ])('ends at the earlier one of a cursor and createdBefore: the cursor stands %s', async (_where, at, expected) => {
    for (const [n, time] of ['11:59:58', '11:59:59.001', '12:00:00'].entries()) {
      const { id } = await db.settled({ reference: `order_${String(n)}` });
      await db.sql('UPDATE payments SET created_at = $2 WHERE id = $1', [id, `2026-11-20T${time}Z`]);
    }
    const filter = { createdBefore: new Date('2026-11-20T12:00:00Z') };
    const { data } = await db.queries.list(filter, 5, encoded(`${at}|pay_1`));
    expect(data.map(({ reference }) => reference)).toEqual(expected);
  });
});

describe('A history', () => {
  it('tells what happened in order, each with its cause', async () => {
    const { payment, attempt } = await db.stored();
    await db.change(payment.id, async (locked) => {
      attempt.settle('succeeded', { charge: 'ch_1' }, 'req_1', new Date(Date.now() + 5));
      await db.payments.saveAttempt(attempt);
      locked.observe(seen(paid()), new Date(Date.now() + 5), `attempt:${attempt.id}`);
      await db.payments.save(locked);
    });
    const timeline = await db.queries.timeline(payment.id);
    expect(timeline.map(({ kind, what }) => [kind, what])).toEqual([
      ['attempt', 'create sent'],
      ['event', 'payment.created'],
      ['attempt_settled', 'create succeeded'],
      ['event', 'payment.succeeded'],
    ]);
    expect(timeline.at(-1)).toMatchObject({ cause: `attempt:${attempt.id}`, data: { captured: 4_999 } });
    const times = timeline.map(({ at }) => at);
    expect([...times].sort()).toEqual(times);
    expect(JSON.stringify(timeline)).not.toContain('secret');
    expect(await db.queries.timeline('pay_none')).toEqual([]);
  });

  it('keeps the order of events of one instant, the one numbered 999999 before the next', async () => {
    const { id } = await db.settled();
    for (let n = 0; n < 12; n++) {
      await db.sql(
        `INSERT INTO domain_events (id, type, payment_id, cause, data, occurred_at) OVERRIDING SYSTEM VALUE
         VALUES ($3, $1, $2, 'test', '{}', '2027-01-01T00:00:00Z')`,
        [`event.${String(n)}`, id, 999_995 + n],
      );
    }
    const events = (await db.queries.timeline(id)).filter(({ what }) => what.startsWith('event.'));
    expect(events.map(({ what }) => what)).toEqual(Array.from({ length: 12 }, (_, n) => `event.${String(n)}`));
  });
});
