import type { BeginSetupCommand, SetupResult } from '../../src/application/customer/begin-setup';
import type { IdempotencyScope } from '../../src/application/shared/idempotency';
import { CONSENT } from '../support/card-samples';
import { CardDesk } from '../support/fakes/card-desk';
import { HOUR, MINUTE, SECOND } from '../support/samples';

let desk: CardDesk;
let customer: string;
beforeEach(async () => {
  desk = new CardDesk();
  customer = await desk.stored();
});

function kindOf(result: SetupResult): string {
  return result.ok ? result.value.kind : result.error.kind;
}

function key(name: string, fingerprint = 'same'): IdempotencyScope {
  return { principal: 'key:key_1', route: 'POST /customers/{id}/setups', key: name, fingerprint };
}

async function begin(given: Partial<BeginSetupCommand> = {}): Promise<string> {
  return kindOf(await desk.begin(customer, given));
}

describe('A card that the server confirms', () => {
  it('is saved with its setup, and becomes the default of a customer who has none', async () => {
    expect(await begin()).toBe('done');
    expect(desk.setup).toMatchObject({ status: 'succeeded', consent: CONSENT, checkDueAt: null });
    expect(desk.method()).toMatchObject({ customerId: customer, setupId: desk.setup.id, state: 'saved' });
    expect(desk.props(customer).defaultPaymentMethod).toBe('pm_1');
  });

  it('leaves the default of a customer who has one', async () => {
    await begin();
    await begin({ paymentMethod: 'pm_2' });
    expect(desk.method('pm_2')).toMatchObject({ state: 'saved' });
    expect(desk.props(customer).defaultPaymentMethod).toBe('pm_1');
  });

  it('that is declined is not saved, and another may be tried with the same setup', async () => {
    expect(await begin({ paymentMethod: 'pm_declined' })).toBe('declined');
    expect(desk.method('pm_declined')).toBeUndefined();
    expect(desk.setup).toMatchObject({ status: 'requires_payment_method', clientSecret: 'seti_1_secret_1' });
    desk.cards.keep(desk.cards.shown('seti_1')!, { paymentMethod: 'pm_2', failure: null, status: 'succeeded' });
    await desk.seenSetup('seti_1');
    expect(desk.setup).toMatchObject({ status: 'succeeded', failure: null });
    expect(desk.method('pm_2')).toMatchObject({ state: 'saved', setupId: desk.setup.id });
  });

  it('that asks for authentication is saved when the customer has authenticated', async () => {
    expect(await begin({ paymentMethod: 'pm_challenge' })).toBe('done');
    expect(desk.setup.status).toBe('requires_action');
    expect(desk.method('pm_challenge')).toBeUndefined();
    desk.cards.finish('seti_1');
    await desk.seenSetup('seti_1');
    expect(desk.method('pm_challenge')).toMatchObject({ state: 'saved' });
  });

  it('that Stripe refuses as invalid ends the setup', async () => {
    desk.cards.strike('invalid');
    expect(await begin()).toBe('rejected');
    expect(desk.setup).toMatchObject({ status: 'failed', failure: { code: 'resource_missing' }, checkDueAt: null });
    await desk.letTimePass(HOUR);
    expect(desk.cards.changes()).toHaveLength(1);
  });
});

describe('A card that the browser gives', () => {
  it('is saved when the browser has finished, which is told by an event', async () => {
    expect(await begin({ paymentMethod: null, confirm: false })).toBe('done');
    expect(desk.setup.status).toBe('requires_payment_method');
    desk.cards.finish('seti_1');
    await desk.seenSetup('seti_1');
    expect(desk.method('pm_browser')).toMatchObject({ setupId: desk.setup.id });
  });

  it('is saved once, however often the event comes, and in whichever order with that of the card', async () => {
    await begin({ paymentMethod: null, confirm: false });
    desk.cards.finish('seti_1');
    const both = [desk.seenMethod('pm_browser'), desk.seenSetup('seti_1'), desk.seenSetup('seti_1')];
    await Promise.all(both);
    await desk.seenMethod('pm_browser');
    expect(desk.events.filter((type) => type === 'customer.payment_method_saved')).toHaveLength(1);
    expect(desk.method('pm_browser')?.setupId).toBe(desk.setup.id);
  });
});

