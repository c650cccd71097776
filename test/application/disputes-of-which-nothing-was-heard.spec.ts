import { disputed, inquiry, reinstatement, withdrawal } from '../support/dispute-samples';
import { DisputeDesk } from '../support/fakes/dispute-desk';
import { after, DAY, HOUR, MINUTE, NOON } from '../support/samples';

let desk: DisputeDesk;
beforeEach(() => {
  desk = new DisputeDesk();
  desk.hasPayment();
});

describe('A dispute whose webhooks were all lost', () => {
  beforeEach(() => {
    desk.due.listingDueAt = NOON;
  });

  it('is found in the list of Stripe', async () => {
    desk.stripe.shows(disputed());
    desk.stripe.shows(inquiry({ id: 'du_2', intent: 'pi_of_somebody_else' }));
    expect(await desk.sweeps.execute()).toMatchObject({ found: 2, failures: [] });
    expect(desk.dispute).toMatchObject({ paymentId: 'pay_1', status: 'needs_response' });
    expect(desk.store.tables.disputes.get('du_2')).toMatchObject({ paymentId: null });
    expect(desk.store.tables.disputeEvents[0]).toMatchObject({ type: 'dispute.opened', cause: 'listing' });
  });

  it('is looked for from where the list was read to, and a little before', async () => {
    await desk.sweeps.execute();
    desk.stripe.shows(disputed({ openedAt: after(-2 * HOUR) }));
    desk.stripe.shows(disputed({ id: 'du_2', openedAt: after(-MINUTE) }));
    expect(await desk.letTimePass(16 * MINUTE)).toMatchObject({ found: 1 });
    expect([...desk.store.tables.disputes.keys()]).toEqual(['du_2']);
  });

  it('is looked for again when Stripe did not answer to the end', async () => {
    desk.stripe.shows(disputed());
    desk.stripe.beforeAnswer = async () => {
      desk.stripe.unavailable = true;
      await Promise.resolve();
    };
    expect((await desk.sweeps.execute()).failures).toHaveLength(1);
    expect(desk.due.completeUntil).toBeNull();
    desk.stripe.unavailable = false;
    desk.stripe.beforeAnswer = () => Promise.resolve();
    expect(await desk.letTimePass(6 * MINUTE)).toMatchObject({ found: 1, failures: [] });
    expect(desk.due.completeUntil).not.toBeNull();
  });

  it('is not read again when it is known', async () => {
    await desk.has();
    await desk.sweeps.execute();
    expect(desk.stripe.calls).toEqual(['list']);
  });
});

describe('A dispute that goes on', () => {
  it('is asked about again, should its webhooks be lost', async () => {
    await desk.has();
    desk.stripe.shows(disputed({ status: 'won', movements: [withdrawal(), reinstatement()] }));
    expect(await desk.letTimePass(5 * HOUR)).toMatchObject({ disputes: 0 });
    expect(await desk.letTimePass(2 * HOUR)).toMatchObject({ disputes: 1 });
    expect(desk.dispute).toMatchObject({ status: 'won', checkDueAt: null });
    expect(desk.events).toEqual(['won', 'funds_reinstated']);
  });

  it('tells of its deadline in time, whether Stripe answers or not', async () => {
    await desk.has();
    desk.stripe.unavailable = true;
    desk.clock.move(3 * DAY);
    expect((await desk.letTimePass(2_000)).failures).toHaveLength(1);
    expect(desk.events).toEqual(['deadline_approaching']);
    await desk.letTimePass(HOUR);
    expect(desk.events).toEqual(['deadline_approaching']);
  });
});

describe('A dispute that is lost', () => {
  it('is noted for the ledger in the commit that stores it, once', async () => {
    await desk.has();
    desk.stripe.shows(disputed({ status: 'lost' }));
    await desk.look();
    await desk.look();
    expect(desk.store.tables.facts).toMatchObject([
      { kind: 'dispute_lost', subject: 'du_1', paymentId: 'pay_1', amount: { amount: 4_999, currency: 'gbp' } },
    ]);
  });

  it('and gives back a part later is noted so much less', async () => {
    await desk.has(disputed({ status: 'lost' }));
    desk.stripe.shows(disputed({ status: 'lost', movements: [withdrawal(), reinstatement(999)] }));
    await desk.look();
    expect(desk.store.tables.facts.at(-1)).toMatchObject({
      kind: 'dispute_loss_returned',
      subject: 'du_1/2',
      amount: { amount: 999 },
    });
  });

  it('is noted for the ledger too where it is of no payment of ours', async () => {
    desk.stripe.shows(disputed({ status: 'lost', intent: null }));
    await desk.look();
    expect(desk.store.tables.facts).toMatchObject([{ kind: 'dispute_lost', paymentId: null }]);
  });

  it('and won is not noted', async () => {
    await desk.has(disputed({ status: 'won', movements: [withdrawal(), reinstatement()] }));
    expect(desk.store.tables.facts).toEqual([]);
  });
});
