import { Refund, type RefundAsked } from '../../src/domain/refund/refund';
import { constraintOf } from '../../src/infrastructure/postgres/postgres-unit-of-work';
import { ALL, askedFor, sightOf } from '../support/refund-samples';
import { money } from '../support/samples';
import { ServiceDatabase } from '../support/service-database';

let service: ServiceDatabase;
beforeAll(async () => {
  service = await ServiceDatabase.create();
});
afterAll(() => service.close());
beforeEach(() => service.empty());

function newRefund(paymentId: string, amount: number, given: Partial<RefundAsked> = {}): Refund {
  const now = new Date();
  const asked = askedFor({ paymentId, money: money(amount), ...given });
  return Refund.request(service.ids.next('ref'), asked, new Date(now.getTime() + 1_000), now);
}

/** Straight into the table, past all code of ours. */
function insert(id: string, paymentId: string, amount: number, given: Record<string, unknown> = {}): Promise<unknown> {
  const row = {
    stripe_account: 'acct_1',
    livemode: false,
    status: 'executing',
    origin: 'api',
    currency: 'gbp',
    requested_by: 'sub:mallory',
    requested_role: 'finance',
    next_check_at: new Date(),
    created_at: new Date(),
    updated_at: new Date(),
    version: 1,
    ...given,
    id,
    payment_id: paymentId,
    amount,
  };
  const names = Object.keys(row);
  const places = names.map((_, at) => `$${String(at + 1)}`).join();
  return service.sql(`INSERT INTO refunds (${names.join()}) VALUES (${places})`, Object.values(row));
}

const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'taken',
    (error: unknown) => constraintOf(error),
  );

describe('The database', () => {
  it('refuses a refund that does not fit what was captured, whatever the code says', async () => {
    const { id } = await service.paid();
    expect(await refusal(insert('ref_1', id, 3_000))).toBe('taken');
    expect(await refusal(insert('ref_2', id, 2_000))).toBe('refunds_within_captured');
    expect(await refusal(insert('ref_3', id, 1_999, { status: 'requested', expires_at: new Date() }))).toBe('taken');
    expect(await refusal(insert('ref_4', id, 1))).toBe('refunds_within_captured');
  });

  it('refuses what would grow beyond it, and what comes back to life beyond it', async () => {
    const { id } = await service.paid();
    await insert('ref_1', id, 3_000);
    await insert('ref_2', id, 1_999, { status: 'failed' });
    const grown = service.sql("UPDATE refunds SET amount = 5000 WHERE id = 'ref_1'");
    expect(await refusal(grown)).toBe('refunds_within_captured');
    await insert('ref_3', id, 1_000);
    const revived = service.sql("UPDATE refunds SET status = 'executing' WHERE id = 'ref_2'");
    expect(await refusal(revived)).toBe('refunds_within_captured');
    await service.sql("UPDATE refunds SET status = 'failed' WHERE id = 'ref_3'");
    expect(await refusal(service.sql("UPDATE refunds SET status = 'executing' WHERE id = 'ref_2'"))).toBe('taken');
  });

  it('refuses a refund of a payment that took no money', async () => {
    const { id } = await service.settled();
    expect(await refusal(insert('ref_1', id, 1))).toBe('refunds_within_captured');
  });

  it('refuses another currency than that of the payment', async () => {
    const { id } = await service.paid();
    expect(await refusal(insert('ref_1', id, 100, { currency: 'eur' }))).toBe('refunds_in_currency_of_payment');
  });

  it('lets one of twenty in who insert 60 % at the same moment, and both of two who insert half', async () => {
    const { id } = await service.paid({ money: money(10_000) });
    const all = Array.from({ length: 20 }, (_, n) => refusal(insert(`ref_${String(n)}`, id, 6_000)));
    const results = await Promise.all(all);
    expect(results.filter((each) => each === 'taken')).toHaveLength(1);
    expect(results.filter((each) => each === 'refunds_within_captured')).toHaveLength(19);
    const other = await service.paid({ money: money(10_000) });
    const halves = ['a', 'b'].map((name) => refusal(insert(`ref_${name}`, other.id, 5_000)));
    expect(await Promise.all(halves)).toEqual(['taken', 'taken']);
  });

  it('stores what Stripe did, also beyond what was reserved here, and refuses more afterwards', async () => {
    const { id } = await service.paid();
    await insert('ref_1', id, 3_000, { status: 'requested', expires_at: new Date() });
    const done = {
      status: 'succeeded',
      origin: 'dashboard',
      requested_by: null,
      requested_role: null,
      next_check_at: null,
    };
    expect(await refusal(insert('ref_2', id, 4_999, { ...done, stripe_refund: 're_1' }))).toBe('taken');
    expect(await refusal(insert('ref_3', id, 1))).toBe('refunds_within_captured');
  });

  it('has each refund of Stripe once', async () => {
    const { id } = await service.paid();
    await insert('ref_1', id, 100, { status: 'succeeded', stripe_refund: 're_1' });
    const twice = insert('ref_2', id, 100, { status: 'succeeded', stripe_refund: 're_1' });
    expect(await refusal(twice)).toContain('stripe_refund');
  });
});

