import { CashDesk, kindOf } from '../support/fakes/cash-desk';
import { money, SECOND } from '../support/samples';

describe('One idempotency key', () => {
  let desk: CashDesk;
  beforeEach(() => {
    desk = new CashDesk();
  });

  it('sent 50 times at once charges once, and gives one answer', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => desk.charge('key-1')));
    expect(desk.stripe.calls).toHaveLength(1);
    expect(desk.stripe.intents.size).toBe(1);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ ok: true, value: { kind: 'done', payment: { status: 'succeeded' } } });
  });

  it('gives the first answer again, and nothing is sent', async () => {
    const first = await desk.charge('key-1');
    expect(await desk.charge('key-1')).toEqual(first);
    expect(desk.stripe.calls).toHaveLength(1);
  });

  it('gives the first answer again even when the payment has moved on since', async () => {
    const first = await desk.create('key-1');
    await desk.confirm(desk.payment.id, 'key-2');
    expect(desk.payment.status).toBe('succeeded');
    expect(await desk.create('key-1')).toEqual(first);
  });

  it('gives the decline again, and the card is not tried twice', async () => {
    const first = await desk.charge('key-1', 'pm_declined');
    expect(kindOf(first)).toBe('declined');
    expect(await desk.charge('key-1', 'pm_declined')).toEqual(first);
    expect(desk.stripe.calls).toHaveLength(1);
  });

  it('with another amount is refused, and nothing is sent', async () => {
    await desk.charge('key-1');
    expect(kindOf(await desk.charge('key-1', 'pm_card_visa', { money: money(5_000) }))).toBe('idempotency_key_reused');
    expect(desk.stripe.calls).toHaveLength(1);
    expect(desk.store.tables.payments.size).toBe(1);
  });

  it('with only the customer changed is refused in our words, not in those of Stripe', async () => {
    await desk.charge('key-1');
    expect(kindOf(await desk.charge('key-1', 'pm_card_visa', { customer: 'cus_1' }))).toBe('idempotency_key_reused');
  });

  it('of another body is refused at once, though the first is still under way', async () => {
    const first = desk.charge('key-1');
    expect(kindOf(await desk.charge('key-1', 'pm_card_visa', { money: money(5_000) }))).toBe('idempotency_key_reused');
    expect(kindOf(await first)).toBe('done');
  });

  it('of a caller who waits longer than 10 s is still in progress', async () => {
    let answer: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    desk.stripe.beforeAnswer = () => held;
    const first = desk.charge('key-1');
    const before = desk.clock.now().getTime();
    expect(kindOf(await desk.charge('key-1'))).toBe('in_progress');
    expect(desk.clock.now().getTime() - before).toBe(10 * SECOND);
    answer();
    expect(kindOf(await first)).toBe('done');
    expect(kindOf(await desk.charge('key-1'))).toBe('done');
    expect(desk.stripe.calls).toHaveLength(1);
  });

  it('of one route says nothing of another route', async () => {
    await desk.create('key-1');
    expect(kindOf(await desk.confirm(desk.payment.id, 'key-1'))).toBe('done');
  });

  it('for two payments at once serves one of them and refuses the other', async () => {
    await desk.create('key-1', { terms: { reference: 'a' } });
    await desk.create('key-2', { terms: { reference: 'b' } });
    const [a, b] = [...desk.store.tables.payments.keys()];
    const kinds = await Promise.all([desk.confirm(a!, 'key-3'), desk.confirm(b!, 'key-3')]);
    expect(kinds.map(kindOf)).toEqual(['done', 'idempotency_key_reused']);
  });
});

describe('One reference and purpose', () => {
  let desk: CashDesk;
  beforeEach(() => {
    desk = new CashDesk();
  });

  it('in a double click with two keys is charged once, and the second is told which payment holds it', async () => {
    const [first, second] = await Promise.all([desk.charge('key-1'), desk.charge('key-2')]);
    expect([kindOf(first), kindOf(second)]).toEqual(['done', 'reference_taken']);
    expect(second).toMatchObject({ error: { paymentId: desk.payment.id } });
    expect(desk.stripe.intents.size).toBe(1);
  });

  it('is charged again when the caller says so', async () => {
    await desk.charge('key-1');
    expect(kindOf(await desk.charge('key-2', 'pm_card_visa', { allowAnother: true }))).toBe('done');
    expect(desk.stripe.intents.size).toBe(2);
  });

  it('is another one with another purpose', async () => {
    await desk.charge('key-1', 'pm_card_visa', { purpose: 'deposit' });
    expect(kindOf(await desk.charge('key-2', 'pm_card_visa', { purpose: 'balance' }))).toBe('done');
  });

  it('is free again once the payment was canceled', async () => {
    await desk.create('key-1');
    await desk.cancel(desk.payment.id, 'key-2');
    expect(kindOf(await desk.charge('key-3'))).toBe('done');
  });

  it('is held by a decline, which can be paid another way', async () => {
    await desk.charge('key-1', 'pm_declined');
    expect(kindOf(await desk.charge('key-2'))).toBe('reference_taken');
    expect(kindOf(await desk.confirm(desk.payment.id, 'key-3'))).toBe('done');
    expect(desk.payment.status).toBe('succeeded');
  });

  it('is taken over from a payment of which Stripe provably never heard, with its history complete', async () => {
    desk.stripe.strike('refused');
    expect(kindOf(await desk.charge('key-1'))).toBe('unreachable');
    expect(kindOf(await desk.charge('key-2'))).toBe('done');
    const statuses = [...desk.store.tables.payments.values()].map(({ status }) => status);
    expect(statuses).toEqual(['canceled', 'succeeded']);
    expect(desk.events.filter((type) => type === 'payment.created')).toHaveLength(2);
    expect(kindOf(await desk.charge('key-1'))).toBe('rejected');
    expect(desk.stripe.intents.size).toBe(1);
  });

  it('is not taken over from a payment whose outcome is in doubt', async () => {
    desk.stripe.strike('lost_before');
    await desk.charge('key-1');
    expect(kindOf(await desk.charge('key-2'))).toBe('reference_taken');
    expect(desk.stripe.calls).toHaveLength(0);
  });
});
