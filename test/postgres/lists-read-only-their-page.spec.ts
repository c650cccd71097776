import { fill, someCustomer } from '../../bench/processes/history';
import type { PaymentFilter } from '../../src/application/payment/payment-queries';
import { encodeCursor } from '../../src/infrastructure/postgres/cursor';
import { PostgresPaymentQueries } from '../../src/infrastructure/postgres/postgres-payment-queries';
import type { PostgresUnitOfWork } from '../../src/infrastructure/postgres/postgres-unit-of-work';
import { DAY } from '../support/samples';
import { ServiceDatabase } from '../support/service-database';

const PAYMENTS = 20_000;
/** Those in doubt and those for a person are some 150 each, and a customer has 40. */
const MOST_ROWS = 1_000;

interface Plan {
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly Plan[];
}

let db: ServiceDatabase;
beforeAll(async () => {
  db = await ServiceDatabase.create();
  await fill(db.database.url, PAYMENTS);
}, 120_000);
afterAll(() => db.close());

/** Rows of tables and indexes that the list looked at. */
async function rowsReadBy(filter: PaymentFilter, cursor: string | null): Promise<number> {
  let rows = 0;
  const manager = {
    query: async (sql: string, values: unknown[]) => {
      const explained = await db.sql<{ 'QUERY PLAN': { Plan: Plan }[] }>(
        `EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`,
        values,
      );
      rows = rowsIn(explained[0]!['QUERY PLAN'][0]!.Plan);
      return [];
    },
  };
  await new PostgresPaymentQueries({ manager } as unknown as PostgresUnitOfWork, db.cipher).list(filter, 20, cursor);
  return rows;
}

function rowsIn(plan: Plan): number {
  const below = (plan.Plans ?? []).reduce((sum, each) => sum + rowsIn(each), 0);
  if (plan['Relation Name'] === undefined) return below;
  const looked =
    plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0) + (plan['Rows Removed by Index Recheck'] ?? 0);
  return below + looked * plan['Actual Loops'];
}

const ago = (days: number) => new Date(Date.now() - days * DAY);

/** Every combination of one of each. */
function combined(...choices: PaymentFilter[][]): PaymentFilter[] {
  const none: PaymentFilter[] = [{}];
  return choices.reduce((all, some) => all.flatMap((one) => [{}, ...some].map((more) => ({ ...one, ...more }))), none);
}

const filters = (): PaymentFilter[] =>
  combined(
    [{ status: 'succeeded' }, { status: 'failed' }, { status: 'unknown' }],
    [{ currency: 'gbp' }, { currency: 'usd' }, { currency: 'jpy' }],
    [{ attention: true }, { attention: false }],
    [{ createdFrom: ago(500) }],
    [{ createdBefore: ago(400) }, { createdBefore: ago(5) }],
    [{ customer: someCustomer(PAYMENTS) }, { reference: 'order_1000' }],
  );

describe('A list of payments', () => {
  it('reads little more than its page, whatever is filtered by and however deep it begins', async () => {
    const deep = encodeCursor({ at: `${ago(365).toISOString().slice(0, -1)}000Z`, id: 'pay_0' });
    const greedy: string[] = [];
    for (const filter of filters()) {
      for (const cursor of [null, deep]) {
        const rows = await rowsReadBy(filter, cursor);
        if (rows > MOST_ROWS)
          greedy.push(`${String(rows)} rows: ${JSON.stringify(filter)} ${cursor === null ? '' : 'deep'}`);
      }
    }
    expect(greedy).toEqual([]);
  }, 300_000);
});
