import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { confirmedPayment, eventually, simulatorUnderTest, type SimulatorUnderTest } from './simulator-under-test';
import { webhookReceiver } from './webhook-receiver';

describe('The data file', () => {
  let folder: string;
  let dataFile: string;
  let running: SimulatorUnderTest;

  const start = async (webhook?: { url: string; secret: string }): Promise<SimulatorUnderTest> => {
    running = await simulatorUnderTest({ dataFile, ...(webhook === undefined ? {} : { webhook }) });
    return running;
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'simulator-'));
    dataFile = join(folder, 'nested', 'stripe.jsonl');
  });
  afterEach(async () => {
    await running.close();
    rmSync(folder, { recursive: true });
  });

  it('brings everything back after a restart', async () => {
    const before = await start();
    const made = await before.stripe.paymentIntents.create(
      { ...confirmedPayment, capture_method: 'manual' },
      { idempotencyKey: 'k1' },
    );
    await before.control.advanceClock(3_600);
    const state = await before.control.state();
    await before.close();
    const after = await start();
    expect(await after.control.state()).toEqual(state);
    const again = await after.stripe.paymentIntents.create(
      { ...confirmedPayment, capture_method: 'manual' },
      { idempotencyKey: 'k1' },
    );
    expect(again.id).toBe(made.id);
    expect((await after.stripe.paymentIntents.capture(made.id)).status).toBe('succeeded');
    const { created } = await after.stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' });
    expect(created).toBeGreaterThan(Date.now() / 1000 + 3_000);
  });

  it('holds a change before the change is answered', async () => {
    const { stripe } = await start();
    const { id } = await stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' });
    expect(readFileSync(dataFile, 'utf8')).toContain(id);
  });

  it('belongs to one simulator at a time', async () => {
    const before = await start();
    await expect(simulatorUnderTest({ dataFile })).rejects.toThrow(/^another simulator uses .*stripe\.jsonl: end it/);
    const { id } = await before.stripe.customers.create();
    await before.close();
    expect((await (await start()).stripe.customers.retrieve(id)).id).toBe(id);
  });

  it('may end in a torn line', async () => {
    const before = await start();
    const { id } = await before.stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' });
    await before.close();
    appendFileSync(dataFile, '[{"table":"payment_intents","id":"pi_torn","row":{"id":"pi_');
    const after = await start();
    expect((await after.control.state()).payment_intents.map((intent) => intent.id)).toEqual([id]);
    await after.stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' });
    await after.close();
    expect((await (await start()).control.state()).payment_intents).toHaveLength(2);
  });

  it('keeps a webhook that nobody has taken yet, and the balance transaction that is still to come', async () => {
    const receiver = await webhookReceiver();
    receiver.answers.push(503, 503, 503);
    const webhook = { url: receiver.url, secret: 'whsec_x' };
    const before = await start(webhook);
    await before.control.settings({ webhookBackoffMs: [60_000] });
    const paid = await before.stripe.paymentIntents.create(confirmedPayment);
    await eventually(
      () => receiver.received.length,
      (number) => number === 3,
    );
    await before.close();
    const after = await start(webhook);
    await eventually(
      () => receiver.received.length,
      (number) => number >= 7,
    );
    expect((await after.control.state()).webhook_endpoints).toHaveLength(1);
    const charge = await after.stripe.charges.retrieve(paid.latest_charge as string);
    expect(charge.balance_transaction).toMatch(/^txn_/);
    await receiver.close();
  });

  it('is emptied by a reset, but for the account', async () => {
    const { stripe, control } = await start();
    await stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' });
    const { account } = await control.state();
    await control.reset();
    expect(await control.state()).toMatchObject({ account, payment_intents: [], events: [] });
    expect(await control.journal()).toEqual([]);
    await running.close();
    expect(await (await start()).control.state()).toMatchObject({ account, payment_intents: [] });
  });
});
