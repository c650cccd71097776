import { CashDesk, kindOf } from '../support/fakes/cash-desk';
import { after, DAY } from '../support/samples';

describe('A payment', () => {
  let desk: CashDesk;
  beforeEach(() => {
    desk = new CashDesk();
  });

  const authorize = async (): Promise<string> => {
    await desk.charge('create', 'pm_card_visa', { captureMethod: 'manual' });
    return desk.payment.id;
  };

  it('is committed, with its attempt and its answer, and says what happened', async () => {
    await desk.charge('key-1');
    expect(desk.payment).toMatchObject({ status: 'succeeded', captured: 4_999, intent: 'pi_1', charge: 'ch_2' });
    expect(desk.attempts).toMatchObject([{ state: 'succeeded', charge: 'ch_2', stripeRequest: 'req_1' }]);
    expect(desk.events).toEqual(['payment.created', 'payment.succeeded']);
    expect([...desk.store.tables.records.values()]).toMatchObject([{ state: 'done', leasedUntil: null }]);
  });

  it('keeps no client secret in the answer that is kept', async () => {
    await desk.create('key-1');
    expect(desk.payment.clientSecret).not.toBeNull();
    expect(JSON.stringify([...desk.store.tables.records.values()])).not.toContain('secret');
  });

  it('is captured whole when no amount is said', async () => {
    const id = await authorize();
    expect(kindOf(await desk.capture(id, 'capture'))).toBe('done');
    expect(desk.payment).toMatchObject({ status: 'succeeded', captured: 4_999, capturable: 0 });
    expect(desk.attempts.map(({ charge }) => charge)).toEqual(['ch_2', null]);
  });

  it('is captured in part, once', async () => {
    const id = await authorize();
    expect(kindOf(await desk.capture(id, 'capture', 1_000))).toBe('done');
    expect(desk.payment).toMatchObject({ status: 'succeeded', captured: 1_000 });
    expect(await desk.capture(id, 'again', 1_000)).toMatchObject({
      error: { kind: 'transition_forbidden', operation: 'capture', status: 'succeeded' },
    });
  });

  it('is not captured beyond what was authorized, and nothing is sent', async () => {
    const id = await authorize();
    expect(await desk.capture(id, 'capture', 5_000)).toMatchObject({
      error: { kind: 'capture_exceeds_authorization', capturable: 4_999 },
    });
    expect(desk.stripe.calls).toHaveLength(1);
  });

  it('is captured once by 20 captures at once', async () => {
    const id = await authorize();
    const kinds = (await Promise.all(Array.from({ length: 20 }, (_, n) => desk.capture(id, `k${String(n)}`)))).map(
      kindOf,
    );
    expect(kinds.filter((kind) => kind === 'done')).toHaveLength(1);
    expect(new Set(kinds)).toEqual(new Set(['done', 'attempt_in_progress']));
    expect(desk.stripe.calls.filter(({ operation }) => operation === 'capture')).toHaveLength(1);
  });

  it('that is authorized is released by a cancellation', async () => {
    const id = await authorize();
    expect(kindOf(await desk.cancel(id, 'cancel'))).toBe('done');
    expect(desk.payment).toMatchObject({ status: 'canceled', capturable: 0, captured: 0 });
  });

  it('that is paid cannot be canceled', async () => {
    await desk.charge('key-1');
    expect(await desk.cancel(desk.payment.id, 'cancel')).toMatchObject({
      error: { kind: 'transition_forbidden', operation: 'cancel', status: 'succeeded' },
    });
  });

  it('that was declined says so, and is paid another way', async () => {
    const declined = await desk.charge('key-1', 'pm_declined');
    expect(declined).toMatchObject({
      value: { kind: 'declined', failure: { code: 'card_declined', declineCode: 'insufficient_funds' } },
    });
    expect(desk.payment.status).toBe('requires_payment_method');
    await desk.confirm(desk.payment.id, 'key-2');
    expect(desk.payment).toMatchObject({ status: 'succeeded', failure: null });
    expect(desk.events).toEqual(['payment.created', 'payment.declined', 'payment.succeeded']);
  });

  it('whose confirmation Stripe refuses stays as it was', async () => {
    await desk.create('key-1');
    expect(await desk.confirm(desk.payment.id, 'key-2', 'pm_bad')).toMatchObject({
      value: { kind: 'rejected', code: 'resource_missing' },
    });
    expect(desk.payment.status).toBe('requires_payment_method');
    expect(kindOf(await desk.confirm(desk.payment.id, 'key-3'))).toBe('done');
  });

  it('that expired is not confirmed any more', async () => {
    await desk.create('key-1', { expiresAt: after(DAY) });
    desk.clock.move(DAY);
    expect(await desk.confirm(desk.payment.id, 'key-2')).toMatchObject({ error: { kind: 'payment_expired' } });
    expect(desk.stripe.calls).toHaveLength(1);
  });

  it('that does not exist is not found', async () => {
    expect(kindOf(await desk.confirm('pay_none', 'key-1'))).toBe('payment_not_found');
    expect(desk.store.tables.records.size).toBe(0);
  });

  it('changed in the dashboard meanwhile is refused by Stripe, and shows what is there', async () => {
    const id = await authorize();
    desk.stripe.set('pi_1', { status: 'canceled', capturable: 0 });
    expect(await desk.capture(id, 'capture')).toMatchObject({
      value: { kind: 'rejected', payment: { status: 'canceled' } },
    });
  });
});

