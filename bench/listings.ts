import { join } from 'node:path';
import { untilClosed } from './ending';
import { median, overRounds, type Benchmark, type Figure } from './figures';
import { Cashdesk, DataFolder } from './processes/cashdesk';
import { fill, someCustomer } from './processes/history';
import { LoadProcess, Server } from './processes/start';
import { progress } from './progress';

const STUB = join(__dirname, 'processes/stripe-stub.js');
const SHORT = 10_000;
const LONG = 1_000_000;
const ROUNDS = 9;
const WARM_UP = 150;
const REQUESTS = 30;
const YEAR = 365 * 86_400_000;

/** What is asked, as the query of GET /api/v1/payments. */
const LISTS: Readonly<Record<string, (history: History) => string>> = {
  'the first page': () => '',
  'a page deep in the list': ({ deep }) => `cursor=${deep}`,
  'by status, succeeded': () => 'status=succeeded',
  'by status, unknown': () => 'status=unknown',
  'by status and currency, deep in the list': ({ deep }) => `status=failed&currency=eur&cursor=${deep}`,
  'by reference': () => 'reference=order_1000',
  "a customer's history": ({ payments }) => `customer=${someCustomer(payments)}`,
};

/** Lists of a short and of a long history, each behind a service and a PostgreSQL of its own. */
export async function benchmark(): Promise<Benchmark> {
  const stub = await Server.start(STUB);
  const load = new LoadProcess();
  const close = untilClosed(async () => {
    load.stop();
    await stub.stop();
  });
  const stripeUrl = `http://127.0.0.1:${String(stub.port)}`;
  const histories: History[] = [];
  try {
    for (const payments of [SHORT, LONG]) {
      progress(`listings: writing ${String(payments)} payments`);
      histories.push(await History.write(payments, stripeUrl, load));
    }
    const [short, long] = histories as [History, History];
    for (const list of Object.values(LISTS)) for (const each of histories) await each.median(list, WARM_UP);
    const rounds: Round[] = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      progress(`listings: round ${String(round)} of ${String(ROUNDS)}`);
      rounds.push(await oneRound(short, long));
    }
    const conditions = {
      rounds: ROUNDS,
      'requests per list and round': REQUESTS,
      'payments of a short and of a long history': `${String(SHORT)} and ${String(LONG)}`,
      connections: 1,
      node: process.version,
    };
    return { name: 'Listings', conditions, figures: Object.keys(LISTS).flatMap((name) => figuresOf(name, rounds)) };
  } finally {
    for (const history of histories) await history.close();
    await close();
  }
}

/** Medians of each list, in milliseconds. */
type Round = ReadonlyMap<string, { readonly short: number; readonly long: number }>;

async function oneRound(short: History, long: History): Promise<Round> {
  const medians = new Map<string, { short: number; long: number }>();
  for (const [name, list] of Object.entries(LISTS)) {
    medians.set(name, { short: await short.median(list, REQUESTS), long: await long.median(list, REQUESTS) });
  }
  return medians;
}

function figuresOf(name: string, rounds: readonly Round[]): Figure[] {
  const over = (what: 'short' | 'long'): number[] => rounds.map((round) => round.get(name)?.[what] ?? Number.NaN);
  const ratios = rounds.map((round) => (round.get(name)?.long ?? Number.NaN) / (round.get(name)?.short ?? Number.NaN));
  return [
    overRounds(`${name}, long history`, 'ms', over('long')),
    overRounds(`${name}, ratio to a short one`, '', ratios, { most: 1.2 }),
  ];
}

class History {
  /** A cursor that stands in the middle of the history. */
  deep = '';

  private constructor(
    readonly payments: number,
    private readonly folder: DataFolder,
    private readonly service: Cashdesk,
    private readonly load: LoadProcess,
  ) {}

  static async write(payments: number, stripeUrl: string, load: LoadProcess): Promise<History> {
    const folder = new DataFolder();
    const service = await Cashdesk.start({ folder, stripeUrl });
    await fill(service.databaseUrl, payments);
    const history = new History(payments, folder, service, load);
    history.deep = await history.cursorAYearAgo();
    return history;
  }

  async median(list: (history: History) => string, requests: number): Promise<number> {
    const { port, headers } = this.service;
    const path = `/api/v1/payments?${list(this)}`;
    const order = { port, headers, method: 'GET', path, form: '', connections: 1, requests } as const;
    return median((await this.load.figures(order)).latencies);
  }

  async close(): Promise<void> {
    await this.service.stop();
    await this.folder.remove();
  }

  private async cursorAYearAgo(): Promise<string> {
    const before = new Date(Date.now() - YEAR).toISOString();
    const url = `http://127.0.0.1:${String(this.service.port)}/api/v1/payments?limit=1&createdBefore=${before}`;
    const page = (await (await fetch(url, { headers: this.service.headers })).json()) as { nextCursor?: string };
    if (typeof page.nextCursor !== 'string') throw new Error('the middle of the history was not found');
    return page.nextCursor;
  }
}
