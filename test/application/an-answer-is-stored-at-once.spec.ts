import { CashDesk, kindOf } from '../support/fakes/cash-desk';

let desk: CashDesk;
beforeEach(() => {
  desk = new CashDesk();
});

describe('What Stripe answers', () => {
  it('is stored at once, without reading anything again, when nobody was here meanwhile', async () => {
    await desk.charge('create', 'pm_card_visa', { captureMethod: 'manual' });
    await desk.capture(desk.payment.id, 'capture');
    expect(desk.answers.counts).toEqual({ stored: 2, refused: 0 });
    expect(desk.payment).toMatchObject({ status: 'succeeded', version: 3 });
  });

  it('is stored at once when it is a decline, which is kept like any other answer', async () => {
    expect(kindOf(await desk.charge('key-1', 'pm_declined'))).toBe('declined');
    expect(desk.answers.counts).toEqual({ stored: 1, refused: 0 });
    expect(kindOf(await desk.charge('key-1', 'pm_declined'))).toBe('declined');
    expect(desk.stripe.calls).toHaveLength(1);
  });

  it('goes the long way when a webhook was faster, and is then asked for again', async () => {
    await desk.create('create');
    desk.stripe.beforeAnswer = async (intent) => {
      await desk.webhook(intent);
    };
    expect(kindOf(await desk.confirm(desk.payment.id, 'confirm'))).toBe('done');
    expect(desk.answers.counts).toEqual({ stored: 1, refused: 1 });
    expect(desk.payment).toMatchObject({ status: 'succeeded', captured: 4_999 });
    expect(desk.attempts.map(({ state }) => state)).toEqual(['succeeded', 'succeeded']);
    expect(desk.events).toEqual(['payment.created', 'payment.succeeded']);
  });

  it('goes the long way when somebody has taken the attempt for lost meanwhile', async () => {
    desk.stripe.beforeAnswer = async () => {
      desk.stripe.beforeAnswer = () => Promise.resolve();
      await desk.letTimePass(60_000, 1);
    };
    expect(kindOf(await desk.charge('key-1'))).toBe('done');
    expect(desk.answers.counts.stored).toBe(0);
    expect(desk.payment).toMatchObject({ status: 'succeeded', captured: 4_999 });
    expect(desk.events.filter((type) => type === 'payment.succeeded')).toHaveLength(1);
  });

  it.each(['refused', 'lost_after', 'stored_500'] as const)(
    'goes the long way when it is none: the call was %s',
    async (trouble) => {
      desk.stripe.strike(trouble);
      await desk.charge('key-1');
      expect(desk.answers.counts).toEqual({ stored: 0, refused: 0 });
    },
  );
});
