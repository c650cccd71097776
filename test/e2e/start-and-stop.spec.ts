import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startSimulator, type RunningSimulator } from '../../src/infrastructure/stripe-simulator/simulator';
import { itWhere } from '../support/where';
import { query } from '../support/query';
import { eventually, freePort } from '../support/running-service';
import { allGone, dataFolder, SandboxProcess } from '../support/sandbox-process';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

const VISA = { amount: 4999, currency: 'gbp', paymentMethod: 'pm_card_visa', confirm: true };

interface Place {
  readonly data: ReturnType<typeof dataFolder>;
  readonly env: { readonly PORT: string; readonly CASHDESK_DATA_DIR: string };
  readonly api: string;
}

async function place(): Promise<Place> {
  const data = dataFolder();
  const port = String(await freePort());
  return { data, env: { PORT: port, CASHDESK_DATA_DIR: data.path }, api: `http://127.0.0.1:${port}/api/v1` };
}

interface Paid {
  readonly id: string;
  readonly status: string;
  readonly capturedAmount: number;
}

async function post(api: string, apiKey: string, path: string, key: string, body: object) {
  const response = await fetch(`${api}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Paid };
}

async function get(api: string, apiKey: string, path: string): Promise<Paid> {
  const response = await fetch(`${api}${path}`, { headers: { authorization: `Bearer ${apiKey}` } });
  return (await response.json()) as Paid;
}

describe('a first start', () => {
  let at: Place;
  let service: SandboxProcess;

  beforeAll(async () => {
    at = await place();
    service = await SandboxProcess.start(at.env);
  });
  afterAll(async () => {
    await service.end('SIGTERM');
    at.data.remove();
  });

  it('prints where the API and its document are, and a key', () => {
    expect(service.output).toContain(`API       http://localhost:${at.env.PORT}/api/v1\n`);
    expect(service.output).toContain(`OpenAPI   http://localhost:${at.env.PORT}/docs\n`);
    expect(service.output).toMatch(/API key {3}ck_\w{26}_[\w-]{43}\n/);
  });

  itWhere(spawnSync('curl', ['--version']).error === undefined, 'there is no curl')(
    'prints a curl that takes a payment as it stands, and only one however often it is run',
    async () => {
      const [command] = /^ +curl [^]+?\n(?! +-)/m.exec(service.output) ?? [''];
      expect(command.split('\n')).toHaveLength(6);
      const run = () => spawnSync('/bin/sh', ['-c', command], { encoding: 'utf8' }).stdout;
      const answer = run();
      expect(JSON.parse(answer)).toMatchObject({ status: 'succeeded', amount: 4999, capturedAmount: 4999 });
      expect(run()).toBe(answer);
      expect((await service.stripe.state()).charges).toHaveLength(1);
    },
  );

  it('serves the OpenAPI document that the repository holds', async () => {
    const served = await fetch(`http://127.0.0.1:${at.env.PORT}/docs/openapi.json`);
    const kept = readFileSync(join(__dirname, '../../docs/openapi.json'), 'utf8');
    expect(await served.json()).toEqual(JSON.parse(kept));
  });

  it.each(['/api/v1/payments', '/api/health', '/docs', '/nothing'])(
    'answers %s with security headers',
    async (path) => {
      const { headers } = await fetch(`http://127.0.0.1:${at.env.PORT}${path}`);
      expect(Object.fromEntries(headers)).toMatchObject({
        'content-security-policy': expect.stringMatching(/default-src 'none'.*frame-ancestors 'none'/),
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'strict-transport-security': expect.stringContaining('max-age='),
        'cache-control': 'no-store',
        'x-request-id': expect.stringMatching(/^req_/),
      });
      expect(headers.get('x-powered-by')).toBeNull();
    },
  );

  it('keeps its port: a second one there ends with one line', async () => {
    const other = dataFolder();
    const { code, output } = await SandboxProcess.refused({ PORT: at.env.PORT, CASHDESK_DATA_DIR: other.path });
    other.remove();
    expect(code).toBe(1);
    expect(output).toBe(
      `Cashdesk cannot start.\n  PORT ${at.env.PORT} is taken by another program: stop that one, ` +
        `or start with PORT=${String(Number(at.env.PORT) + 1)}.\n`,
    );
    expect((await fetch(`${at.api}/payments`, { headers: { authorization: `Bearer ${service.apiKey}` } })).status).toBe(
      200,
    );
  });

  it('keeps its data folder: a second one there ends with one line', async () => {
    const { code, output } = await SandboxProcess.refused({ ...at.env, PORT: String(await freePort()) });
    expect(code).toBe(1);
    expect(output).toMatch(
      /^Cashdesk cannot start\.\n {2}another Cashdesk \(pid \d+\) is already running on .*: stop it first.*\n$/,
    );
    const reference = 'after the second one';
    const paid = await post(at.api, service.apiKey, '/payments', reference, { ...VISA, reference });
    expect(paid).toMatchObject({ status: 201, body: { status: 'succeeded' } });
  });
});

