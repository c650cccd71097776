import { CashDesk, kindOf } from '../support/fakes/cash-desk';
import type { Trouble } from '../support/fakes/scripted-stripe';
import { after, DAY, HOUR, MINUTE, paid, SECOND, seen } from '../support/samples';

let desk: CashDesk;
beforeEach(() => {
  desk = new CashDesk();
});

const authorize = async (): Promise<string> => {
  await desk.charge('create', 'pm_card_visa', { captureMethod: 'manual' });
  return desk.payment.id;
};

describe('A lost answer', () => {
  it('is in doubt, not failed', async () => {
    desk.stripe.strike('lost_after');
    expect(await desk.charge('key-1')).toMatchObject({ value: { kind: 'in_doubt', payment: { status: 'unknown' } } });
    expect(desk.payment.status).toBe('requires_payment_method');
    expect(desk.attempts).toMatchObject([{ state: 'unknown', doubt: 'lost_answer' }]);
  });

  it.each<[string, Trouble]>([
    ['Stripe had carried it out', 'lost_after'],
    ['it never got there', 'lost_before'],
    ['Stripe was still at work on it', 'in_use'],
  ])('of a charge is found out by repeating it, when %s: one charge', async (_what, trouble) => {
    desk.stripe.strike(trouble);
    await desk.charge('key-1');
    await desk.letTimePass(MINUTE);
    expect(desk.payment).toMatchObject({ status: 'succeeded', captured: 4_999 });
    expect(desk.stripe.intents.size).toBe(1);
    expect(new Set(desk.stripe.calls.map(({ key }) => key))).toEqual(new Set([`cashdesk-${desk.attempts[0]!.id}`]));
    expect(kindOf(await desk.charge('key-1'))).toBe('done');
  });

  it('is found out by the caller who asks again, at once', async () => {
    desk.stripe.strike('lost_after');
    await desk.charge('key-1');
    expect(await desk.charge('key-1')).toMatchObject({ value: { kind: 'done', payment: { status: 'succeeded' } } });
    expect(desk.stripe.intents.size).toBe(1);
  });

  it('lost again and again charges once in the end', async () => {
    desk.stripe.strike('lost_before', 'lost_after', 'in_use', 'lost_after', 'lost_after');
    await desk.charge('key-1');
    for (let round = 0; round < 8; round++) await desk.letTimePass(MINUTE);
    expect(desk.payment.status).toBe('succeeded');
    expect(desk.stripe.intents.size).toBe(1);
  });

  it('of a confirmation is found out by reading: nothing is sent twice', async () => {
    await desk.create('key-1');
    desk.stripe.strike('lost_after');
    await desk.confirm(desk.payment.id, 'key-2');
    await desk.letTimePass(MINUTE);
    expect(desk.payment.status).toBe('succeeded');
    expect(desk.stripe.calls.filter(({ operation }) => operation === 'confirm')).toHaveLength(1);
  });

  it('of a confirmation that never got there is found out by repeating it', async () => {
    await desk.create('key-1');
    desk.stripe.strike('lost_before');
    await desk.confirm(desk.payment.id, 'key-2');
    await desk.letTimePass(MINUTE);
    expect(desk.payment.status).toBe('succeeded');
  });

  it('of a declined confirmation is found out as that decline', async () => {
    await desk.create('key-1');
    desk.stripe.strike('lost_after');
    await desk.confirm(desk.payment.id, 'key-2', 'pm_declined');
    expect(kindOf(await desk.confirm(desk.payment.id, 'key-2', 'pm_declined'))).toBe('declined');
    expect(desk.attempts.at(-1)).toMatchObject({ state: 'declined', charge: desk.payment.charge });
  });

  it('of a second confirmation is not settled by the refusal of the first', async () => {
    await desk.charge('key-1', 'pm_declined');
    desk.clock.move(SECOND);
    desk.stripe.strike('lost_before');
    await desk.confirm(desk.payment.id, 'key-2');
    await desk.letTimePass(MINUTE);
    expect(desk.payment.status).toBe('succeeded');
    expect(desk.attempts.map(({ state }) => state)).toEqual(['declined', 'succeeded']);
  });

  it('of a second confirmation is not settled by the challenge of the first', async () => {
    await desk.charge('key-1', 'pm_challenge');
    desk.clock.move(SECOND);
    desk.stripe.strike('lost_before');
    await desk.confirm(desk.payment.id, 'key-2', 'pm_card_visa');
    await desk.letTimePass(MINUTE);
    expect(desk.payment.status).toBe('succeeded');
  });

  it.each<Trouble>(['lost_after', 'lost_before'])('of a capture (%s) takes the money once', async (trouble) => {
    const id = await authorize();
    desk.stripe.strike(trouble);
    expect(kindOf(await desk.capture(id, 'capture', 1_000))).toBe('in_doubt');
    await desk.letTimePass(MINUTE);
    expect(desk.payment).toMatchObject({ status: 'succeeded', captured: 1_000 });
    expect(kindOf(await desk.capture(id, 'capture', 1_000))).toBe('done');
  });

  it('of a capture long after the payer confirmed is repeated all the same', async () => {
    const id = await authorize();
    desk.clock.move(3 * DAY);
    desk.stripe.strike('lost_before');
    await desk.capture(id, 'capture');
    await desk.letTimePass(MINUTE);
    expect(desk.payment).toMatchObject({ status: 'succeeded', captured: 4_999 });
  });

  it.each<Trouble>(['lost_after', 'lost_before'])('of a cancellation (%s) cancels', async (trouble) => {
    const id = await authorize();
    desk.stripe.strike(trouble);
    expect(kindOf(await desk.cancel(id, 'cancel'))).toBe('in_doubt');
    await desk.letTimePass(MINUTE);
    expect(desk.payment.status).toBe('canceled');
  });

  it('lets nothing else begin before it is found out', async () => {
    await desk.create('key-1');
    desk.stripe.strike('lost_before');
    await desk.confirm(desk.payment.id, 'key-2');
    expect(kindOf(await desk.confirm(desk.payment.id, 'key-3'))).toBe('attempt_in_progress');
    expect(kindOf(await desk.cancel(desk.payment.id, 'key-4'))).toBe('attempt_in_progress');
  });

  it('is asked about less and less often', async () => {
    desk.stripe.strike(...Array<Trouble>(10).fill('lost_before'));
    await desk.charge('key-1');
    for (let second = 0; second < 60; second++) await desk.letTimePass(SECOND, 1);
    expect(desk.attempts[0]!.checks).toBeLessThanOrEqual(7);
    expect(desk.attempts[0]!.checks).toBeGreaterThanOrEqual(4);
  });
});