describe('A stored refund', () => {
  it('comes back as it was, with its notes sealed in the table', async () => {
    const { id } = await service.paid();
    const refund = newRefund(id, 1_000, { note: 'Ada is ill', decision: ALL });
    await service.unitOfWork.run(() => service.refunds.add(refund));
    refund.approve('sub:fred', 'Ada wrote a mail', new Date());
    await service.unitOfWork.run(() => service.refunds.save(refund));
    const stored = await service.refunds.find(refund.id);
    expect(stored?.snapshot()).toEqual(refund.snapshot());
    expect(JSON.stringify(await service.sql('SELECT * FROM refunds'))).not.toContain('Ada');
    expect((await service.refunds.ofPayment(id)).map((each) => each.id)).toEqual([refund.id]);
  });

  it('has its events in their order, once, on the timeline of its payment', async () => {
    const { id } = await service.paid();
    const refund = newRefund(id, 1_000);
    refund.approve(null, null, new Date());
    refund.send(new Date());
    await service.unitOfWork.run(() => service.refunds.add(refund));
    refund.observe(sightOf({ refundId: refund.id }), new Date(), `refund:${refund.id}`);
    await service.unitOfWork.run(() => service.refunds.save(refund));
    const entries = (await service.queries.timeline(id)).filter(({ what }) => what.startsWith('refund.'));
    expect(entries.map(({ what }) => what)).toEqual([
      'refund.requested',
      'refund.approved',
      'refund.executing',
      'refund.succeeded',
    ]);
    expect(entries.every(({ data }) => data.refund === refund.id)).toBe(true);
  });

  it('belongs to its sender while it has just been sent', async () => {
    const { id } = await service.paid();
    const refund = newRefund(id, 1_000);
    refund.approve(null, null, new Date());
    refund.send(new Date());
    await service.unitOfWork.run(() => service.refunds.add(refund));
    const [row] = await service.sql<{ leased: boolean }>('SELECT next_check_at > now() AS leased FROM refunds');
    expect(row?.leased).toBe(true);
  });

  it('takes one writer at a time', async () => {
    const { id } = await service.paid();
    const refund = newRefund(id, 1_000);
    await service.unitOfWork.run(() => service.refunds.add(refund));
    const [one, two] = [await service.refunds.find(refund.id), await service.refunds.find(refund.id)];
    one?.reject('sub:fred', null, new Date());
    two?.approve('sub:eve', null, new Date());
    await service.unitOfWork.run(() => service.refunds.save(one!));
    await expect(service.unitOfWork.run(() => service.refunds.save(two!))).rejects.toThrow('another writer');
  });
});