describe('Nothing is asked of Stripe', () => {
  it('for a customer that does not exist', async () => {
    expect(kindOf(await desk.begin('cus_none'))).toBe('customer_not_found');
  });

  it('for the card of another customer', async () => {
    await begin();
    const other = await desk.stored();
    expect(kindOf(await desk.begin(other, { paymentMethod: 'pm_1' }))).toBe('payment_method_not_found');
    expect(desk.cards.changes()).toHaveLength(1);
  });

  it('for a customer that Stripe refuses, or does not know while it does not answer', async () => {
    desk.stripe.strike('away');
    expect(await begin()).toBe('stripe_unreachable');
    desk.stripe.strike({ code: 'email_invalid', field: 'email' });
    expect(await begin()).toBe('customer_refused');
    expect(desk.store.tables.setups.size).toBe(0);
    expect(desk.cards.changes()).toEqual([]);
  });
});

describe('The same key', () => {
  it('gives the same setup, as it is now', async () => {
    const asked = { paymentMethod: 'pm_challenge', idempotency: key('k') };
    await begin(asked);
    desk.cards.finish('seti_1');
    await desk.seenSetup('seti_1');
    const again = await desk.begin(customer, asked);
    expect(again).toMatchObject({
      ok: true,
      value: { kind: 'done', setup: { id: desk.setup.id, status: 'succeeded' } },
    });
    expect(desk.cards.intents.size).toBe(1);
  });

  it('for something else is an error', async () => {
    await begin({ idempotency: key('k') });
    expect(await begin({ idempotency: key('k', 'other') })).toBe('idempotency_key_reused');
  });

  it('used by two at once makes one setup', async () => {
    const results = await Promise.all([begin({ idempotency: key('k') }), begin({ idempotency: key('k') })]);
    expect(results).toEqual(['done', 'done']);
    expect(desk.store.tables.setups.size).toBe(1);
    expect(desk.cards.intents.size).toBe(1);
  });

  it('tries again what never reached Stripe, at once', async () => {
    desk.cards.strike('not_reached');
    expect(await begin({ idempotency: key('k') })).toBe('unreachable');
    await desk.letTimePass(HOUR);
    expect(desk.cards.changes()).toHaveLength(1);
    expect(await begin({ idempotency: key('k') })).toBe('done');
    expect(desk.cards.intents.size).toBe(1);
  });
});

describe('A process that ends', () => {
  it('before Stripe is called: the sweeper calls, after the lease', async () => {
    const request = { stripeCustomer: 'cus_stripe_1', paymentMethod: 'pm_1', confirm: true, returnUrl: null };
    await desk.link(customer);
    await desk.open.execute({ customerId: customer, usage: 'off_session', request, consent: CONSENT }, null, 'test');
    await desk.letTimePass(20 * SECOND);
    expect(desk.cards.changes()).toEqual([]);
    await desk.letTimePass(15 * SECOND);
    expect(desk.setup.status).toBe('succeeded');
    expect(desk.method()).toMatchObject({ state: 'saved', setupId: desk.setup.id });
  });

  it('before the answer is stored: the sweeper gets it under the same key, and there is one setup at Stripe', async () => {
    desk.cards.beforeAnswer = () => Promise.reject(new Error('killed'));
    await expect(begin()).rejects.toThrow('killed');
    desk.cards.beforeAnswer = () => Promise.resolve();
    await desk.letTimePass(MINUTE);
    expect(desk.setup.status).toBe('succeeded');
    expect(desk.cards.intents.size).toBe(1);
    expect(desk.method()).toMatchObject({ setupId: desk.setup.id });
  });

  it('before the answer is stored: the event of Stripe brings it, by the id in its metadata', async () => {
    desk.cards.beforeAnswer = () => Promise.reject(new Error('killed'));
    await expect(begin()).rejects.toThrow('killed');
    desk.cards.beforeAnswer = () => Promise.resolve();
    await desk.seenSetup('seti_1');
    expect(desk.setup).toMatchObject({ status: 'succeeded', setupIntent: 'seti_1', checkDueAt: null });
    expect(desk.method()).toMatchObject({ state: 'saved', setupId: desk.setup.id });
  });
});