describe('A repeat', () => {
  it('that gets an old answer is followed by a look at how it stands now', async () => {
    desk.stripe.strike('lost_after');
    await desk.charge('key-1', 'pm_challenge');
    desk.stripe.set('pi_1', { ...paid('ch_9'), nextAction: null, redirectUrl: null });
    desk.stripe.listLags = true;
    await desk.letTimePass(MINUTE);
    expect(desk.stripe.calls.map(({ replayed }) => replayed)).toEqual([false, true]);
    expect(desk.payment).toMatchObject({ status: 'succeeded', charge: 'ch_9', attention: null });
    await desk.webhook('pi_1');
    expect(desk.attempts).toMatchObject([{ state: 'succeeded', charge: 'ch_9' }]);
  });

  it('whose old answer is all that can be seen keeps the intent, and frees no reference', async () => {
    desk.stripe.strike('lost_after');
    await desk.charge('key-1');
    desk.stripe.unavailable = true;
    desk.clock.move(MINUTE);
    expect(kindOf(await desk.charge('key-1'))).toBe('in_doubt');
    expect(desk.payment.intent).toBe('pi_1');
    expect(kindOf(await desk.charge('key-2'))).toBe('reference_taken');
    desk.stripe.unavailable = false;
    await desk.letTimePass(2 * MINUTE);
    expect(kindOf(await desk.charge('key-1'))).toBe('done');
    expect(desk.payment).toMatchObject({ status: 'succeeded', refreshDueAt: null });
    expect(desk.stripe.intents.size).toBe(1);
  });

  it('is not made once the payer has given up: what was made is looked for in the list', async () => {
    desk.stripe.strike('lost_before');
    await desk.create('key-1', { paymentMethod: 'pm_card_visa', confirm: true, expiresAt: after(MINUTE) });
    await desk.letTimePass(2 * MINUTE);
    expect(desk.stripe.calls).toHaveLength(0);
    expect(desk.attempts).toMatchObject([{ state: 'unknown' }]);
    expect(desk.payment.status).toBe('requires_payment_method');
  });

  it('is not needed to find a charge whose payer has given up since', async () => {
    desk.stripe.strike('lost_after');
    await desk.create('key-1', { paymentMethod: 'pm_card_visa', confirm: true, expiresAt: after(MINUTE) });
    await desk.letTimePass(2 * MINUTE);
    expect(desk.stripe.calls).toHaveLength(1);
    expect(desk.payment.status).toBe('succeeded');
  });

  it('is not made with a key that Stripe may have forgotten: still one charge', async () => {
    desk.stripe.strike('lost_after');
    await desk.create('key-1', { paymentMethod: 'pm_card_visa', confirm: true, expiresAt: after(3 * DAY) });
    await desk.letTimePass(23 * HOUR);
    expect(desk.stripe.calls).toHaveLength(1);
    expect(desk.payment.status).toBe('succeeded');
    expect(kindOf(await desk.charge('key-2'))).toBe('reference_taken');
  });

  it('of a confirmation that the payer wants no more is not made, and not called without effect too early', async () => {
    await desk.create('key-1', { expiresAt: after(HOUR) });
    desk.clock.move(HOUR - 1);
    desk.stripe.strike('lost_before');
    await desk.confirm(desk.payment.id, 'key-2');
    await desk.letTimePass(5 * MINUTE, 1);
    expect(desk.attempts.at(-1)).toMatchObject({ state: 'unknown' });
    await desk.letTimePass(HOUR, 1);
    expect(desk.attempts.at(-1)).toMatchObject({ state: 'rejected', code: 'no_effect' });
    expect(desk.stripe.calls).toHaveLength(1);
  });
});

