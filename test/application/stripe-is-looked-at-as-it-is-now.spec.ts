import { GatewayUnavailable } from '../../src/application/shared/gateway-unavailable';
import { CashDesk, kindOf } from '../support/fakes/cash-desk';
import { CHALLENGE, declinedBy, paid, seen, SECOND } from '../support/samples';

let desk: CashDesk;
beforeEach(() => {
  desk = new CashDesk();
});

describe('A webhook that comes before the answer', () => {
  it('takes effect once, and the call succeeds', async () => {
    desk.stripe.beforeAnswer = async (intent) => {
      await desk.webhook(intent);
    };
    expect(await desk.charge('key-1')).toMatchObject({ value: { kind: 'done', payment: { status: 'succeeded' } } });
    expect(desk.events).toEqual(['payment.created', 'payment.succeeded']);
    expect(desk.attempts).toMatchObject([{ origin: 'api', state: 'succeeded', charge: 'ch_2' }]);
    await desk.letTimePass(SECOND);
    expect(desk.payment).toMatchObject({ status: 'succeeded', attention: null, refreshDueAt: null });
  });

  it('of a decline leaves one decline, and the answer is that decline', async () => {
    desk.stripe.beforeAnswer = async (intent) => {
      await desk.webhook(intent);
    };
    expect(kindOf(await desk.charge('key-1', 'pm_declined'))).toBe('declined');
    expect(desk.events).toEqual(['payment.created', 'payment.declined']);
    expect(desk.attempts.map(({ origin, state }) => [origin, state])).toEqual([['api', 'declined']]);
  });

  it('of a later confirmation is not taken for the end of a challenge that was given up', async () => {
    await desk.charge('key-1', 'pm_challenge');
    desk.clock.move(SECOND);
    desk.stripe.beforeAnswer = async (intent) => {
      await desk.webhook(intent);
    };
    expect(kindOf(await desk.confirm(desk.payment.id, 'key-2'))).toBe('done');
    await desk.webhook('pi_1');
    expect(desk.attempts.map(({ state, charge }) => [state, charge])).toEqual([
      ['rejected', null],
      ['succeeded', desk.payment.charge],
    ]);
  });
});

describe('A webhook while a later confirmation is in doubt', () => {
  it('leaves the challenge that came before as it is, until the doubt is over', async () => {
    await desk.charge('key-1', 'pm_challenge');
    desk.clock.move(SECOND);
    desk.stripe.strike('lost_before');
    await desk.confirm(desk.payment.id, 'key-2');
    await desk.webhook('pi_1');
    expect(desk.attempts.map(({ state }) => state)).toEqual(['requires_action', 'unknown']);
  });
});

describe('A webhook', () => {
  it('20 times at once takes effect once', async () => {
    await desk.create('key-1');
    desk.stripe.set('pi_1', paid('ch_9'));
    await Promise.all(Array.from({ length: 20 }, () => desk.webhook('pi_1')));
    expect(desk.events).toEqual(['payment.created', 'payment.succeeded']);
    expect(desk.attempts.filter(({ charge }) => charge === 'ch_9')).toHaveLength(1);
  });

  it('that comes late shows what is, not what was', async () => {
    await desk.charge('key-1');
    await desk.webhook('pi_1');
    expect(desk.payment.status).toBe('succeeded');
    expect(desk.events).toEqual(['payment.created', 'payment.succeeded']);
  });

  it('about an intent of somebody else is none of ours', async () => {
    desk.stripe.intents.set('pi_x', seen({ intent: 'pi_x', paymentId: null }));
    expect(await desk.webhook('pi_x')).toBeNull();
    desk.stripe.intents.set('pi_y', seen({ intent: 'pi_y', paymentId: 'pay_of_another_desk' }));
    expect(await desk.webhook('pi_y')).toBeNull();
    expect(await desk.webhook('pi_none')).toBeNull();
  });

  it('is tried again later when Stripe does not answer', async () => {
    await desk.create('key-1');
    desk.stripe.unavailable = true;
    await expect(desk.webhook('pi_1')).rejects.toThrow(GatewayUnavailable);
  });

  it('whose own work fails once the news is stored finds no news when it is worked on again', async () => {
    await desk.create('key-1');
    desk.stripe.set('pi_1', paid('ch_9'));
    const broken = () => Promise.reject(new Error('the inbox is broken'));
    const command = { intent: 'pi_1', cause: 'event:evt_1' };
    await expect(desk.refresh.execute({ ...command, within: broken })).rejects.toThrow('inbox');
    const closed: string[] = [];
    await desk.refresh.execute({ ...command, within: async (id) => void closed.push(id) });
    expect(closed).toEqual([desk.payment.id]);
    expect(desk.events).toEqual(['payment.created', 'payment.succeeded']);
    expect(desk.attempts).toHaveLength(2);
    expect(desk.sights.counts).toEqual({ stored: 1, refused: 0 });
  });

  it('for which an attempt waited does its own work in the transaction that stores it, and is undone with it', async () => {
    await desk.charge('key-1', 'pm_challenge');
    desk.stripe.set('pi_1', { ...paid('ch_9'), nextAction: null });
    const broken = () => Promise.reject(new Error('the inbox is broken'));
    await expect(desk.refresh.execute({ intent: 'pi_1', cause: 'event:evt_1', within: broken })).rejects.toThrow(
      'inbox',
    );
    expect(desk.payment.status).toBe('requires_action');
    expect(desk.attempts).toMatchObject([{ state: 'requires_action' }]);
  });
});

