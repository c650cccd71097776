import { createDataSource } from '../../src/infrastructure/postgres/data-source';
import { apart, DatabaseClock } from '../../src/infrastructure/postgres/database-clock';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

const MINUTES = 60_000;

/** A database whose clock differs from this machine's. */
class ADatabase {
  constructor(
    public ahead: number,
    private readonly answersAfter = 0,
  ) {}

  async query(): Promise<{ now: number }[]> {
    const now = Date.now() + this.ahead;
    if (this.answersAfter > 0) await new Promise((resolve) => setTimeout(resolve, this.answersAfter));
    return [{ now }];
  }
}

async function clockOf(database: ADatabase): Promise<DatabaseClock> {
  const clock = new DatabaseClock(database as never);
  await clock.look();
  return clock;
}

const aheadOfMachine = (clock: DatabaseClock) => clock.now().getTime() - Date.now();

describe('The time', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('is that of PostgreSQL, to the tenth of a second', async () => {
    const dataSource = await createDataSource({ url: database.url }).initialize();
    try {
      const clock = new DatabaseClock(dataSource);
      await clock.look();
      const before = clock.now().getTime();
      const [row] = await dataSource.query<{ now: Date }[]>('SELECT clock_timestamp() AS now');
      const there = Number(row?.now.getTime());
      expect(there).toBeGreaterThan(before - 500);
      expect(there).toBeLessThan(clock.now().getTime() + 500);
    } finally {
      await dataSource.destroy();
    }
  });

  it.each([-10, 10])('is the database’s when the machine is %d minutes off', async (minutes) => {
    const clock = await clockOf(new ADatabase(minutes * MINUTES));
    expect(Math.round(aheadOfMachine(clock) / MINUTES)).toBe(minutes);
    expect(Math.round(clock.skew / MINUTES)).toBe(-minutes);
  });

  it('is left as it is where the way to the database explains the difference', async () => {
    const clock = await clockOf(new ADatabase(-60, 200));
    expect(Math.abs(aheadOfMachine(clock))).toBeLessThan(50);
    expect(clock.skew).toBe(0);
  });

  it('does not move when the clock of the machine is put right', async () => {
    const clock = await clockOf(new ADatabase(0));
    const before = clock.now().getTime();
    const { now } = Date;
    Date.now = () => now() + 10 * MINUTES;
    try {
      expect(clock.now().getTime() - before).toBeLessThan(1 * MINUTES);
    } finally {
      Date.now = now;
    }
  });

  it('follows the database that takes the place of another', async () => {
    const database = new ADatabase(0);
    const clock = await clockOf(database);
    database.ahead = 2 * MINUTES;
    await clock.look();
    expect(Math.round(aheadOfMachine(clock) / MINUTES)).toBe(2);
  });

  it('is told of when the clocks are five seconds apart, not before', () => {
    expect(apart(4_999)).toBeNull();
    expect(apart(-4_999)).toBeNull();
    expect(apart(5_000)).toBe(
      "The clock of this machine is 5 s ahead of its database's. Cashdesk goes by the database's.",
    );
    expect(apart(-600_000)).toContain('600 s behind');
  });
});
