import { ProcessWebhook } from '../../src/application/webhook/process-webhook';
import { subjectOf, type StripeEvent } from '../../src/application/webhook/webhook-inbox';
import { CardDesk } from '../support/fakes/card-desk';
import { allFamilies } from '../support/fakes/event-desk';
import { InMemoryInbox } from '../support/fakes/in-memory-inbox';
import { NOON } from '../support/samples';

let desk: CardDesk;
let inbox: InMemoryInbox;
let process: ProcessWebhook;
let customer: string;
let numbered = 0;
beforeEach(async () => {
  desk = new CardDesk();
  inbox = new InMemoryInbox();
  process = new ProcessWebhook(inbox, allFamilies({ cards: desk }));
  customer = await desk.stored();
  await desk.begin(customer, { paymentMethod: 'pm_challenge' });
});

/** Delivers an event and works on it. */
async function event(type: string, objectId: string, change: Partial<StripeEvent> = {}) {
  const id = `evt_${String(++numbered)}`;
  const object = { objectType: type.split('.')[0]!, objectId, intent: null, stripeRequest: null };
  const stated = { apiVersion: null, livemode: false, account: null, created: NOON, payload: '{}' };
  const told = { id, type, ...stated, ...object, ...change };
  await inbox.store(told);
  await process.execute(subjectOf(told));
  return inbox.show(id);
}

describe('An event of a setup', () => {
  it('saves the card when the setup has succeeded, and is done in the same commit', async () => {
    desk.cards.finish('seti_1');
    expect(await event('setup_intent.succeeded', 'seti_1')).toMatchObject({ status: 'processed', note: null });
    expect(desk.method('pm_challenge')).toMatchObject({ state: 'saved', customerId: customer });
    expect(desk.store.tables.customerEvents.at(-1)?.cause).toMatch(/^event:evt_/);
  });

  it('that is told late shows what is the case by now', async () => {
    desk.cards.finish('seti_1', 'canceled');
    expect(await event('setup_intent.requires_action', 'seti_1')).toMatchObject({ status: 'processed' });
    expect(desk.setup.status).toBe('canceled');
  });

  it('of somebody else is ignored', async () => {
    expect(await event('setup_intent.succeeded', 'seti_9')).toMatchObject({
      status: 'ignored',
      note: 'seti_9 is not a setup of Cashdesk.',
    });
  });

  it('that holds no setup is set aside for a person', async () => {
    expect(await event('setup_intent.succeeded', '', { objectType: 'account' })).toMatchObject({
      status: 'set_aside',
      note: 'It holds no setup_intent, as setup_intent.succeeded must (API version none).',
    });
  });

  it('stays to be worked on while Stripe does not answer', async () => {
    desk.cards.unavailable = true;
    await expect(event('setup_intent.succeeded', 'seti_1')).rejects.toThrow('Stripe does not answer.');
    expect((await inbox.list())[0]?.status).toBe('received');
  });
});

describe('An event of a payment method', () => {
  beforeEach(async () => {
    desk.cards.finish('seti_1');
    await event('setup_intent.succeeded', 'seti_1');
  });

  it.each(['attached', 'detached', 'updated', 'automatically_updated'])(
    'payment_method.%s is worked on',
    async (what) => {
      desk.cards.detach('pm_challenge');
      expect(await event(`payment_method.${what}`, 'pm_challenge')).toMatchObject({ status: 'processed' });
      expect(desk.method('pm_challenge')).toMatchObject({ state: 'detached' });
    },
  );

  it('of somebody else is ignored', async () => {
    desk.cards.attach('pm_9', 'cus_of_somebody_else');
    expect(await event('payment_method.attached', 'pm_9')).toMatchObject({
      status: 'ignored',
      note: 'pm_9 is not a payment method of a customer of Cashdesk.',
    });
  });

  it('is none of those that only begin alike', async () => {
    const shown = await event('payment_method_configuration.updated', 'pmc_1');
    expect(shown).toMatchObject({ status: 'ignored', note: 'Cashdesk does nothing with events of this type.' });
  });
});