describe('A 500 that Stripe stored under the key', () => {
  it('without effect on a charge is never repeated, never failed, and handed to a person', async () => {
    desk.stripe.strike('stored_500');
    expect(kindOf(await desk.charge('key-1'))).toBe('in_doubt');
    for (let round = 0; round < 10; round++) await desk.letTimePass(HOUR / 4, 1);
    expect(desk.stripe.calls).toHaveLength(1);
    expect(desk.payment.status).toBe('requires_payment_method');
    expect(desk.attempts).toMatchObject([{ state: 'unknown', handedOverReason: expect.stringContaining('create') }]);
    expect(kindOf(await desk.charge('key-1'))).toBe('in_doubt');
    expect(desk.stripe.calls).toHaveLength(1);
  });

  it('with effect on a charge is found in the list', async () => {
    desk.stripe.strike('stored_500_after');
    await desk.charge('key-1');
    await desk.letTimePass(MINUTE);
    expect(desk.stripe.calls).toHaveLength(1);
    expect(desk.payment).toMatchObject({ status: 'succeeded', captured: 4_999 });
  });

  it.each<[Trouble, string, string]>([
    ['stored_500', 'rejected', 'requires_payment_method'],
    ['stored_500_after', 'succeeded', 'succeeded'],
  ])('on a confirmation (%s) is settled by reading: %s', async (trouble, state, status) => {
    await desk.create('key-1');
    desk.stripe.strike(trouble);
    await desk.confirm(desk.payment.id, 'key-2');
    await desk.letTimePass(20 * MINUTE);
    expect([desk.attempts.at(-1)!.state, desk.payment.status]).toEqual([state, status]);
    expect(desk.stripe.calls.filter(({ operation }) => operation === 'confirm')).toHaveLength(1);
  });

  it('on a declined confirmation is that decline, though a webhook told us of it first', async () => {
    await desk.create('key-1');
    desk.clock.move(SECOND);
    desk.stripe.strike('stored_500_after');
    await desk.confirm(desk.payment.id, 'key-2', 'pm_declined');
    desk.clock.move(SECOND);
    await desk.webhook('pi_1');
    await desk.letTimePass(20 * MINUTE);
    expect(desk.attempts.map(({ origin, state }) => [origin, state])).toEqual([
      ['api', 'succeeded'],
      ['api', 'declined'],
    ]);
  });
});

describe('A refused connection', () => {
  it('is no doubt: nothing happened, and the same key sends the same attempt', async () => {
    desk.stripe.strike('refused');
    expect(kindOf(await desk.charge('key-1'))).toBe('unreachable');
    expect(desk.attempts).toMatchObject([{ state: 'never_reached' }]);
    expect(kindOf(await desk.charge('key-1'))).toBe('done');
    expect(desk.attempts).toHaveLength(1);
    expect(desk.stripe.calls.map(({ key }) => key)).toEqual([`cashdesk-${desk.attempts[0]!.id}`]);
  });

  it('while something is in doubt proves nothing about it', async () => {
    desk.stripe.strike('lost_after', 'refused');
    desk.stripe.listLags = true;
    await desk.charge('key-1');
    await desk.letTimePass(2 * SECOND, 1);
    expect(desk.attempts).toMatchObject([{ state: 'unknown' }]);
    expect(kindOf(await desk.charge('key-2'))).toBe('reference_taken');
  });

  it('for more than an hour while something is in doubt is handed to a person', async () => {
    desk.stripe.strike('lost_after', ...Array<Trouble>(40).fill('refused'));
    desk.stripe.listLags = true;
    await desk.charge('key-1');
    for (let round = 0; round < 6; round++) await desk.letTimePass(HOUR / 4, 1);
    expect(desk.attempts[0]!.handedOverAt).not.toBeNull();
    expect(desk.payment.status).toBe('requires_payment_method');
  });

  it('of a payment that expired meanwhile is not sent any more', async () => {
    desk.stripe.strike('refused');
    const expiring = { paymentMethod: 'pm_card_visa', confirm: true, expiresAt: after(HOUR) };
    await desk.create('key-1', expiring);
    desk.clock.move(HOUR);
    expect(await desk.create('key-1', expiring)).toMatchObject({
      value: { kind: 'rejected', code: 'payment_expired' },
    });
    expect(desk.stripe.calls).toHaveLength(0);
  });

  it('is not sent any more when another payment has taken its place meanwhile, and says so', async () => {
    desk.stripe.strike('refused');
    await desk.charge('key-1');
    expect(kindOf(await desk.charge('key-2'))).toBe('done');
    expect(await desk.charge('key-1')).toMatchObject({ value: { kind: 'rejected', code: 'overtaken' } });
    expect(desk.stripe.calls).toHaveLength(1);
  });
});

