import type { DataSource } from 'typeorm';
import { createDataSource } from '../../src/infrastructure/postgres/data-source';
import { migrate } from '../../src/infrastructure/postgres/prepare-database';
import { House } from '../support/house';
import { findingsOnceSettled } from '../support/oracles';
import { overOneConnection, query } from '../support/query';
import { eventually, token } from '../support/running-service';

const PAYMENTS = '/api/v1/payments';
const REFUNDS = '/api/v1/refunds';
const VISA = { amount: 4_999, currency: 'gbp', paymentMethod: 'pm_card_visa', confirm: true };

/** The last one that made tables of money: to take it down is to lose what is posted. */
const KEEPS_MONEY = 'Ledger';

/** What nobody may lose or make by changing the schema. */
const SUMS = [
  `SELECT status, channel, currency, count(*), sum(amount), sum(captured) AS captured FROM payments
   GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
  'SELECT state, operation, count(*) FROM attempts GROUP BY 1, 2 ORDER BY 1, 2',
  'SELECT status, origin, currency, count(*), sum(amount) FROM refunds GROUP BY 1, 2, 3 ORDER BY 1, 2, 3',
  'SELECT status, currency, count(*), sum(amount), sum(loss_noted) FROM disputes GROUP BY 1, 2 ORDER BY 1, 2',
  'SELECT count(*), count(stripe_customer) AS at_stripe FROM customers',
  'SELECT account, currency, count(*), sum(amount) FROM ledger_postings GROUP BY 1, 2 ORDER BY 1, 2',
  'SELECT t::text FROM ledger_totals t ORDER BY 1',
  'SELECT kind, count(*) FROM ledger_facts GROUP BY 1 ORDER BY 1',
  'SELECT type, currency, count(*), sum(amount), sum(fee) FROM balance_transactions GROUP BY 1, 2 ORDER BY 1, 2',
  // What sagas told goes with their table.
  "SELECT type, count(*) FROM domain_events WHERE type !~ '^saga|to_be_told$' GROUP BY 1 ORDER BY 1",
  'SELECT type, status, count(*) FROM webhook_events GROUP BY 1, 2 ORDER BY 1, 2',
  'SELECT state, count(*) FROM idempotency_records GROUP BY 1 ORDER BY 1',
  'SELECT phase, count(*) FROM audit_entries GROUP BY 1 ORDER BY 1',
];

describe('a database with money in it', () => {
  let house: House;
  let dataSource: DataSource;
  let numbered = 0;
  beforeAll(async () => {
    house = await House.build();
    await house.open();
    dataSource = createDataSource({ url: house.database.url, poolSize: 2, statementTimeout: 30_000 });
    await dataSource.initialize();
  });
  afterAll(async () => {
    await dataSource.destroy();
    await house.tearDown();
  });

  const key = () => `key ${String(++numbered)}`;

  async function pay(more: object = {}): Promise<string> {
    const answer = await house.service.post(PAYMENTS, key(), { ...VISA, reference: key(), ...more });
    return answer.body.id as string;
  }

  /** Each state that money can be in. @returns a payment from before. */
  async function business(): Promise<string> {
    const { service, stripe } = house;
    const { body: ada } = await service.post('/api/v1/customers', key(), { name: 'Ada', subject: 'ada' });
    const kept = await pay({ customer: ada.id });
    await pay({ currency: 'jpy', amount: 500 });
    await pay({ paymentMethod: 'pm_card_chargeDeclined' });
    await pay({ confirm: false, paymentMethod: undefined });
    await pay({ captureMethod: 'manual' });
    const [partly, voided] = [await pay({ captureMethod: 'manual' }), await pay({ captureMethod: 'manual' })];
    await service.post(`${PAYMENTS}/${partly}/capture`, key(), { amount: 3_000 });
    await service.post(`${PAYMENTS}/${voided}/cancel`, key(), {});
    const sue = await token({ role: 'support', subject: 'sue' });
    await service.post(REFUNDS, key(), { paymentId: partly, amount: 1_000 });
    await service.post(REFUNDS, key(), { paymentId: kept, amount: 1_000 }, sue);
    const disputed = await pay();
    const charge = await eventually(async () => {
      const { charges, payment_intents: intents } = await stripe.state();
      const intent = intents.find(({ metadata }) => metadata.cashdesk_payment === disputed);
      const found = charges.find(({ payment_intent: id }) => id === intent?.id);
      if (typeof found?.balance_transaction !== 'string') throw new Error('it is not on the balance yet');
      return found;
    });
    await stripe.openDispute(charge.id, { amount: 2_000 });
    return kept;
  }

  function sums(): Promise<unknown[]> {
    const { url } = house.database;
    return overOneConnection(url, async () => {
      const all: unknown[] = [];
      for (const sql of SUMS) all.push(await query(url, sql));
      return all;
    });
  }

  /** Down to the last migration that keeps money. @returns how many there were. */
  async function takeDown(): Promise<number> {
    for (let count = 0; ; count++) {
      const [newest] = await query(house.database.url, 'SELECT name FROM migrations ORDER BY id DESC LIMIT 1');
      if (String(newest?.name).startsWith(KEEPS_MONEY)) return count;
      await dataSource.undoLastMigration();
    }
  }

  it('has the same sums when its newest migrations went down and up beneath an instance that runs', async () => {
    const kept = await business();
    await house.assertOracles();
    const before = await sums();
    const count = await takeDown();
    expect(count).toBeGreaterThan(3);
    expect(await sums()).toEqual(before);
    expect(await migrate(dataSource)).toHaveLength(count);
    expect(await sums()).toEqual(before);

    const { body } = await house.service.post(REFUNDS, key(), { paymentId: kept, amount: 500 });
    expect(body).toMatchObject({ status: 'succeeded' });
    await pay();
    await eventually(async () => {
      const findings = await findingsOnceSettled(house.database.url, house.stripe, 0);
      // At which step a refund was is lost as well. What became of the money is the refund's own.
      expect(findings.filter((finding) => !/has no saga$|the customer was told/.test(finding))).toEqual([]);
    }, 25_000);
  });
});
