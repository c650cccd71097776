import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { overRounds, type Benchmark, type Figure } from './figures';
import { LoadProcess, pinned, Server } from './processes/start';

const SIMULATOR = join(__dirname, '../src/infrastructure/stripe-simulator/main.js');
const ECHO = join(__dirname, 'processes/echo-server.js');
const CONNECTIONS = 16;
const ROUNDS = 9;
const REQUESTS_PER_ROUND = 4_000;
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
      'requests per round': REQUESTS_PER_ROUND,
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
    simulator: await Server.start(SIMULATOR, ['--port', '0', '--exit-with-stdin']),
  };
  const rates = { echo: [] as number[], simulator: [] as number[], perCpuSecond: [] as number[] };
  const once = (server: Server): Promise<number> =>
    load.run({ ...PAYMENT, port: server.port, requests: REQUESTS_PER_ROUND });
  // Until everything is compiled.
  for (const server of [servers.echo, servers.simulator, servers.simulator]) await once(server);
  for (let round = 0; round < ROUNDS; round += 1) {
    rates.echo.push((REQUESTS_PER_ROUND * 1000) / (await once(servers.echo)));
    const cpuBefore = servers.simulator.cpuMs();
    rates.simulator.push((REQUESTS_PER_ROUND * 1000) / (await once(servers.simulator)));
    const cpuAfter = servers.simulator.cpuMs();
    if (cpuBefore !== null && cpuAfter !== null) {
      rates.perCpuSecond.push((REQUESTS_PER_ROUND * 1000) / (cpuAfter - cpuBefore));
    }
  }
  await Promise.all([servers.echo.stop(), servers.simulator.stop()]);
  const ratios = rates.simulator.map((rate, round) => rate / (rates.echo[round] ?? Number.NaN));
  return [
    overRounds('bare node:http echo', 'requests/s', rates.echo),
    overRounds('create and confirm', 'payments/s', rates.simulator, { least: 800 }),
    ...(rates.perCpuSecond.length === 0
      ? []
      : [overRounds('create and confirm, per second of CPU', 'payments/s', rates.perCpuSecond)]),
    overRounds('ratio to the echo', '', ratios, { least: 0.15 }),
  ];
}

async function longRun(load: LoadProcess, how: string, dataFile: string | null): Promise<Figure[]> {
  const simulator = await Server.start(SIMULATOR, [
    '--port',
    '0',
    '--exit-with-stdin',
    ...(dataFile === null ? [] : ['--data', dataFile]),
  ]);
  const rates: number[] = [];
  for (let tenth = 0; tenth < TENTHS; tenth += 1) {
    const requests = LONG_RUN / TENTHS;
    rates.push((requests * 1000) / (await load.run({ ...PAYMENT, port: simulator.port, requests })));
  }
  const memory = simulator.residentMb();
  await simulator.stop();
  const [first = Number.NaN] = rates;
  return [
    overRounds(`long run ${how}, tenths`, 'payments/s', rates),
    {
      name: `long run ${how}, last tenth to first`,
      unit: '',
      value: (rates.at(-1) ?? Number.NaN) / first,
      owed: { least: 0.9 },
    },
    ...(memory === null
      ? []
      : [{ name: `long run ${how}, resident at the end`, unit: 'MB', value: memory, owed: { most: 1_000 } }]),
    ...(dataFile === null
      ? []
      : [{ name: `long run ${how}, its size`, unit: 'MB', value: statSync(dataFile).size / 1e6 }]),
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