describe('a sandbox', () => {
  let at: Place;
  let service: SandboxProcess | null = null;

  beforeEach(async () => {
    at = await place();
  });
  afterEach(async () => {
    await service?.end('SIGKILL');
    at.data.remove();
  });

  async function start(env: Readonly<Record<string, string>> = {}): Promise<SandboxProcess> {
    service = await SandboxProcess.start({ ...at.env, ...env });
    return service;
  }

  it.each(['SIGTERM', 'SIGINT'] as const)('ends with all its processes on %s, and keeps its data', async (signal) => {
    const first = await start();
    const apiKey = first.apiKey;
    const body = { ...VISA, reference: 'kept', captureMethod: 'manual' };
    const { id } = (await post(at.api, apiKey, '/payments', 'k1', body)).body;
    const processes = first.processes();
    // The service, the simulator, PostgreSQL with its own, and its watchdog.
    expect(processes.length).toBeGreaterThan(5);
    expect((await first.end(signal)).code).toBe(0);
    await allGone(processes);

    const second = await start();
    expect([second.apiKey, second.stripeUrl]).toEqual([apiKey, first.stripeUrl]);
    expect(await get(at.api, apiKey, `/payments/${id}`)).toMatchObject({ id, status: 'authorized' });
    const captured = await post(at.api, apiKey, `/payments/${id}/capture`, 'k2', {});
    expect(captured).toMatchObject({ status: 200, body: { status: 'succeeded', capturedAmount: 4999 } });
  });

  it('finds out after a SIGKILL what became of a payment whose answer it lost', async () => {
    // What a dead process began is left alone for a little longer than a call may take.
    const first = await start({ STRIPE_TIMEOUT_MS: '1000' });
    const { apiKey, stripe } = first;
    await stripe.pauseWebhooks();
    await stripe.fault({ kind: 'timeout_after_effect', match: { method: 'POST', path: '/v1/payment_intents' } });
    const body = { ...VISA, reference: 'in the middle' };
    const lost = post(at.api, apiKey, '/payments', 'lost', body).catch(() => null);
    await eventually(async () => expect((await stripe.state()).charges).toHaveLength(1));
    const processes = first.processes();
    await first.end('SIGKILL');
    expect(await lost).toBeNull();
    await allGone(processes);

    const second = await start({ STRIPE_TIMEOUT_MS: '1000' });
    const again = await post(at.api, apiKey, '/payments', 'lost', body);
    expect(again).toMatchObject({ status: 201, body: { status: 'succeeded', capturedAmount: 4999 } });
    expect((await second.stripe.state()).charges).toHaveLength(1);
  });

  it('answers what is under way before it ends on SIGTERM', async () => {
    const { stripe, apiKey } = await start();
    await stripe.fault({ kind: 'delay', ms: 700, times: 0, match: { method: 'POST', path: '/v1/payment_intents' } });
    const references = Array.from({ length: 8 }, (_, index) => `under way ${String(index)}`);
    const answers = Promise.all(
      references.map((reference) => post(at.api, apiKey, '/payments', reference, { ...VISA, reference })),
    );
    await eventually(async () => {
      const asked = (await stripe.journal()).filter(({ path }) => path === '/v1/payment_intents');
      expect(asked).toHaveLength(references.length);
    });
    const ended = service?.end('SIGTERM');
    expect((await answers).map(({ status, body }) => [status, body.status])).toEqual(
      references.map(() => [201, 'succeeded']),
    );
    expect((await ended)?.code).toBe(0);
  });
});