describe('What takes longer than an hour to find out', () => {
  it('is handed to a person, is never failed, and is adopted when it shows up after all', async () => {
    desk.stripe.strike('stored_500');
    await desk.charge('key-1');
    await desk.letTimePass(HOUR, 1);
    expect(desk.attempts[0]!.handedOverAt).toBeNull();
    await desk.letTimePass(HOUR / 4, 1);
    expect(desk.attempts[0]!.handedOverAt).toEqual(desk.clock.now());
    expect(desk.events).toEqual(['payment.created', 'payment.attempt_needs_person']);
    const shown = seen({ intent: 'pi_late', paymentId: desk.payment.id, attemptId: desk.attempts[0]!.id, ...paid() });
    desk.stripe.intents.set('pi_late', shown);
    await desk.letTimePass(HOUR / 4, 1);
    expect(desk.payment).toMatchObject({ status: 'succeeded', intent: 'pi_late' });
    expect(desk.attempts).toMatchObject([{ state: 'succeeded', handedOverAt: null, handedOverReason: null }]);
  });

  it('may be given up by a person, and only then', async () => {
    desk.stripe.strike('stored_500');
    await desk.charge('key-1');
    expect(kindOf(await desk.cancel(desk.payment.id, 'early'))).toBe('attempt_in_progress');
    await desk.letTimePass(HOUR + 1, 1);
    expect(kindOf(await desk.cancel(desk.payment.id, 'late'))).toBe('done');
    expect(desk.payment.status).toBe('canceled');
    expect(desk.attempts).toMatchObject([{ state: 'rejected', code: 'overtaken' }]);
    expect(kindOf(await desk.charge('key-1'))).toBe('rejected');
  });

  it('and was given up asks for attention when Stripe shows it by a webhook', async () => {
    desk.stripe.strike('stored_500_after');
    await desk.charge('key-1');
    desk.stripe.unavailable = true;
    await desk.letTimePass(HOUR + 1, 1);
    await desk.cancel(desk.payment.id, 'late');
    desk.stripe.unavailable = false;
    await desk.webhook('pi_1');
    expect(desk.payment).toMatchObject({ status: 'canceled', attention: expect.stringContaining('succeeded') });
    expect(desk.events).toContain('payment.contradicted');
  });

  it('and was given up asks for attention when the answer to a repeat shows it', async () => {
    desk.stripe.strike('lost_before', ...Array<Trouble>(5).fill('refused'));
    await desk.charge('key-1');
    for (let round = 0; round < 5; round++) await desk.letTimePass(HOUR / 3, 1);
    let givenUp = '';
    desk.stripe.beforeAnswer = async () => {
      givenUp = kindOf(await desk.cancel(desk.payment.id, 'late'));
    };
    await desk.letTimePass(HOUR / 3, 1);
    expect(givenUp).toBe('done');
    expect(desk.payment).toMatchObject({ status: 'canceled', attention: expect.stringContaining('succeeded') });
  });
});

describe('A settled attempt of a payment that Stripe is still to be asked about', () => {
  it('has no answer that may be kept, until it is known how the payment stands', async () => {
    await desk.create('key-1');
    const { id } = desk.payment;
    await desk.store.run(async () => {
      const payment = (await desk.payments.lock(id))!;
      payment.askAgain(desk.clock.now());
      await desk.payments.save(payment);
    });
    const attempt = desk.attempts[0]!.id;
    expect(await desk.recordFinding.stillInDoubt(attempt)).toMatchObject({
      kind: 'in_doubt',
      payment: { status: 'unknown' },
    });
    await desk.webhook('pi_1');
    expect((await desk.recordFinding.stillInDoubt(attempt)).kind).toBe('done');
  });
});
