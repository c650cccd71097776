import { join } from 'node:path';
import { createDataSource } from '../src/infrastructure/postgres/data-source';
import { PostgresLedgerQueries } from '../src/infrastructure/postgres/postgres-ledger-queries';
import { PostgresUnitOfWork } from '../src/infrastructure/postgres/postgres-unit-of-work';
import { untilClosed } from './ending';
import { median, overRounds, type Benchmark, type Figure } from './figures';
import { fillBooks, POSTINGS_PER_CHARGE } from './processes/books';
import { Cashdesk, DataFolder } from './processes/cashdesk';
import { Server } from './processes/start';
import { progress } from './progress';

const STUB = join(__dirname, 'processes/stripe-stub.js');
const SHORT = 10_000;
const LONG = 1_000_000;
const ROUNDS = 9;
const WARM_UP = 100;
const QUERIES = 100;
const YEAR = 365 * 86_400_000;

/** What is asked: when the balances stood so. */
const INSTANTS: Readonly<Record<string, (n: number) => Date>> = {
  'balances now': () => new Date(),
  'balances at any instant of the last year': (n) => new Date(Date.now() - YEAR * ((n * 0.618_034) % 1)),
};

/** Balances over few and over many postings of the same two years, each in a PostgreSQL of its own. */
export async function benchmark(): Promise<Benchmark> {
  const stub = await Server.start(STUB);
  const close = untilClosed(() => stub.stop());
  const stripeUrl = `http://127.0.0.1:${String(stub.port)}`;
  const books: Books[] = [];
  try {
    for (const postings of [SHORT, LONG]) {
      progress(`ledger: writing ${String(postings)} postings`);
      books.push(await Books.write(postings, stripeUrl));
    }
    const [short, long] = books as [Books, Books];
    for (const at of Object.values(INSTANTS)) for (const each of books) await each.median(at, WARM_UP);
    const figures: Figure[] = [];
    for (const [name, at] of Object.entries(INSTANTS)) {
      progress(`ledger: ${name}`);
      figures.push(...(await measured(name, at, short, long)));
    }
    const conditions = {
      rounds: ROUNDS,
      'queries of each and round': QUERIES,
      'postings of few and of many': `${String(SHORT)} and ${String(LONG)}`,
      node: process.version,
    };
    return { name: 'Ledger', conditions, figures };
  } finally {
    for (const each of books) await each.close();
    await close();
  }
}

async function measured(name: string, at: (n: number) => Date, short: Books, long: Books): Promise<Figure[]> {
  const [few, many]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    few.push(await short.median(at, QUERIES));
    many.push(await long.median(at, QUERIES));
  }
  const ratios = many.map((ms, round) => ms / (few[round] ?? Number.NaN));
  return [
    overRounds(`${name}, few postings`, 'ms', few),
    overRounds(`${name}, many postings`, 'ms', many),
    overRounds(`${name}, ratio of many to few`, '', ratios, { most: 1.5 }),
  ];
}

class Books {
  private constructor(
    private readonly folder: DataFolder,
    private readonly service: Cashdesk,
    private readonly queries: PostgresLedgerQueries,
    private readonly disconnect: () => Promise<void>,
  ) {}

  static async write(postings: number, stripeUrl: string): Promise<Books> {
    const folder = new DataFolder();
    const service = await Cashdesk.start({ folder, stripeUrl });
    await fillBooks(service.databaseUrl, postings / POSTINGS_PER_CHARGE);
    const source = createDataSource({ url: service.databaseUrl });
    await source.initialize();
    const queries = new PostgresLedgerQueries(new PostgresUnitOfWork(source));
    return new Books(folder, service, queries, () => source.destroy());
  }

  async median(at: (n: number) => Date, queries: number): Promise<number> {
    const times: number[] = [];
    for (let n = 0; n < queries; n += 1) {
      const since = performance.now();
      const balances = await this.queries.balances({ at: at(n) });
      times.push(performance.now() - since);
      if (balances.length === 0) throw new Error('there are no balances');
    }
    return median(times);
  }

  async close(): Promise<void> {
    await this.disconnect();
    await this.service.stop();
    await this.folder.remove();
  }
}