describe('a bad setting', () => {
  const WRONG: Readonly<Record<string, readonly [value: string, says: RegExp]>> = {
    PORT: ['70000', /port number from 0 to 65535/],
    TRUSTED_PROXIES: ['proxy.local', /10\.0\.0\.0\/8/],
    DATABASE_URL: ['mysql://db', /postgresql:\/\/user:password@host:5432\/database/],
    DATABASE_POOL_SIZE: ['1', /from 2 to 500/],
    DATABASE_ACQUIRE_TIMEOUT_MS: ['soon', /milliseconds from 100/],
    DATABASE_STATEMENT_TIMEOUT_MS: ['99', /milliseconds from 100/],
    SLOW_QUERY_MS: ['0', /milliseconds from 1/],
    REDIS_URL: ['localhost', /redis:\/\/host:6379/],
    STRIPE_SECRET_KEY: ['pk_test_1', /sk_test_…/],
    STRIPE_API_URL: ['stripe', /http:\/\/127\.0\.0\.1:12111/],
    STRIPE_WEBHOOK_SECRET: ['secret', /whsec_…/],
    STRIPE_WEBHOOK_ALLOWED_IPS: ['stripe.com', /10\.0\.0\.0\/8/],
    STRIPE_TIMEOUT_MS: ['60000', /from 100 to 30000/],
    STRIPE_SIMULATOR_PORT: ['0', /from 1 to 65535/],
    JWT_SECRET: ['short', /openssl rand -base64 48/],
    JWKS_URL: ['http://id.example.com/keys', /https:\/\/id\.example\.com/],
    ENCRYPTION_KEYS: ['k1', /openssl rand -base64 32/],
    LOG_LEVEL: ['loud', /fatal, error, warn/],
  };

  it('stops the start, and each one has a line that names it and the fix', async () => {
    const env = Object.fromEntries(Object.entries(WRONG).map(([name, [value]]) => [name, value]));
    const { code, output } = await SandboxProcess.refused(env);
    expect(code).toBe(1);
    const [title, ...lines] = output.trimEnd().split('\n');
    expect(title).toBe('Cashdesk cannot start.');
    expect(lines.map((line) => line.trim().split(' ')[0]).sort()).toEqual(Object.keys(WRONG).sort());
    for (const [name, [, says]] of Object.entries(WRONG)) {
      expect(lines.find((line) => line.startsWith(`  ${name} `))).toMatch(says);
    }
  });

  const LIVE = { STRIPE_SECRET_KEY: 'sk_live_1', STRIPE_WEBHOOK_SECRET: 'whsec_1' };
  const TEST = { STRIPE_SECRET_KEY: 'sk_test_1', STRIPE_WEBHOOK_SECRET: 'whsec_1' };
  const NOBODY = 'http://127.0.0.1:1';

  it.each<[name: string, env: Record<string, string>, says: string[]]>([
    [
      'an address of Stripe without a key',
      { STRIPE_API_URL: NOBODY },
      ['STRIPE_API_URL is set without STRIPE_SECRET_KEY'],
    ],
    [
      'a network that is none',
      { STRIPE_WEBHOOK_ALLOWED_IPS: '1.2.3.4/99' },
      ['STRIPE_WEBHOOK_ALLOWED_IPS has 1.2.3.4/99'],
    ],
    ['a proxy that is none', { TRUSTED_PROXIES: '10.0.0.1,::1/129' }, ['TRUSTED_PROXIES has ::1/129']],
    [
      'two encryption keys under one id',
      { ENCRYPTION_KEYS: [1, 2].map((n) => `k1:${Buffer.alloc(32, n).toString('base64')}`).join(',') },
      ['ENCRYPTION_KEYS has two keys with the id k1'],
    ],
    ['an address that is not of this machine', { HOST: '256.1.1.1' }, ['HOST 256.1.1.1 cannot be listened on']],
    [
      'a file in place of the data folder',
      { CASHDESK_DATA_DIR: __filename },
      [`CASHDESK_DATA_DIR ${__filename} is no folder`],
    ],
    ['a key without a signing secret', { STRIPE_SECRET_KEY: 'sk_test_1' }, ['STRIPE_WEBHOOK_SECRET is missing']],
    [
      'a live key with the address of another Stripe',
      { ...LIVE, STRIPE_API_URL: NOBODY },
      ['STRIPE_API_URL must not be set with a live key'],
    ],
    [
      'a live key without the rest',
      LIVE,
      ['DATABASE_URL is missing', 'JWT_SECRET is missing', 'ENCRYPTION_KEYS is missing'],
    ],
    [
      'a signing secret that ends at no time',
      { ...TEST, STRIPE_WEBHOOK_SECRET: 'whsec_1@tomorrow', DATABASE_URL: 'postgresql://nobody' },
      ['STRIPE_WEBHOOK_SECRET has a time that is none'],
    ],
    [
      'a database that is not there',
      { DATABASE_URL: 'postgresql://127.0.0.1:1/none' },
      ['DATABASE_URL leads to no database'],
    ],
  ])('such as %s stops the start', async (_name, env, says) => {
    const { data, env: own } = await place();
    const { code, output } = await SandboxProcess.refused({ ...own, ...env });
    data.remove();
    expect(code).toBe(1);
    for (const each of says) expect(output).toContain(`\n  ${each}`);
    expect(output).not.toMatch(/\n\s+at /);
  });
});