describe('An answer that is lost', () => {
  it('is had again under the same key', async () => {
    desk.cards.strike('lost_after');
    expect(await begin()).toBe('in_doubt');
    await desk.letTimePass(5 * SECOND);
    expect(desk.setup.status).toBe('succeeded');
    expect(desk.cards.intents.size).toBe(1);
  });

  it('on the way there is sent again', async () => {
    desk.cards.strike('lost_before');
    expect(await begin()).toBe('in_doubt');
    await desk.letTimePass(5 * SECOND);
    expect(desk.setup.status).toBe('succeeded');
  });

  it('that Stripe repeats as a failure is found in the list of all setups', async () => {
    desk.cards.strike('stored_500_after');
    expect(await begin()).toBe('in_doubt');
    await desk.letTimePass(5 * SECOND);
    expect(desk.cards.calls).toContain(`list ${desk.setup.id}`);
    expect(desk.setup).toMatchObject({ status: 'succeeded', setupIntent: 'seti_1' });
  });

  it('ends the setup only when Stripe keeps the key no more and has no such setup', async () => {
    desk.cards.strike(...Array<'lost_before'>(500).fill('lost_before'));
    await begin();
    for (let hour = 0; hour < 22; hour++) await desk.letTimePass(HOUR, 1);
    expect(desk.setup.status).not.toBe('failed');
    const sent = desk.cards.changes().length;
    await desk.letTimePass(2 * HOUR);
    expect(desk.setup).toMatchObject({ status: 'failed', failure: { code: 'not_known' }, checkDueAt: null });
    expect(desk.cards.changes()).toHaveLength(sent);
  });

  it('is not taken for a failure while Stripe does not say', async () => {
    desk.cards.strike(...Array<'lost_before'>(500).fill('lost_before'));
    await begin();
    desk.cards.unavailable = true;
    await desk.letTimePass(30 * HOUR);
    expect(desk.setup.checkDueAt).not.toBeNull();
    expect(desk.setup.status).not.toBe('failed');
  });
});

describe('A setup that is somebody else’s', () => {
  it('is left alone', async () => {
    await begin({ paymentMethod: 'pm_challenge' });
    const foreign = { ...desk.cards.shown('seti_1')!, setupId: null };
    desk.cards.keep({ ...foreign, seen: { ...foreign.seen, setupIntent: 'seti_9' } }, { status: 'succeeded' });
    expect(await desk.seenSetup('seti_9')).toBeNull();
    expect(desk.setup.status).toBe('requires_action');
  });

  it('is not taken for ours by an id that somebody wrote into its metadata', async () => {
    desk.cards.strike('lost_before');
    await begin();
    const seen = { setupIntent: 'seti_9', status: 'succeeded', clientSecret: null, nextAction: null } as const;
    const rest = { redirectUrl: null, failure: null, paymentMethod: 'pm_9' };
    const forged = { setupId: desk.setup.id, stripeCustomer: 'cus_other', seen: { ...seen, ...rest }, method: null };
    desk.cards.keep(forged, {});
    expect(await desk.seenSetup('seti_9')).toBeNull();
    expect(desk.method('pm_9')).toBeUndefined();
  });
});

it('An answer that comes after a newer event does not undo it', async () => {
  desk.cards.beforeAnswer = async (call) => {
    if (!call.startsWith('create')) return;
    desk.cards.beforeAnswer = () => Promise.resolve();
    desk.cards.finish('seti_1');
    await desk.seenSetup('seti_1');
    desk.cards.detach('pm_challenge');
    await desk.seenMethod('pm_challenge');
  };
  await begin({ paymentMethod: 'pm_challenge' });
  expect(desk.setup.status).toBe('succeeded');
  expect(desk.method('pm_challenge')).toMatchObject({ state: 'detached' });
  expect(desk.props(customer).defaultPaymentMethod).toBeNull();
});
