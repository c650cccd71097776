import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, overRounds, type Benchmark, type Figure } from './figures';
import { LoadProcess, pinned, Server } from './processes/start';

const SIMULATOR = join(__dirname, '../src/infrastructure/stripe-simulator/main.js');
/** As `npm run stripe:simulator` and the sandbox start it. */
const NODE_OPTIONS = ['--max-semi-space-size=64'];
const ECHO = join(__dirname, 'processes/echo-server.js');
const CONNECTIONS = 16;
const ROUNDS = 9;
const PAYMENTS_PER_ROUND = 4_000;
/** So many that both take about as long. */
const ECHOES_PER_ROUND = 20_000;
const LONG_RUN = 100_000;
const TENTHS = 10;

/** A payment as a server makes it: created and confirmed in one request, under a key of its own. */
const PAYMENT = {
  path: '/v1/payment_intents',
  form:
    'amount=2000&currency=gbp&confirm=true&payment_method=pm_card_visa&metadata[order]=6735&' +
    'automatic_payment_methods[enabled]=true&automatic_payment_methods[allow_redirects]=never',
  connections: CONNECTIONS,
};

/** Payments per second against a server that only echoes, then a run that is long enough to fill the memory. */
export async function benchmark(): Promise<Benchmark> {
  const load = new LoadProcess();
  try {
    const figures = [
      ...(await comparedWithEcho(load)),
      ...(await longRun(load, 'in memory', null)),
      ...(await inFolder((folder) => longRun(load, 'with a data file', join(folder, 'stripe.log')))),
    ];
    const conditions = {
      rounds: ROUNDS,
      'payments and echoes per round': `${PAYMENTS_PER_ROUND} and ${ECHOES_PER_ROUND}`,
      connections: CONNECTIONS,
      'payments of a long run': LONG_RUN,
      'one core for the server, another for the load': pinned,
      node: process.version,
    };
    return { name: 'Stripe simulator', conditions, figures };
  } finally {
    load.stop();
  }
}

async function comparedWithEcho(load: LoadProcess): Promise<Figure[]> {
  const servers = {
    echo: await Server.start(ECHO),
    simulator: await Server.start(SIMULATOR, ['--port', '0', '--exit-with-stdin'], NODE_OPTIONS),
  };
  const echo = (): Promise<Rates> => measured(load, servers.echo, ECHOES_PER_ROUND);
  const simulator = (): Promise<Rates> => measured(load, servers.simulator, PAYMENTS_PER_ROUND);
  // Until everything is compiled.
  for (const warmUp of [echo, simulator, simulator]) await warmUp();
  const rounds: { echo: Rates; simulator: Rates }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.push({ echo: await echo(), simulator: await simulator() });
  }
  await Promise.all([servers.echo.stop(), servers.simulator.stop()]);
  const rates = (rate: (round: { echo: Rates; simulator: Rates }) => number): number[] => rounds.map(rate);
  return [
    overRounds(
      'bare node:http echo',
      'requests/s',
      rates((round) => round.echo.perSecond),
    ),
    overRounds(
      'create and confirm',
      'payments/s',
      rates((round) => round.simulator.perSecond),
      { least: 800 },
    ),
    overRounds(
      'create and confirm, by CPU time',
      'payments/s',
      rates((round) => round.simulator.perCpuSecond),
    ),
    overRounds(
      'ratio to the echo',
      '',
      rates((round) => round.simulator.perSecond / round.echo.perSecond),
      {
        least: 0.15,
      },
    ),
    overRounds(
      'ratio to the echo, by CPU time',
      '',
      rates((round) => round.simulator.perCpuSecond / round.echo.perCpuSecond),
    ),
  ];
}

interface Rates {
  perSecond: number;
  /** Other programs do not change it, as they change what a second holds. NaN where the system does not tell. */
  perCpuSecond: number;
}

async function measured(load: LoadProcess, server: Server, requests: number): Promise<Rates> {
  const cpuBefore = server.cpuMs();
  const ms = await load.run({ ...PAYMENT, port: server.port, requests });
  return { perSecond: (requests * 1000) / ms, perCpuSecond: (requests * 1000) / (server.cpuMs() - cpuBefore) };
}

async function longRun(load: LoadProcess, how: string, dataFile: string | null): Promise<Figure[]> {
  const data = dataFile === null ? [] : ['--data', dataFile];
  const simulator = await Server.start(SIMULATOR, ['--port', '0', '--exit-with-stdin', ...data], NODE_OPTIONS);
  // Until everything is compiled, or the first tenth would be too easy to keep up with.
  for (let round = 0; round < 2; round += 1) await measured(load, simulator, PAYMENTS_PER_ROUND);
  const tenths: Rates[] = [];
  for (let tenth = 0; tenth < TENTHS; tenth += 1) tenths.push(await measured(load, simulator, LONG_RUN / TENTHS));
  const memory = simulator.residentMb();
  await simulator.stop();
  // Of halves: one tenth more or less has a large collection of garbage, or a table that grows.
  const secondToFirst = (rate: (tenth: Rates) => number): number => {
    const rates = tenths.map(rate);
    return median(rates.slice(TENTHS / 2)) / median(rates.slice(0, TENTHS / 2));
  };
  const name = `long run ${how}`;
  return [
    overRounds(
      `${name}, tenths`,
      'payments/s',
      tenths.map(({ perSecond }) => perSecond),
    ),
    { name: `${name}, second half to first`, unit: '', value: secondToFirst(({ perSecond }) => perSecond) },
    {
      name: `${name}, second half to first, by CPU time`,
      unit: '',
      value: secondToFirst(({ perCpuSecond }) => perCpuSecond),
      owed: { least: 0.9 },
    },
    { name: `${name}, resident at the end`, unit: 'MB', value: memory, owed: { most: 1_000 } },
    ...(dataFile === null
      ? []
      : [{ name: `${name}, its size`, unit: 'MB', value: Math.round(statSync(dataFile).size / 1e6) }]),
  ];
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'cashdesk-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