describe('a database', () => {
  let database: TestDatabase;
  let own: RunningSimulator;
  let other: RunningSimulator;
  let at: Place;
  let env: Record<string, string>;

  beforeAll(async () => {
    database = await createTestDatabase();
    [own, other] = [await startSimulator({}), await startSimulator({})];
    at = await place();
    env = {
      ...at.env,
      DATABASE_URL: database.url,
      STRIPE_SECRET_KEY: 'sk_test_1',
      STRIPE_API_URL: own.url,
      STRIPE_WEBHOOK_SECRET: 'whsec_1',
      JWT_SECRET: 'a secret for this spec only, long enough',
      ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
      SHUTDOWN_NOTICE_MS: '0',
    };
    const first = await SandboxProcess.start(env);
    await first.end('SIGTERM');
  });
  afterAll(async () => {
    await Promise.all([own.close(), other.close()]);
    at.data.remove();
    await database.drop();
  });

  it('belongs to the Stripe account of its first start: the key of another account does not start', async () => {
    const [bound] = await query(database.url, 'SELECT stripe_account FROM stripe_binding');
    const { code, output } = await SandboxProcess.refused({ ...env, STRIPE_API_URL: other.url });
    expect(code).toBe(1);
    expect(output).toMatch(/^ {2}STRIPE_SECRET_KEY is a key of acct_\w+, but this .*: use its own key/m);
    expect(output).toContain(`belongs to ${String(bound?.stripe_account)}`);
  });

  it('belongs to one mode: a live key does not start on the database of a test key', async () => {
    const { STRIPE_API_URL: _, ...rest } = env;
    const live = { ...rest, STRIPE_SECRET_KEY: 'sk_live_1', ...withoutStripe(at.data.path) };
    const { code, output } = await SandboxProcess.refused(live);
    expect(code).toBe(1);
    expect(output).toContain(
      '\n  STRIPE_SECRET_KEY is a live key, but this database belongs to test mode: use its own key',
    );
  });

  const ring = (...keys: [id: string, byte: number][]) =>
    keys.map(([id, byte]) => `${id}:${Buffer.alloc(32, byte).toString('base64')}`).join(',');

  it.each([
    ['without the key that sealed', ring(['k2', 2])],
    ['with another key under its id', ring(['k1', 2])],
    ['with its key under another id', ring(['k2', 1])],
  ])(
    'is read by the keys that sealed it: a ring %s does not start, and the line names the key',
    async (_what, keys) => {
      const sealed = () => query(database.url, 'SELECT * FROM sealed_keys');
      const before = await sealed();
      const { code, output } = await SandboxProcess.refused({ ...env, ENCRYPTION_KEYS: keys });
      expect(code).toBe(1);
      expect(output).toMatch(
        /^Cashdesk cannot start\.\n {2}ENCRYPTION_KEYS does not open what this database has sealed \(.*\(key k1\).*\): put that key back into the ring\.\n$/,
      );
      expect(await sealed()).toEqual(before);
    },
  );

  it('is read by a ring that has a newer key before its own', async () => {
    const service = await SandboxProcess.start({ ...env, ENCRYPTION_KEYS: ring(['k2', 2], ['k1', 1]) });
    expect((await service.end('SIGTERM')).code).toBe(0);
  });
});

/** Its name is not found, so that a test asks nothing of the real Stripe. */
function withoutStripe(folder: string): { readonly NODE_OPTIONS: string } {
  const file = `${folder}-no-network.cjs`;
  const notFound = `Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND', syscall: 'getaddrinfo' })`;
  writeFileSync(
    file,
    `const dns = require('node:dns');
const find = dns.lookup;
dns.lookup = (name, options, done) =>
  name.endsWith('stripe.com') ? process.nextTick(done ?? options, ${notFound}) : find(name, options, done);\n`,
  );
  return { NODE_OPTIONS: `--require ${file}` };
}
