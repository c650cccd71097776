import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { House } from '../support/house';
import { query } from '../support/query';
import { eventually } from '../support/running-service';

const PAYMENTS = '/api/v1/payments';
const VISA = { amount: 4999, currency: 'gbp', paymentMethod: 'pm_card_visa', confirm: true };
const POST = { method: 'POST', path: '/v1/payment_intents' };
const EVENTS = { method: 'GET', path: '/v1/events' };
const LIST = { method: 'GET', path: '/v1/payment_intents' };

let house: House;
beforeAll(async () => {
  house = await House.build();
  await house.open();
});
afterAll(() => house.tearDown());
afterEach(() => house.stripe.clearFaults());

const create = async (reference: string): Promise<string> => {
  const { body } = await house.service.post(PAYMENTS, `key of ${reference}`, { ...VISA, reference });
  return String(body.id);
};

const recovery = async (...words: string[]): Promise<string> => {
  const { stdout } = await promisify(execFile)(process.execPath, ['dist/src/cli.js', 'recovery', ...words], {
    cwd: join(__dirname, '../..'),
    env: house.service.env,
  });
  return stdout;
};

/** As if it had been sent two hours ago; the sweeper lists it for a person. */
const handedOver = async (payment: string): Promise<string> => {
  const [row] = await query(
    house.database.url,
    `UPDATE attempts SET first_sent_at = first_sent_at - interval '2 hours', next_check_at = now()
     WHERE payment_id = $1 RETURNING id`,
    [payment],
  );
  await eventually(async () => {
    const { text } = await house.service.get(`${PAYMENTS}/${payment}/timeline`);
    expect(text).toContain('payment.attempt_needs_person');
  });
  return String(row!.id);
};

const shows = async (attempt: string) => {
  const { item, notes } = JSON.parse(await recovery('show', attempt, '--json')) as Record<string, unknown>;
  return { item, notes };
};

it('A charge of which a 500 is all that is known is listed, and had no effect once a person and Stripe say so', async () => {
  await house.stripe.fault({ kind: 'error', status: 500, match: POST });
  const payment = await create('without effect');
  const attempt = await handedOver(payment);
  expect(await recovery('list', '--attention')).toContain(attempt);
  expect(await recovery('show', attempt)).toContain(`cashdesk-${attempt}`);
  expect(await recovery('retry', attempt)).toContain('still listed for a person');
  await recovery('settle', attempt, '--no-effect', '--note', 'the dashboard shows nothing');
  expect((await house.service.get(`${PAYMENTS}/${payment}`)).body).toMatchObject({ status: 'failed', attention: null });
  expect(await recovery('list', '--attention')).not.toContain(attempt);
  expect(await shows(attempt)).toMatchObject({ item: null, notes: [{ note: 'the dashboard shows nothing' }] });
  await house.assertOracles();
});

it('A charge that the list does not show is adopted by its intent, and by no other', async () => {
  const other = await create('another one');
  const { body } = await house.service.get(`${PAYMENTS}/${other}`);
  expect(body.status).toBe('succeeded');
  await house.stripe.fault({ kind: 'webhook_drop', times: 0 });
  await house.stripe.fault({ kind: 'error', status: 503, match: LIST, times: 0 });
  await house.stripe.fault({ kind: 'error', status: 503, match: EVENTS, times: 0 });
  await house.stripe.fault({ kind: 'error_after_effect', status: 500, match: POST });
  const payment = await create('with effect');
  const attempt = await handedOver(payment);
  const { payment_intents: intents } = await house.stripe.state();
  const intentOf = (id: string) => intents.find(({ metadata }) => metadata.cashdesk_payment === id)!.id;
  const foreign = recovery('settle', attempt, '--intent', intentOf(other), '--note', 'looks alike');
  await expect(foreign).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(other) });
  const nothing = recovery('settle', attempt, '--no-effect', '--note', 'I think so');
  await expect(nothing).rejects.toMatchObject({ code: 4 });
  expect((await house.service.get(`${PAYMENTS}/${payment}`)).body.status).toBe('unknown');
  await recovery('settle', attempt, '--intent', intentOf(payment), '--note', 'seen in the dashboard');
  const settled = (await house.service.get(`${PAYMENTS}/${payment}`)).body;
  expect(settled).toMatchObject({ status: 'succeeded', capturedAmount: 4999 });
  const [act] = await query(
    house.database.url,
    "SELECT target, detail FROM audit_entries WHERE action = 'recovery settle' AND phase = 'asked' ORDER BY sequence DESC LIMIT 1",
  );
  expect(act).toMatchObject({ target: expect.stringContaining(attempt) });
  expect(act!.detail).not.toContain('dashboard');
  await house.stripe.clearFaults();
  await house.assertOracles();
});

it('What was in doubt when Stripe went away is sent once more at most, and only where it had no effect', async () => {
  await house.stripe.clearJournal();
  await house.stripe.fault({ kind: 'reset_after_effect', match: POST, times: 4 });
  const references = Array.from({ length: 12 }, (_, n) => `in the outage ${String(n)}`);
  for (const reference of references.slice(0, 4)) await create(reference);
  await house.stripe.fault({ kind: 'error', status: 503, match: { path: '/v1/*' }, times: 0 });
  for (const reference of references.slice(4)) await create(reference);
  await new Promise((resolve) => setTimeout(resolve, 8_000));
  await house.stripe.clearFaults();
  await eventually(async () => {
    const [row] = await query(
      house.database.url,
      "SELECT count(*)::int AS open FROM attempts WHERE state IN ('sent', 'unknown')",
    );
    expect(row!.open).toBe(0);
  }, 60_000);
  const sent = new Map<string, number>();
  for (const { method, path, idempotencyKey } of await house.stripe.journal(POST)) {
    expect([method, path]).toEqual([POST.method, POST.path]);
    sent.set(String(idempotencyKey), (sent.get(String(idempotencyKey)) ?? 0) + 1);
  }
  const effective = await query(
    house.database.url,
    `SELECT a.idempotency_key AS key FROM attempts a JOIN payments p ON p.id = a.payment_id
     WHERE p.reference = ANY ($1)`,
    [references.slice(0, 4)],
  );
  // The breaker may be open for some of them, by what went before.
  expect(effective.length).toBeGreaterThan(0);
  expect(effective.map(({ key }) => sent.get(String(key)))).toEqual(effective.map(() => 1));
  expect(Math.max(...sent.values())).toBeLessThanOrEqual(2);
  await house.assertOracles();
});
