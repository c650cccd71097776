import { Refund, type RefundAsked } from '../../src/domain/refund/refund';
import { PostgresRefundStandings } from '../../src/infrastructure/postgres/postgres-refund-standings';
import { PostgresUnitOfWork } from '../../src/infrastructure/postgres/postgres-unit-of-work';
import { askedFor } from '../support/refund-samples';
import { after, DAY, money, NOON, SECOND } from '../support/samples';
import { ServiceDatabase } from '../support/service-database';

let service: ServiceDatabase;
let standings: PostgresRefundStandings;
beforeAll(async () => {
  service = await ServiceDatabase.create();
  standings = new PostgresRefundStandings(service.unitOfWork);
});
afterAll(() => service.close());
beforeEach(() => service.empty());

function requested(paymentId: string, amount: number, given: Partial<RefundAsked> = {}, at = NOON): Refund {
  const asked = askedFor({ paymentId, money: money(amount), ...given });
  return Refund.request(service.ids.next('ref'), asked, after(DAY, at), at);
}

const store = (...refunds: Refund[]) =>
  service.unitOfWork.run(async () => {
    for (const refund of refunds) await service.refunds.add(refund);
  });

function atOnce(refund: Refund): Refund {
  refund.approve(null, null, NOON);
  return refund;
}

const TODAY = { from: after(-DAY / 2), until: after(DAY / 2) };

describe('Of a payment', () => {
  it('it is known when it was paid, and that nothing is taken', async () => {
    const { id } = await service.paid();
    await service.sql(
      "UPDATE domain_events SET occurred_at = $2 WHERE payment_id = $1 AND type = 'payment.succeeded'",
      [id, NOON],
    );
    expect(await standings.of(id)).toEqual({ paidAt: NOON, taken: 0 });
  });

  it('what waits, what runs and what was refunded is taken; what came to nothing is not', async () => {
    const { id } = await service.paid();
    const { id: other } = await service.paid();
    const [waits, runs, rejected, withdrawn] = [100, 200, 400, 800].map((amount) => requested(id, amount)) as [
      Refund,
      Refund,
      Refund,
      Refund,
    ];
    runs.approve('sub:fred', null, NOON);
    rejected.reject('sub:fred', null, NOON);
    withdrawn.withdraw('sub:sue', null, NOON);
    await store(waits, runs, rejected, withdrawn, requested(other, 1_600));
    expect(await standings.of(id)).toMatchObject({ taken: 300 });
    await service.sql("UPDATE refunds SET status = 'succeeded' WHERE id = $1", [runs.id]);
    expect(await standings.of(id)).toMatchObject({ taken: 300 });
    await service.sql("UPDATE refunds SET status = 'failed' WHERE id = $1", [runs.id]);
    expect(await standings.of(id)).toMatchObject({ taken: 100 });
  });

  it('that is not there nothing is said', async () => {
    await expect(standings.of('pay_0')).rejects.toThrow('there is no payment pay_0');
  });
});

describe('What somebody refunded at once in a day', () => {
  const given = () => standings.atOnce('sub:sue', 'gbp', TODAY);

  it('is what they asked for and got without a second person', async () => {
    const { id } = await service.paid();
    const approved = requested(id, 200);
    approved.approve('sub:fred', null, NOON);
    await store(atOnce(requested(id, 100)), atOnce(requested(id, 50)), approved, requested(id, 400));
    expect(await given()).toBe(150);
  });

  it('is theirs, in one currency, and of that day only', async () => {
    const { id } = await service.paid();
    await store(
      atOnce(requested(id, 1)),
      atOnce(requested(id, 2, { requestedBy: 'sub:bob' })),
      atOnce(requested(id, 4, {}, new Date(TODAY.from.getTime() - SECOND))),
      atOnce(requested(id, 8, {}, TODAY.from)),
      atOnce(requested(id, 16, {}, TODAY.until)),
    );
    expect(await given()).toBe(9);
    expect(await standings.atOnce('sub:sue', 'eur', TODAY)).toBe(0);
  });

  it('is not spent twice by two requests of the same moment', async () => {
    const payments = [await service.paid(), await service.paid(), await service.paid()];
    const seen = await Promise.all(
      payments.map(({ id }) =>
        service.unitOfWork.run(async () => {
          const before = await given();
          await service.refunds.add(atOnce(requested(id, 100)));
          return before;
        }),
      ),
    );
    expect(seen.sort((a, b) => a - b)).toEqual([0, 100, 200]);
  });

  it('keeps nobody else waiting, nor who only looks', async () => {
    const { id } = await service.paid();
    const others = await service.unitOfWork.run(async () => {
      await given();
      await service.refunds.add(atOnce(requested(id, 100)));
      const outside = new PostgresRefundStandings(new PostgresUnitOfWork(service.dataSource));
      const bob = new PostgresUnitOfWork(service.dataSource);
      const ofBob = () => new PostgresRefundStandings(bob).atOnce('sub:bob', 'gbp', TODAY);
      return [await outside.atOnce('sub:sue', 'gbp', TODAY), await bob.run(ofBob)];
    });
    expect(others).toEqual([0, 0]);
  });

  it('is not what failed', async () => {
    const { id } = await service.paid();
    const failed = atOnce(requested(id, 100));
    await store(failed);
    await service.sql("UPDATE refunds SET status = 'failed' WHERE id = $1", [failed.id]);
    expect(await given()).toBe(0);
  });
});
