import { House } from '../support/house';
import { query } from '../support/query';
import { eventually } from '../support/running-service';

const PAYMENTS = '/api/v1/payments';
const VISA = { amount: 4999, currency: 'gbp', paymentMethod: 'pm_card_visa', confirm: true };
const MOST = 3;

describe('a service with few connections to its database', () => {
  let house: House;

  beforeAll(async () => {
    house = await House.build();
    await house.open({ env: { SLOW_QUERY_MS: '1', DATABASE_POOL_SIZE: String(MOST), STRIPE_TIMEOUT_MS: '10000' } });
  });
  afterAll(() => house.tearDown());
  afterEach(() => house.assertOracles());

  it('answers all of many requests at once, and opens no more connections', async () => {
    const references = Array.from({ length: 30 }, (_, index) => `reference ${String(index)}`);
    const seen: number[] = [];
    const watching = setInterval(() => {
      void connections().then((count) => seen.push(count));
    }, 20);
    const answers = await Promise.all(
      references.map((reference) => house.service.post(PAYMENTS, reference, { ...VISA, reference })),
    );
    clearInterval(watching);
    expect(answers.map(({ status }) => status)).toEqual(references.map(() => 201));
    expect(Math.max(...seen)).toBeGreaterThan(0);
    expect(Math.max(...seen)).toBeLessThanOrEqual(MOST);
  });

  it('says in health how many of them are in use', async () => {
    const { text } = await house.service.send('GET', '/api/health');
    expect(text).toMatch(new RegExp(`\\d of ${String(MOST)} connections in use, \\d+ waiting`));
  });

  it('says which statements are slow, by their text and without their values', async () => {
    await house.service.post(PAYMENTS, 'slow', { ...VISA, reference: 'a reference of its own' });
    await eventually(async () => expect(slowQueries().length).toBeGreaterThan(0));
    for (const { milliseconds, statement } of slowQueries()) {
      expect(milliseconds).toBeGreaterThan(0);
      expect(statement).toMatch(/^[A-Z]/);
    }
    expect(house.service.output).not.toContain('a reference of its own');
  });

  /** Those of the service: no other program has this name. */
  async function connections(): Promise<number> {
    const [row] = await query(
      house.database.url,
      `SELECT count(*)::int AS count FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'cashdesk'`,
    );
    return Number(row?.count);
  }

  function slowQueries(): Record<string, unknown>[] {
    const lines = house.service.output.split('\n').filter((line) => line.startsWith('{'));
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ msg }) => msg === 'slow query');
  }
});
