import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Stripe from 'stripe';
import type { RowChange } from '../../src/application/shared/trial';
import type { ReplayPreview } from '../../src/application/webhook/preview-replay';
import { House } from '../support/house';
import { query } from '../support/query';
import { eventually } from '../support/running-service';

const PAYMENTS = '/api/v1/payments';
const VISA = { amount: 4999, currency: 'gbp', paymentMethod: 'pm_card_visa', confirm: true };
const NOBODY_FETCHES = { MISSED_EVENTS_POLL_MS: '3600000' };

/** Of what happens anew, or is found out by something else first. */
const ITS_OWN = /^(id|data|cause|version|.*_at)$/;

let house: House;
let stripe: Stripe.Stripe;
let refunded: string;
let paidUnseen: string;
let lostUnseen: string;
let goneUnseen: string;
let previews: ReplayPreview[];

const cashdesk = async (...words: string[]): Promise<string> => {
  const { stdout } = await promisify(execFile)(process.execPath, ['dist/src/cli.js', 'webhooks', ...words], {
    cwd: join(__dirname, '../..'),
    env: house.service.env,
  });
  return stdout;
};
const rows = (sql: string, values: unknown[] = []) => query(house.database.url, sql, values);
const dryRun = async (...words: string[]) => {
  const { data } = JSON.parse(await cashdesk('replay', ...words, '--dry-run', '--json')) as { data: ReplayPreview[] };
  return data;
};
const changesOf = (table: string) =>
  previews.flatMap(({ changes }) => changes).filter((change) => change.table === table);

async function pay(reference: string, body: object = {}): Promise<{ id: string; intent: string }> {
  const { body: payment } = await house.service.post(PAYMENTS, reference, { ...VISA, reference, ...body });
  const [row] = await rows('SELECT stripe_payment_intent AS intent FROM payments WHERE id = $1', [payment.id]);
  return { id: String(payment.id), intent: String(row?.intent) };
}

async function allWorkedOn(): Promise<void> {
  await eventually(async () => {
    const [{ n } = {}] = await rows(
      `SELECT (SELECT count(*) FROM jobs) + (SELECT count(*) FROM webhook_events WHERE status = 'received') AS n`,
    );
    expect(Number(n)).toBe(0);
  });
}

/** Of every row of every table. */
async function digest(): Promise<Record<string, unknown>> {
  const tables = await rows(`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`);
  const digests: [string, unknown][] = [];
  for (const { name } of tables) {
    const [row] = await rows(
      `SELECT count(*)::int, md5(string_agg(t::text, '|' ORDER BY t::text)) FROM ${String(name)} t`,
    );
    digests.push([String(name), row]);
  }
  return Object.fromEntries(digests);
}

/** What changed at Stripe without Cashdesk being told: one thing of each family. */
beforeAll(async () => {
  house = await House.build();
  await house.open({ env: NOBODY_FETCHES });
  const { hostname: host, port } = new URL(house.stripeUrl);
  stripe = new Stripe('sk_test_dashboard', { host, port, protocol: 'http' });

  const one = await pay('refunded');
  const two = await pay('paid by the client', { confirm: false, paymentMethod: undefined });
  await pay('disputed', { paymentMethod: 'pm_card_createDispute' });
  const { body: customer } = await house.service.post('/api/v1/customers', 'ada', { name: 'Ada' });
  const consent = { textVersion: 'cards-3', address: '192.0.2.17' };
  const { body: setup } = await house.service.post(`/api/v1/customers/${String(customer.id)}/setups`, 'card', {
    consent,
    paymentMethod: 'pm_card_visa',
    confirm: true,
  });
  await stripe.products.create({ name: 'nothing of ours' });
  const dispute = await eventually(async () => {
    const [found] = (await house.stripe.state()).disputes;
    if (found === undefined) throw new Error('there is no dispute yet');
    return found.id;
  });
  await eventually(async () => {
    expect(await rows(`SELECT id FROM disputes`)).toEqual([{ id: dispute }]);
    expect(await rows(`SELECT id FROM payment_methods WHERE state = 'saved'`)).toHaveLength(1);
  });
  await stripe.refunds.create({ payment_intent: one.intent, amount: 100 });
  await eventually(async () => {
    expect(await rows(`SELECT amount::int FROM refunds`)).toEqual([{ amount: 100 }]);
  });
  await allWorkedOn();
  await house.service.stop();

  await house.stripe.fault({ kind: 'webhook_drop', times: 0 });
  await stripe.refunds.create({ payment_intent: one.intent, amount: 999 });
  await stripe.paymentIntents.confirm(two.intent, {
    payment_method: 'pm_card_visa',
    return_url: 'https://shop.example/back',
  });
  await stripe.disputes.close(dispute);
  await stripe.paymentMethods.detach(String(setup.paymentMethod));
  [refunded, paidUnseen, lostUnseen, goneUnseen] = [one.id, two.id, dispute, String(setup.paymentMethod)];
});
afterAll(() => house.tearDown());

