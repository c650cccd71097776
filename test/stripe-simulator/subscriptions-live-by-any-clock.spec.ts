import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Target } from '../support/stripe-contract';
import {
  advance,
  at,
  DAY,
  HOUR,
  invoicesOf,
  periodOf,
  price,
  subscriber,
  usesCard,
} from '../stripe-contract/subscriber';
import { eventually, simulatorUnderTest, type SimulatorUnderTest } from './simulator-under-test';

const APRIL_1 = at('2027-04-01');

function targetOf({ stripe, url }: SimulatorUnderTest): Target {
  return { stripe, url, key: 'sk_test_simulator', real: false };
}

describe('Subscriptions live by any clock', () => {
  it('by the simulator’s own, which does all that falls in between in its order', async () => {
    const simulator = await simulatorUnderTest();
    const target = targetOf(simulator);
    const { id: customer } = await target.stripe.customers.create();
    await usesCard(target, customer, 'pm_card_visa');
    const made = await target.stripe.subscriptions.create({
      customer,
      items: [{ price: await price(target, 1_000, { interval: 'day', interval_count: 10 }) }],
    });
    expect(made.test_clock).toBeNull();
    await simulator.control.advanceClock(35 * DAY);
    const invoices = await invoicesOf(target, made.id);
    expect(invoices.map(({ status }) => status)).toEqual(['paid', 'paid', 'paid', 'paid']);
    const { start } = periodOf(made);
    expect(invoices.map(({ created }) => created - start)).toEqual([0, 10 * DAY, 20 * DAY, 30 * DAY]);
    expect(periodOf(await target.stripe.subscriptions.retrieve(made.id))).toEqual({
      start: start + 30 * DAY,
      end: start + 40 * DAY,
    });
    await simulator.close();
  });

  it('by a test clock, which leaves those of others alone', async () => {
    const simulator = await simulatorUnderTest();
    const target = targetOf(simulator);
    const one = await subscriber(target, { from: APRIL_1 });
    const other = await subscriber(target, { from: APRIL_1 });
    const monthly = await price(target, 1_000);
    const { id } = await target.stripe.subscriptions.create({ customer: one.customer, items: [{ price: monthly }] });
    const still = await target.stripe.subscriptions.create({ customer: other.customer, items: [{ price: monthly }] });
    await advance(target, one.clock, at('2027-05-01') + 2 * HOUR);
    expect(await invoicesOf(target, id)).toHaveLength(2);
    expect(await invoicesOf(target, still.id)).toHaveLength(1);
    expect((await target.stripe.subscriptions.list({ test_clock: one.clock })).data.map((each) => each.id)).toEqual([
      id,
    ]);
    expect((await target.stripe.subscriptions.list({})).data).toEqual([]);
    await simulator.close();
  });

  it('through a year of months', async () => {
    const simulator = await simulatorUnderTest();
    const target = targetOf(simulator);
    const { clock, customer } = await subscriber(target, { from: APRIL_1 });
    const { id } = await target.stripe.subscriptions.create({
      customer,
      items: [{ price: await price(target, 1_000) }],
    });
    for (let month = 5; month <= 15; month += 2) await advance(target, clock, Date.UTC(2027, month, 1) / 1000);
    const invoices = await invoicesOf(target, id);
    expect(invoices).toHaveLength(13);
    expect(invoices.slice(0, 12).every(({ status }) => status === 'paid')).toBe(true);
    await simulator.close();
  });

  it('and tell what will be billed some days before', async () => {
    const simulator = await simulatorUnderTest();
    const target = targetOf(simulator);
    await simulator.control.settings({ upcomingInvoiceDays: 3 });
    const { clock, customer } = await subscriber(target, { from: APRIL_1 });
    await target.stripe.subscriptions.create({ customer, items: [{ price: await price(target, 1_000) }] });
    await advance(target, clock, APRIL_1 + 28 * DAY);
    const { data } = await target.stripe.events.list({ type: 'invoice.upcoming' });
    expect(data).toHaveLength(1);
    expect(data[0]).toMatchObject({
      created: APRIL_1 + 27 * DAY,
      data: { object: { customer, total: 1_000, billing_reason: 'upcoming' } },
    });
    expect((await target.stripe.invoices.list({ customer })).data).toHaveLength(1);
    await simulator.close();
  });

  it('that goes on where it was when the simulator ended in the middle of an advance', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'clock-'));
    const dataFile = join(folder, 'stripe.jsonl');
    const before = await simulatorUnderTest({ dataFile });
    const target = targetOf(before);
    const { clock, customer } = await subscriber(target, { from: APRIL_1 });
    const { id } = await target.stripe.subscriptions.create({
      customer,
      items: [{ price: await price(target, 1_000, { interval: 'week' }) }],
    });
    await target.stripe.testHelpers.testClocks.advance(clock, { frozen_time: APRIL_1 + 14 * DAY });
    await before.close();
    const after = await simulatorUnderTest({ dataFile });
    await eventually(
      () => after.stripe.testHelpers.testClocks.retrieve(clock),
      ({ status }) => status === 'ready',
    );
    const invoices = await invoicesOf(targetOf(after), id);
    expect(invoices.map(({ status, created }) => [status, created - APRIL_1])).toEqual([
      ['paid', 0],
      ['paid', 7 * DAY],
      ['draft', 14 * DAY],
    ]);
    await after.close();
    rmSync(folder, { recursive: true });
  });

  it('and cannot be changed while theirs is being advanced', async () => {
    const simulator = await simulatorUnderTest();
    const target = targetOf(simulator);
    const { clock, customer } = await subscriber(target, { from: APRIL_1 });
    const made = await target.stripe.subscriptions.create({ customer, items: [{ price: await price(target, 1_000) }] });
    const { account, tables } = await simulator.control.savedState();
    const clocks = tables.test_clocks.map((row) => ({
      ...row,
      status: 'advancing',
      status_details: { advancing: { target_frozen_time: APRIL_1 + DAY } },
    }));
    await simulator.control.restore({ account, tables: { ...tables, test_clocks: clocks } });
    const invoice = made.latest_invoice as string;
    await expect(target.stripe.subscriptions.cancel(made.id)).rejects.toMatchObject({ statusCode: 400 });
    for (const change of [
      target.stripe.invoices.update(invoice, { metadata: { late: 'yes' } }),
      target.stripe.invoices.create({ customer }),
      target.stripe.invoiceItems.create({ customer, amount: 100, currency: 'gbp' }),
      target.stripe.creditNotes.create({ invoice, amount: 100, credit_amount: 100 }),
      target.stripe.customers.createBalanceTransaction(customer, { amount: 100, currency: 'gbp' }),
    ]) {
      await expect(change).rejects.toMatchObject({ statusCode: 400 });
    }
    await expect(
      target.stripe.testHelpers.testClocks.advance(clock, { frozen_time: APRIL_1 + 2 * DAY }),
    ).rejects.toMatchObject({ statusCode: 400 });
    await simulator.close();
  });
});
