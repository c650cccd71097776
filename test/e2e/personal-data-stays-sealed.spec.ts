import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { nameOf, SEALED_COLUMNS } from '../../src/infrastructure/postgres/sealed-columns';
import { Canary, everyColumn, everyKey, everySealedText, type StoredText } from '../support/canary';
import { House } from '../support/house';
import { MarkedCalls } from '../support/marked-calls';
import { startRedis, type TestRedis } from '../support/redis-server';
import { eventually, SEALING_KEY } from '../support/running-service';

const ROOT = join(__dirname, '../..');

/** What the API's document says somebody must look after, and what therefore stands in clear. */
const IN_CLEAR = new Set(['public.payments.reference', 'public.payments.purpose']);

/** Sealed by a key that the ring seals, so that a new key of the ring reaches them there. */
const UNDER_THEIR_OWN_KEY = ['public.audit_entries.detail'];

describe('personal data', () => {
  let house: House;
  let redis: TestRedis | null;
  let canary: Canary;
  let calls: MarkedCalls;
  let operations: { method: string; path: string }[];
  let stored: StoredText[];
  const commands: { args: string[]; out: string }[] = [];

  beforeAll(async () => {
    house = await House.build();
    redis = await startRedis();
    const withRedis = redis === null ? {} : { REDIS_URL: redis.url };
    await house.open({ env: { LOG_LEVEL: 'trace', SLOW_QUERY_MS: '1', ...withRedis } });
    canary = new Canary();
    calls = new MarkedCalls(house, canary);
    operations = operationsIn((await house.service.send('GET', '/docs/openapi.json')).body);
    for (const { method, path } of operations) {
      await calls.byOperation[`${method} ${path}`]?.();
      await calls.storm(method, path);
    }
    await house.stripe.fault({ kind: 'reset_after_effect', match: { method: 'POST', path: '/v1/payment_intents' } });
    await calls.withStripeFailing();
    await house.assertOracles();
    await house.stripeAway();
    await calls.withStripeAway();
    const payment = String((await house.service.get('/api/v1/payments?limit=1')).body.data);
    commands.push(
      run(['payments', 'show', canary.text('commandid')]),
      run(['webhooks', 'show', canary.text('commandid')]),
      run(['keys', 'rotate', canary.text('commandid')]),
      run(['payments', 'list', '--status', canary.text('commandstatus')]),
      run(['payments', 'show', payment], { ENCRYPTION_KEYS: `other:${Buffer.alloc(32, 8).toString('base64')}` }),
      run(['encryption', 'rotate'], { ENCRYPTION_KEYS: `other:${Buffer.alloc(32, 8).toString('base64')}` }),
    );
    stored = await everyColumn(house.database.url);
  }, 240_000);
  afterAll(async () => {
    await house.tearDown();
    await redis?.stop();
  });

  function run(args: string[], env: Record<string, string> = {}) {
    const { stderr } = spawnSync(process.execPath, ['dist/src/cli.js', ...args], {
      cwd: ROOT,
      encoding: 'utf8',
      env: { ...house.service.env, ...env },
    });
    return { args, out: stderr };
  }

  it('is sent through every route of the document', () => {
    const named = operations.map(({ method, path }) => `${method} ${path}`).sort();
    expect(Object.keys(calls.byOperation).sort()).toEqual(named);
  });

  it('is in no line of the log', async () => {
    await eventually(async () => {
      expect(house.service.output.split('\n').length).toBeGreaterThan(operations.length);
    });
    const leaks = house.service.output.split('\n').filter((line) => canary.leaksIn(line).length > 0);
    expect(leaks).toEqual([]);
  });

  it('is in no column in clear, of no table', () => {
    expect(new Set(stored.map(({ column }) => column.split('.')[0]))).toEqual(new Set(['public']));
    const leaks = stored.filter(({ column, text }) => !IN_CLEAR.has(column) && canary.leaksIn(text).length > 0);
    expect(leaks).toEqual([]);
    // Which holds what staff did with all of it.
    expect(stored.filter(({ column }) => column === 'public.audit_entries.detail').length).toBeGreaterThan(20);
  });

  it('has come as far as the sealed columns, and is what they hold', async () => {
    const opened = await everySealedText(house.database.url, SEALING_KEY);
    const found = (column: string) =>
      canary.leaksIn(opened.flatMap((each) => (each.column === column ? each.text : [])).join('\n'));
    const written = ['description', 'metadataname', 'metadatavalue'].map((field) => canary.text(field));
    expect(found('payments.details')).toEqual(expect.arrayContaining(written));
    expect(found('idempotency_records.answer')).toEqual(expect.arrayContaining(written));
    expect(found('attempts.asked')).toEqual(
      expect.arrayContaining([canary.text('return'), canary.text('confirmedreturn')]),
    );
    const details = ['email', 'name', 'lineone', 'linetwo', 'city', 'state', 'post', 'metaname', 'metavalue'];
    expect(found('customers.personal')).toEqual(
      expect.arrayContaining([...details.map((field) => canary.text(`person${field}`)), canary.phone().slice(3)]),
    );
    expect(found('setups.request')).toEqual(
      expect.arrayContaining([canary.text('setupreturn'), canary.text('ownsetupreturn')]),
    );
    expect(found('setups.consent')).toContain(canary.networkAddress());
    const people = [
      'name',
      'email',
      'phone',
      'line',
      'city',
      'postcode',
      'receipt',
      'cardname',
      'cardemail',
      'cardphone',
    ];
    const addresses = ['cardlineone', 'cardlinetwo', 'cardcity', 'cardpostcode'];
    expect(found('webhook_events.payload')).toEqual(
      expect.arrayContaining([...people, ...addresses].map((field) => canary.text(field))),
    );
  });

  it('is sealed in columns that are known to be sealed, so that a new key reaches them', () => {
    const sealed = stored.filter(({ text }) => /^v1\.[\w-]{1,32}\.[\w-]{16}\.[\w-]{22}\./.test(text));
    const known = [...SEALED_COLUMNS.map((column) => `public.${nameOf(column)}`), ...UNDER_THEIR_OWN_KEY];
    expect([...new Set(sealed.map(({ column }) => column))].filter((column) => !known.includes(column))).toEqual([]);
    expect(sealed.length).toBeGreaterThan(20);
  });

  it('is in no key and no value of Redis', async () => {
    if (redis === null) return;
    expect((await everyKey(redis.url)).filter((entry) => canary.leaksIn(entry).length > 0)).toEqual([]);
  });

  it('is in no error of the command line', () => {
    expect(commands.filter(({ out }) => out === '')).toEqual([]);
    expect(commands.filter(({ out }) => canary.leaksIn(out).length > 0)).toEqual([]);
  });
});

function operationsIn(document: Record<string, unknown>): { method: string; path: string }[] {
  const paths = Object.entries(document.paths as Record<string, object>);
  return paths.flatMap(([path, item]) => Object.keys(item).map((method) => ({ method: method.toUpperCase(), path })));
}
