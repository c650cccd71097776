import { query } from '../support/query';
import { eventually, type Answer } from '../support/running-service';
import { Street } from '../support/street';

const VISA = { amount: 4_999, currency: 'gbp', paymentMethod: 'pm_card_visa', confirm: true };

describe('two instances on one database', () => {
  let street: Street;
  beforeAll(async () => {
    street = await Street.build();
    await street.open();
  }, 90_000);
  afterEach(() => street.mend());
  afterAll(() => street.tearDown());

  const pay = (instance: number, reference: string): Promise<Answer> =>
    street.instances[instance]!.service.post('/api/v1/payments', `key of ${reference}`, { ...VISA, reference });
  const paid = (instance: number, reference: string): Promise<unknown> =>
    eventually(
      async () => expect((await pay(instance, reference)).body).toMatchObject({ status: 'succeeded' }),
      30_000,
    );

  it('give one answer to one key, whichever is asked', async () => {
    const [one, other] = await Promise.all([pay(0, 'twice'), pay(1, 'twice')]);
    expect(one.body).toMatchObject({ status: 'succeeded' });
    expect(other.body).toEqual(one.body);
    await street.assertOracles();
  });

  it('come back by themselves when PostgreSQL was killed', async () => {
    await street.postgres.kill();
    expect((await pay(0, 'without a database')).status).toBe(503);
    await street.postgres.restart();
    await paid(0, 'without a database');
    await paid(1, 'without a database');
    await street.assertOracles();
  });

  it('take one payment when the acknowledgement of a COMMIT is lost', async () => {
    const way = street.instances[0]!.ways.postgres;
    way.loseAnswer('COMMIT');
    await eventually(async () => {
      await pay(0, 'commit');
      expect(way.struck.get('lose_answer')).toBe(1);
    });
    await paid(1, 'commit');
    await street.assertOracles();
  });

  it('go on when one of them is killed, and it is opened again', async () => {
    const [first, second] = street.instances;
    const { pid } = first!.service;
    await first!.kill();
    await paid(1, 'while one is away');
    await eventually(async () => expect(first!.service.pid).not.toBe(pid));
    await paid(0, 'while one is away');
    expect(second!.isUp).toBe(true);
    await street.assertOracles();
  });

  it('go on without Redis, and with an empty one', async () => {
    await street.killRedis();
    await paid(0, 'without Redis');
    await street.startRedis();
    await street.flushRedis();
    await paid(1, 'with an empty Redis');
    await street.assertOracles();
  });

  it('may have clocks that differ, for the time between them is the database’s', async () => {
    const [, second] = street.instances;
    second!.shiftClock(-240_000);
    await second!.end();
    await paid(1, 'four minutes ago');
    await paid(0, 'four minutes ago');
    const { body } = await pay(0, 'four minutes ago');
    const off = Date.now() - Date.parse(String(body.createdAt));
    expect(Math.abs(off)).toBeLessThan(60_000);
    const rows = await query(
      street.postgres.url,
      "SELECT count(*)::int AS n FROM payments WHERE reference = 'four minutes ago'",
    );
    expect(rows).toEqual([{ n: 1 }]);
    await street.assertOracles();
  });
});