it('A dry run shows what a replay would change, and changes nothing here or at Stripe', async () => {
  const before = await digest();
  await house.stripe.clearJournal();
  previews = await dryRun('--all');
  expect(await digest()).toEqual(before);
  const calls = await house.stripe.journal();
  expect(calls.length).toBeGreaterThan(5);
  expect(calls.filter(({ method }) => method !== 'GET')).toEqual([]);
  expect(
    await rows(`SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'`),
  ).toEqual([]);
});

it('What it shows is each thing that changed at Stripe', () => {
  expect(changesOf('payments')).toContainEqual(
    expect.objectContaining({
      id: paidUnseen,
      before: expect.objectContaining({ status: 'requires_payment_method', captured: 0 }) as object,
      after: expect.objectContaining({ status: 'succeeded', captured: 4999 }) as object,
    }),
  );
  expect(changesOf('refunds')).toMatchObject([
    { before: null, after: { payment_id: refunded, amount: 999, origin: 'dashboard' } },
  ]);
  expect(changesOf('disputes')).toMatchObject([{ id: lostUnseen, after: { status: 'lost' } }]);
  const gone = { id: goneUnseen, before: { state: 'saved' }, after: { state: 'detached' } };
  // The look at its setup and the look at itself, each for itself.
  expect(changesOf('payment_methods')).toMatchObject([gone, gone]);
  expect(changesOf('domain_events').map(({ after }) => after.type)).toEqual(
    expect.arrayContaining(['payment.succeeded', 'dispute.lost']),
  );
  expect(previews.filter(({ outcome }) => outcome === 'ignored').flatMap(({ events }) => events)).toContainEqual(
    expect.objectContaining({ type: 'product.created' }),
  );
  expect(previews.filter(({ outcome }) => outcome === 'would_fail')).toEqual([]);
});

it('It says so to people too, a line for each row', async () => {
  const [{ id } = {}] = await rows(
    `SELECT id FROM webhook_events WHERE type = 'payment_intent.created' AND payment_id = $1`,
    [paidUnseen],
  );
  const text = await cashdesk('replay', String(id), '--dry-run');
  expect(text).toContain(`${String(id)} payment_intent.created (${paidUnseen}): would change\n`);
  expect(text).toMatch(new RegExp(` {2}~ payments ${paidUnseen}: .*status requires_payment_method -> succeeded`));
  expect(text).toMatch(/ {2}\+ domain_events \d+: type payment\.succeeded/);
  expect(text).toMatch(/\n\n1 event is looked at: 1 would change something\. Nothing was changed\.\n$/);
  expect(text).not.toContain('_secret_');
});

it('A replay changes what its dry run showed, and nothing when it comes again', async () => {
  const [{ n } = {}] = await rows('SELECT count(*)::int AS n FROM webhook_events');
  expect(await cashdesk('replay', '--all')).toContain(`${String(n)} events are queued again.`);
  expect(await rows(`SELECT count(*)::int AS n FROM webhook_events WHERE status = 'received'`)).toEqual([{ n }]);
  await house.open({ env: NOBODY_FETCHES });
  await allWorkedOn();
  const shown = previews.flatMap(({ changes }) => changes);
  // A fact for the ledger is gone once it is posted.
  const lasting = shown.filter(({ table }) => table !== 'ledger_facts');
  for (const change of lasting) expect(await isTrue(change)).toEqual({ change, isSo: true });
  expect(lasting.length).toBeGreaterThan(10);
  const again = await dryRun('--all');
  expect(again.flatMap(({ changes }) => changes)).toEqual([]);
  await house.assertOracles();
});

/** Whether there is such a row by now; where it is new, its name could not be known. */
async function isTrue(change: RowChange): Promise<{ change: RowChange; isSo: boolean }> {
  const { table, before, after } = change;
  const lasting = Object.fromEntries(
    Object.entries(after).filter(([column, value]) => !ITS_OWN.test(column) && value !== '(sealed)'),
  );
  const found = await rows(`SELECT to_jsonb(t) @> $1::jsonb AS same FROM ${table} t WHERE to_jsonb(t) @> $1::jsonb`, [
    JSON.stringify(before === null ? lasting : { ...lasting, id: change.id }),
  ]);
  return { change, isSo: found.length > 0 };
}
