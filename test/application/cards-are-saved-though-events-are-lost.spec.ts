import { CardDesk } from '../support/fakes/card-desk';
import { DAY, HOUR, MINUTE, SECOND } from '../support/samples';

let desk: CardDesk;
let customer: string;
beforeEach(async () => {
  desk = new CardDesk();
  customer = await desk.stored();
  await desk.begin(customer, { paymentMethod: 'pm_challenge' });
});

const looks = () => desk.cards.calls.filter((call) => call === 'read seti_1').length;

describe('A card whose customer authenticated, and of which no event came', () => {
  it('is saved by a look at the setup', async () => {
    desk.cards.finish('seti_1');
    await desk.letTimePass(20 * SECOND);
    expect(desk.setup.status).toBe('requires_action');
    await desk.letTimePass(15 * SECOND);
    expect(desk.setup).toMatchObject({ status: 'succeeded', checkDueAt: null });
    expect(desk.method('pm_challenge')).toMatchObject({ state: 'saved', setupId: desk.setup.id });
    expect(desk.store.tables.customerEvents.at(-1)?.cause).toBe('sweeper');
    await desk.letTimePass(DAY);
    expect(looks()).toBe(1);
  });

  it('is saved in spite of a Stripe that was away meanwhile', async () => {
    desk.cards.unavailable = true;
    await expect(desk.letTimePass(HOUR, 1)).rejects.toThrow('Stripe does not answer');
    desk.cards.unavailable = false;
    desk.cards.finish('seti_1');
    await desk.letTimePass(MINUTE);
    expect(desk.setup.status).toBe('succeeded');
  });
});

describe('A setup that nobody finishes', () => {
  it('is looked at less and less, and no more after a day', async () => {
    for (let hour = 0; hour < 30; hour++) await desk.letTimePass(HOUR);
    expect(desk.setup).toMatchObject({ status: 'requires_action', checkDueAt: null });
    expect(looks()).toBeLessThan(10);
    const before = looks();
    await desk.letTimePass(DAY);
    expect(looks()).toBe(before);
  });

  it('is still finished by its event after that', async () => {
    await desk.letTimePass(2 * DAY);
    desk.cards.finish('seti_1');
    await desk.seenSetup('seti_1');
    expect(desk.setup).toMatchObject({ status: 'succeeded', checkDueAt: null });
  });

  it('is looked at again when Stripe does not find it now', async () => {
    const kept = desk.cards.intents.get('seti_1')!;
    desk.cards.intents.delete('seti_1');
    await desk.letTimePass(MINUTE, 1);
    expect(desk.setup.checkDueAt).not.toBeNull();
    desk.cards.intents.set('seti_1', kept);
    desk.cards.finish('seti_1');
    await desk.letTimePass(5 * MINUTE);
    expect(desk.setup.status).toBe('succeeded');
  });
});