describe('A payment that nobody finishes', () => {
  let desk: CashDesk;
  beforeEach(() => {
    desk = new CashDesk();
  });

  it('is canceled at Stripe when it expires, and its reference is free', async () => {
    await desk.create('key-1', { expiresAt: after(DAY) });
    await desk.letTimePass(DAY - 1);
    expect(desk.payment.status).toBe('requires_payment_method');
    await desk.letTimePass(1);
    expect(desk.payment).toMatchObject({ status: 'canceled', cancellationReason: 'abandoned' });
    expect(desk.attempts.at(-1)).toMatchObject({ origin: 'expiry', state: 'succeeded' });
    expect(kindOf(await desk.charge('key-2'))).toBe('done');
  });

  it('expires after a day when nothing else was said', async () => {
    await desk.create('key-1');
    expect(desk.payment.expiresAt).toEqual(after(DAY));
  });

  it('and of which Stripe never heard is ended here', async () => {
    desk.stripe.strike('refused');
    await desk.create('key-1');
    await desk.letTimePass(DAY);
    expect(desk.payment).toMatchObject({ status: 'canceled', cancellationReason: 'expired' });
    expect(desk.stripe.calls).toHaveLength(0);
  });

  it('is not canceled when the payer was faster', async () => {
    await desk.create('key-1');
    desk.stripe.set('pi_1', { status: 'succeeded', captured: 4_999, charge: 'ch_9' });
    await desk.letTimePass(DAY);
    expect(desk.payment).toMatchObject({ status: 'succeeded', captured: 4_999, attention: null });
    expect(desk.attempts.at(-1)).toMatchObject({ origin: 'expiry', state: 'rejected' });
  });

  it('is not ended while an outcome is in doubt', async () => {
    await desk.create('key-1', { expiresAt: after(DAY) });
    desk.clock.move(DAY - 1);
    desk.stripe.strike('lost_before');
    await desk.confirm(desk.payment.id, 'key-2');
    await desk.letTimePass(1, 1);
    expect(desk.attempts.map(({ origin }) => origin)).not.toContain('expiry');
  });

  it('is left alone when it is authorized: the money is reserved for us', async () => {
    await desk.charge('key-1', 'pm_card_visa', { captureMethod: 'manual' });
    await desk.letTimePass(2 * DAY);
    expect(desk.payment.status).toBe('authorized');
    expect(kindOf(await desk.capture(desk.payment.id, 'key-2'))).toBe('done');
  });
});