describe('What the payer did through Stripe.js', () => {
  it('is kept as an attempt of theirs', async () => {
    await desk.create('key-1');
    desk.stripe.set('pi_1', declinedBy('ch_8'));
    await desk.webhook('pi_1');
    desk.stripe.set('pi_1', { ...paid('ch_9'), failure: null, failedCharge: null });
    await desk.webhook('pi_1');
    expect(desk.attempts.map(({ origin, state, charge }) => [origin, state, charge])).toEqual([
      ['api', 'succeeded', null],
      ['client', 'declined', 'ch_8'],
      ['client', 'succeeded', 'ch_9'],
    ]);
  });

  it('at the bank ends the attempt that waited for it', async () => {
    await desk.charge('key-1', 'pm_challenge');
    desk.stripe.set('pi_1', { ...paid('ch_9'), nextAction: null });
    await desk.webhook('pi_1');
    expect(desk.attempts).toMatchObject([{ origin: 'api', state: 'succeeded', charge: 'ch_9', riskScore: 12 }]);
  });

  it('and failed at the bank ends the attempt without a charge', async () => {
    await desk.charge('key-1', 'pm_challenge');
    desk.stripe.set('pi_1', { ...declinedBy(null), nextAction: null });
    await desk.webhook('pi_1');
    expect(desk.attempts).toMatchObject([{ state: 'declined', charge: null, code: 'card_declined' }]);
  });

  it('before a challenge that still waits is not taken for its end', async () => {
    await desk.create('key-1');
    desk.stripe.set('pi_1', declinedBy('ch_8'));
    desk.clock.move(SECOND);
    await desk.confirm(desk.payment.id, 'key-2', 'pm_challenge');
    expect(desk.payment).toMatchObject({ status: CHALLENGE.status, charge: 'ch_8' });
    await desk.webhook('pi_1');
    expect(desk.attempts.filter(({ origin }) => origin === 'api').map(({ state }) => state)).toEqual([
      'succeeded',
      'requires_action',
    ]);
  });

  it('after an abandoned challenge belongs to the confirmation that came last', async () => {
    await desk.charge('key-1', 'pm_challenge');
    desk.clock.move(SECOND);
    await desk.confirm(desk.payment.id, 'key-2', 'pm_challenge');
    desk.stripe.set('pi_1', { ...paid('ch_9'), nextAction: null });
    await desk.webhook('pi_1');
    expect(desk.attempts.map(({ state, charge }) => [state, charge])).toEqual([
      ['rejected', null],
      ['succeeded', 'ch_9'],
    ]);
  });
});

describe('A look at Stripe', () => {
  it('that shows what is known stores nothing, and closes what it was made for', async () => {
    await desk.charge('key-1');
    const { version } = desk.payment;
    const closed: string[] = [];
    await desk.refresh.execute({ intent: 'pi_1', cause: 'test', within: async (id) => void closed.push(id) });
    expect(desk.payment.version).toBe(version);
    expect(closed).toEqual([desk.payment.id]);
  });

  it('takes over what changed without a charge', async () => {
    await desk.create('key-1');
    desk.stripe.set('pi_1', { status: 'canceled', cancellationReason: 'abandoned' });
    await desk.webhook('pi_1');
    expect(desk.payment).toMatchObject({ status: 'canceled', cancellationReason: 'abandoned' });
  });

  it('that shows nothing new has what is in doubt found out now', async () => {
    await desk.create('key-1');
    desk.stripe.strike('lost_before');
    await desk.confirm(desk.payment.id, 'key-2');
    desk.clock.move(SECOND / 10);
    await desk.webhook('pi_1');
    expect(desk.attempts.at(-1)).toMatchObject({ state: 'unknown', nextCheckAt: desk.clock.now() });
  });
});

describe('A look at Stripe under concurrent writers', () => {
  it('that another writer has overtaken looks again, and never goes back in time', async () => {
    await desk.create('key-1');
    desk.stripe.set('pi_1', declinedBy('ch_0'));
    let overtaken = false;
    desk.stripe.beforeReading = async () => {
      if (overtaken) return;
      overtaken = true;
      await desk.confirm(desk.payment.id, 'key-2');
    };
    await desk.webhook('pi_1');
    expect(desk.stripe.reads).toBe(2);
    expect(desk.payment).toMatchObject({ status: 'succeeded', attention: null });
    expect(desk.events).toEqual(['payment.created', 'payment.succeeded']);
  });

  it('that began before the payment knew its intent is not taken for newer than the answer', async () => {
    let looking: Promise<unknown> = Promise.resolve();
    let answered: () => void = () => undefined;
    const answer = new Promise<void>((resolve) => {
      answered = resolve;
    });
    desk.stripe.beforeReading = () => {
      desk.stripe.beforeReading = () => Promise.resolve();
      return answer;
    };
    desk.stripe.beforeAnswer = async (intent) => {
      const now = desk.stripe.intents.get(intent)!;
      desk.stripe.set(intent, { status: 'requires_payment_method', charge: null, captured: 0 });
      looking = desk.webhook(intent);
      while (desk.stripe.reads === 0) await Promise.resolve();
      desk.stripe.intents.set(intent, now);
    };
    await desk.charge('key-1');
    answered();
    await looking;
    expect(desk.payment).toMatchObject({ status: 'succeeded', attention: null });
    expect(desk.events).toEqual(['payment.created', 'payment.succeeded']);
  });

  it('gives up for now when the payment changes with every look', async () => {
    await desk.create('key-1');
    desk.stripe.set('pi_1', declinedBy('ch_0'));
    let n = 0;
    desk.stripe.beforeReading = async () => {
      n += 1;
      await desk.store.run(async () => {
        const payment = (await desk.payments.lock(desk.payment.id))!;
        payment.askAgain(new Date(n));
        await desk.payments.save(payment);
      });
      desk.stripe.set('pi_1', declinedBy(`ch_${String(n)}`));
    };
    await expect(desk.webhook('pi_1')).rejects.toThrow(GatewayUnavailable);
  });
});
