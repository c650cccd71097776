import { ProcessWebhook } from '../../src/application/webhook/process-webhook';
import { subjectOf, type StripeEvent } from '../../src/application/webhook/webhook-inbox';
import { disputed, inquiry, reinstatement, withdrawal } from '../support/dispute-samples';
import { DisputeDesk } from '../support/fakes/dispute-desk';
import { allFamilies } from '../support/fakes/event-desk';
import { InMemoryInbox } from '../support/fakes/in-memory-inbox';
import { NOON } from '../support/samples';

let desk: DisputeDesk;
let inbox: InMemoryInbox;
let process: ProcessWebhook;
let numbered = 0;
beforeEach(() => {
  desk = new DisputeDesk();
  desk.hasPayment();
  inbox = new InMemoryInbox();
  process = new ProcessWebhook(inbox, allFamilies({ disputes: desk }));
});

/** Delivers an event and works on it. */
async function event(what: string, change: Partial<StripeEvent> = {}) {
  const id = `evt_${String(++numbered)}`;
  const object = { objectType: 'dispute', objectId: 'du_1', intent: 'pi_1', stripeRequest: null };
  const stated = { apiVersion: null, livemode: false, account: null, created: NOON, payload: '{}' };
  const told = { id, type: `charge.dispute.${what}`, ...stated, ...object, ...change };
  await inbox.store(told);
  await process.execute(subjectOf(told));
  return inbox.show(id);
}

describe('An event of a dispute', () => {
  it.each(['created', 'updated', 'closed', 'funds_withdrawn', 'funds_reinstated'])(
    'charge.dispute.%s is worked on, and stands on the history of the payment',
    async (what) => {
      desk.stripe.shows(disputed());
      expect(await event(what)).toMatchObject({ status: 'processed', note: null });
      expect(desk.dispute).toMatchObject({ paymentId: 'pay_1', status: 'needs_response', amount: 4_999 });
      expect(desk.events).toEqual(['opened', 'funds_withdrawn']);
    },
  );

  it('that is told late shows what is the case by now', async () => {
    desk.stripe.shows(inquiry());
    await event('created');
    desk.stripe.shows(disputed({ status: 'won', movements: [withdrawal(), reinstatement()] }));
    await event('updated');
    expect(await event('funds_withdrawn')).toMatchObject({ status: 'processed' });
    expect(desk.events).toEqual(['opened', 'won', 'funds_withdrawn', 'funds_reinstated']);
  });

  it('of a charge that is none of ours is stored without a payment', async () => {
    desk.stripe.shows(disputed({ intent: 'pi_of_somebody_else' }));
    expect(await event('created')).toMatchObject({ status: 'processed' });
    expect(desk.dispute.paymentId).toBeNull();
    expect(desk.events).toEqual([]);
  });

  it('that Stripe does not know is ignored', async () => {
    expect(await event('created')).toMatchObject({ status: 'ignored', note: 'Stripe does not know du_1.' });
  });

  it('that holds no dispute is set aside for a person', async () => {
    expect(await event('created', { objectType: 'charge', objectId: 'ch_1' })).toMatchObject({
      status: 'set_aside',
      note: 'It holds no dispute, as charge.dispute.created must (API version none).',
    });
  });

  it('stays to be worked on while Stripe does not answer', async () => {
    desk.stripe.shows(disputed());
    desk.stripe.unavailable = true;
    await expect(event('created')).rejects.toThrow('Stripe does not answer.');
    expect((await inbox.list())[0]?.status).toBe('received');
  });
});

describe('A look that was overtaken', () => {
  it('stores nothing of what it saw, and looks again', async () => {
    desk.stripe.shows(disputed());
    await desk.look();
    let overtaken = false;
    desk.stripe.beforeAnswer = async () => {
      if (overtaken) return;
      overtaken = true;
      desk.stripe.shows(disputed({ status: 'lost' }));
      await desk.look('faster');
      desk.stripe.shows(disputed({ status: 'won', movements: [withdrawal(), reinstatement()] }));
    };
    await desk.look('slower');
    expect(desk.dispute.status).toBe('won');
    expect(desk.events).toEqual(['opened', 'funds_withdrawn', 'lost', 'contradicted', 'won', 'funds_reinstated']);
  });

  it('by who stored the dispute first takes over what is so by then', async () => {
    desk.stripe.shows(disputed());
    desk.stripe.beforeAnswer = async () => {
      desk.stripe.beforeAnswer = () => Promise.resolve();
      await desk.look('faster');
      desk.stripe.shows(disputed({ status: 'under_review', submissionCount: 1 }));
    };
    await desk.look('slower');
    expect(desk.dispute).toMatchObject({ status: 'under_review', submissionCount: 1 });
    expect(desk.events.filter((type) => type === 'opened')).toHaveLength(1);
  });
});
