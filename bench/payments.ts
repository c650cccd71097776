import { join } from 'node:path';
import { untilClosed } from './ending';
import { median, overRounds, type Benchmark, type Figure } from './figures';
import type { LoadFigures, LoadOrder } from './processes/load';
import { Commits } from './processes/pgbench';
import { SdkProcess } from './processes/sdk';
import { Cashdesk, DataFolder } from './processes/cashdesk';
import { LoadProcess, Server } from './processes/start';
import { progress } from './progress';

const STUB = join(__dirname, 'processes/stripe-stub.js');
const ROUNDS = 9;
const ALONE = { connections: 1, requests: 150 };
const TOGETHER = { connections: 16, requests: 600 };
const SLOW = { connections: 16, requests: 128 };
const SLOW_STRIPE = 100;
const COMMITS = 300;
const WARM_UP = { connections: 16, requests: 3_000 };

interface Volume {
  readonly connections: number;
  readonly requests: number;
}

/** What one round measured. Times in milliseconds. */
interface Round {
  readonly commit: number;
  readonly created: Pair;
  readonly charged: Pair;
  readonly slow: Pair;
  /** Per payment. */
  readonly cpu: Pair & { readonly database: number };
}

interface Pair {
  readonly service: number;
  readonly sdk: number;
}

/** Creating a payment, beside the bare SDK call that it contains and the commits that it cannot do without. */
export async function benchmark(): Promise<Benchmark> {
  const bench = await PaymentsBench.open();
  try {
    progress('payments: warming up');
    await bench.warmUp();
    const rounds: Round[] = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      progress(`payments: round ${String(round)} of ${String(ROUNDS)}`);
      rounds.push(await bench.round());
    }
    return {
      name: 'Payments',
      conditions: {
        rounds: ROUNDS,
        'payments per round at 1 connection': ALONE.requests,
        'at 16 connections': TOGETHER.requests,
        'at 16 connections with a slow Stripe': SLOW.requests,
        'a slow Stripe takes (ms)': SLOW_STRIPE,
        'a commit, measured by': bench.commits.by,
        node: process.version,
      },
      figures: figuresOf(rounds),
    };
  } finally {
    await bench.close();
  }
}

class PaymentsBench {
  private constructor(
    private readonly folder: DataFolder,
    private readonly stub: Server,
    private readonly service: Cashdesk,
    private readonly sdk: SdkProcess,
    private readonly load: LoadProcess,
    readonly commits: Commits,
    private readonly closeRest: () => Promise<void>,
  ) {}

  static async open(): Promise<PaymentsBench> {
    const folder = new DataFolder();
    const stub = await Server.start(STUB);
    const load = new LoadProcess();
    const closeRest = untilClosed(async () => {
      load.stop();
      await stub.stop();
    });
    const stripeUrl = `http://127.0.0.1:${String(stub.port)}`;
    const service = await Cashdesk.start({ folder, stripeUrl });
    const sdk = await SdkProcess.start(stripeUrl);
    const commits = await Commits.on(service.databaseUrl, folder.path);
    return new PaymentsBench(folder, stub, service, sdk, load, commits, closeRest);
  }

  async warmUp(): Promise<void> {
    for (const confirm of [false, true]) {
      await this.create(WARM_UP, confirm);
      await this.sdk.figures({ ...WARM_UP, confirm });
      await this.pair(ALONE, confirm);
    }
  }

  async round(): Promise<Round> {
    const commit = await this.commits.latency(COMMITS);
    const created = await this.pair(ALONE, false);
    const charged = await this.pair(ALONE, true);
    const cpu = await this.cpu();
    await this.delay(SLOW_STRIPE);
    const slow = await this.pair(SLOW, false);
    await this.delay(0);
    return { commit, created, charged, slow, cpu };
  }

  async close(): Promise<void> {
    await this.service.stop();
    await this.sdk.stop();
    await this.closeRest();
    await this.folder.remove();
  }

  private async pair(volume: Volume, confirm: boolean): Promise<Pair> {
    const sdk = median((await this.sdk.figures({ ...volume, confirm })).latencies);
    return { sdk, service: median((await this.create(volume, confirm)).latencies) };
  }

  private async cpu(): Promise<Round['cpu']> {
    const sdk = (await this.sdk.figures({ ...TOGETHER, confirm: false })).cpuMs;
    const before = [this.service.cpuMs(), this.service.databaseCpuMs()] as const;
    await this.create(TOGETHER, false);
    const after = [this.service.cpuMs(), this.service.databaseCpuMs()] as const;
    const each = (ms: number): number => ms / TOGETHER.requests;
    return { sdk: each(sdk), service: each(after[0] - before[0]), database: each(after[1] - before[1]) };
  }

  private create(volume: Volume, confirm: boolean): Promise<LoadFigures> {
    const charge = confirm ? { paymentMethod: 'pm_card_visa', confirm } : {};
    const body = JSON.stringify({ amount: 4_999, currency: 'gbp', reference: 'order_{n}', ...charge });
    const { port, headers } = this.service;
    const order: LoadOrder = { port, path: '/api/v1/payments', form: body, headers, status: 201, ...volume };
    return this.load.figures(order);
  }

  private async delay(milliseconds: number): Promise<void> {
    await fetch(`http://127.0.0.1:${String(this.stub.port)}/delay/${String(milliseconds)}`, { method: 'POST' });
  }
}

function figuresOf(rounds: readonly Round[]): Figure[] {
  const over = (name: string, unit: string, value: (round: Round) => number, most?: number): Figure =>
    overRounds(name, unit, rounds.map(value), most === undefined ? undefined : { most });
  const above = (pair: (round: Round) => Pair) => (round: Round) =>
    (pair(round).service - pair(round).sdk) / round.commit;
  return [
    over('a commit', 'ms', (round) => round.commit),
    over('a bare SDK call, 1 connection', 'ms', ({ created }) => created.sdk),
    over('a payment created, 1 connection', 'ms', ({ created }) => created.service),
    over(
      'created, above the SDK call',
      'commits',
      above(({ created }) => created),
      8,
    ),
    over('a payment charged, 1 connection', 'ms', ({ charged }) => charged.service),
    over(
      'charged, above the SDK call',
      'commits',
      above(({ charged }) => charged),
      8,
    ),
    over('a bare SDK call, 16 connections, slow Stripe', 'ms', ({ slow }) => slow.sdk),
    over('a payment created, 16 connections, slow Stripe', 'ms', ({ slow }) => slow.service),
    over('created with a slow Stripe, ratio to the SDK call', '', ({ slow }) => slow.service / slow.sdk, 1.06),
    over('CPU of a bare SDK call', 'ms', ({ cpu }) => cpu.sdk),
    over('CPU of a payment created, the service', 'ms', ({ cpu }) => cpu.service),
    over('CPU of a payment created, PostgreSQL', 'ms', ({ cpu }) => cpu.database),
    over('CPU, ratio of the service to the SDK call', '', ({ cpu }) => cpu.service / cpu.sdk, 4),
  ];
}
