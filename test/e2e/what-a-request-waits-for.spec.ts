import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countOf, shares, shown, type Trace } from '../../scripts/trace/steps';
import { House } from '../support/house';
import { eventually } from '../support/running-service';

const INSTRUMENT = join(__dirname, '../../dist/scripts/trace/instrument.js');

let house: House;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cashdesk-spec-'));
  house = await House.build();
  await house.open({ env: { NODE_OPTIONS: `--require ${INSTRUMENT}`, TRACE_FILE: join(folder, 'traces') } });
  // The first use of a key is noted, which is a commit of its own.
  await house.service.get('/api/v1/payments');
});
afterAll(async () => {
  await house.tearDown();
  rmSync(folder, { recursive: true, force: true });
});

function traces(): Trace[] {
  const file = join(folder, 'traces');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
  return lines.map((line) => JSON.parse(line) as Trace);
}

/** What the request that is sent now waited for. */
async function traceOf(method: 'GET' | 'POST', path: string, body?: object): Promise<Trace> {
  const before = traces().length;
  if (method === 'GET') await house.service.get(path);
  else await house.service.post(path, `key-${String(before)}`, body);
  return eventually(async () => {
    const trace = traces()
      .slice(before)
      .find((each) => each.method === method && each.path === path);
    if (trace === undefined) throw new Error(`no trace of ${method} ${path}`);
    return trace;
  });
}

const counts = (trace: Trace) => ({
  status: trace.status,
  stripe: countOf(trace, 'stripe'),
  commits: countOf(trace, 'commit'),
  queries: countOf(trace, 'query'),
});

const PAYMENTS = '/api/v1/payments';
const ORDER = { amount: 4_999, currency: 'gbp', captureMethod: 'manual' };

describe('A request waits', () => {
  it('to create a payment: for its key, two commits, and Stripe once', async () => {
    const trace = await traceOf('POST', PAYMENTS, { ...ORDER, reference: 'one' });
    expect(counts(trace)).toEqual({ status: 201, stripe: 1, commits: 2, queries: 1 });
    expect(trace.steps.filter(({ kind }) => kind === 'stripe')).toMatchObject([{ what: 'POST /v1/payment_intents' }]);
  });

  it('to confirm and to capture one: for two commits each, and Stripe once; to capture, also for the audit trail', async () => {
    const { body } = await house.service.post(PAYMENTS, 'two', { ...ORDER, reference: 'two' });
    const path = `${PAYMENTS}/${String(body.id)}`;
    const card = { paymentMethod: 'pm_card_visa', returnUrl: 'https://shop.example/back' };
    const done = { status: 200, stripe: 1, commits: 2 };
    expect(counts(await traceOf('POST', `${path}/confirm`, card))).toMatchObject(done);
    expect(counts(await traceOf('POST', `${path}/capture`, {}))).toMatchObject({ ...done, commits: 2 + 2 });
  });

  it('to refund one: for two commits of its own and two of the audit trail, and Stripe once', async () => {
    const charge = { ...ORDER, captureMethod: 'automatic', reference: 'back', confirm: true };
    const { body } = await house.service.post(PAYMENTS, 'back', { ...charge, paymentMethod: 'pm_card_visa' });
    const trace = await traceOf('POST', '/api/v1/refunds', { paymentId: body.id, amount: 1_000 });
    expect(counts(trace)).toMatchObject({ status: 201, stripe: 1, commits: 4 });
  });

  it('to read payments: for its key and one query, and never for Stripe', async () => {
    const charge = { ...ORDER, reference: 'three', confirm: true, paymentMethod: 'pm_card_visa' };
    const { body } = await house.service.post(PAYMENTS, 'three', charge);
    for (const path of [PAYMENTS, `${PAYMENTS}/${String(body.id)}`]) {
      expect(counts(await traceOf('GET', path))).toEqual({ status: 200, stripe: 0, commits: 0, queries: 2 });
    }
  });

  it('for what is shown of it, to the last part', async () => {
    const trace = await traceOf('POST', PAYMENTS, { ...ORDER, reference: 'four' });
    const parts = shares(trace);
    expect(parts.reduce((sum, { ms }) => sum + ms, 0)).toBeCloseTo(trace.total, 6);
    expect(Math.min(...parts.map(({ ms }) => ms))).toBeGreaterThanOrEqual(0);
    expect(shown('It', trace)).toMatch(/calls to Stripe +1 /);
  });

  it('once for two things at a time', () => {
    const steps = [
      { kind: 'query', what: 'SELECT 1', from: 1, to: 5 },
      { kind: 'stripe', what: 'GET /v1/account', from: 2, to: 7 },
    ] as const;
    const parts = shares({ method: 'GET', path: '/', status: 200, total: 10, steps });
    expect(parts.filter(({ ms }) => ms > 0)).toMatchObject([
      { of: 'calls to Stripe', ms: 2 },
      { of: 'queries', ms: 4 },
      { ms: 4 },
    ]);
  });
});
