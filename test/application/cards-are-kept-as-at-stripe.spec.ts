import { GatewayUnavailable } from '../../src/application/shared/gateway-unavailable';
import { VISA } from '../support/card-samples';
import { CardDesk } from '../support/fakes/card-desk';
import { HOUR, MINUTE, SECOND } from '../support/samples';

let desk: CardDesk;
let customer: string;
beforeEach(async () => {
  desk = new CardDesk();
  customer = await desk.withCard();
});

const stripeCustomer = () => desk.props(customer).stripeCustomer!;

async function detach(id = 'pm_1', of = customer): Promise<string> {
  const result = await desk.detach.execute(of, id, 'test');
  return result.ok ? result.value : result.error.kind;
}

describe('Detaching a card', () => {
  it('detaches it here and at Stripe, and a default that it was is none any more', async () => {
    expect(await detach()).toBe('detached');
    expect(desk.method()).toMatchObject({ state: 'detached', checkDueAt: null });
    expect(desk.cards.methods.get('pm_1')?.stripeCustomer).toBeNull();
    expect(desk.props(customer).defaultPaymentMethod).toBeNull();
  });

  it('twice does no more than once', async () => {
    expect([await detach(), await detach()]).toEqual(['detached', 'detached']);
    expect(desk.cards.calls.filter((call) => call === 'detach pm_1')).toHaveLength(1);
  });

  it('by two at once is done by one', async () => {
    const results = await Promise.all([detach(), detach()]);
    expect(results).toContain('detached');
    expect(desk.cards.calls.filter((call) => call === 'detach pm_1')).toHaveLength(1);
  });

  it('of another customer finds nothing, as for one that nobody has', async () => {
    const other = await desk.stored();
    expect(await detach('pm_1', other)).toBe('payment_method_not_found');
    expect(await detach('pm_none')).toBe('payment_method_not_found');
    expect(desk.cards.calls).not.toContain('detach pm_1');
  });

  it('that a live subscription is charged to is refused, with its id', async () => {
    desk.cards.subscriptions.set('pm_1', ['sub_1']);
    const result = await desk.detach.execute(customer, 'pm_1', 'test');
    expect(result).toEqual({ ok: false, error: { kind: 'payment_method_in_use', subscriptions: ['sub_1'] } });
    expect(desk.method()).toMatchObject({ state: 'saved' });
    expect(desk.cards.calls).not.toContain('detach pm_1');
  });

  it('waits until Stripe says which subscriptions there are', async () => {
    desk.cards.unavailable = true;
    expect(await detach()).toBe('stripe_unreachable');
    expect(desk.method()).toMatchObject({ state: 'saved' });
  });

  it('that Stripe refuses leaves it as it was', async () => {
    desk.cards.strike('invalid');
    expect(await detach()).toBe('rejected');
    expect(desk.method()).toMatchObject({ state: 'saved', checkDueAt: null });
    expect(desk.props(customer).defaultPaymentMethod).toBe('pm_1');
  });

  it.each(['lost_before', 'lost_after'] as const)('whose answer is %s is found out about', async (trouble) => {
    desk.cards.strike(trouble);
    expect(await detach()).toBe('in_doubt');
    expect(desk.method()).toMatchObject({ state: 'detaching' });
    await desk.letTimePass(5 * SECOND);
    expect(desk.method()).toMatchObject({ state: 'detached' });
    expect(desk.cards.methods.get('pm_1')?.stripeCustomer).toBeNull();
    expect(desk.props(customer).defaultPaymentMethod).toBeNull();
  });

  it('whose process ends before the call is gone on with, after the lease', async () => {
    await desk.detachment.begin((await desk.methods.find('pm_1'))!);
    await desk.letTimePass(20 * SECOND);
    expect(desk.method()).toMatchObject({ state: 'detaching' });
    await desk.letTimePass(15 * SECOND);
    expect(desk.method()).toMatchObject({ state: 'detached' });
  });

  it('is told by an event first, and its own answer changes nothing more', async () => {
    desk.cards.beforeAnswer = async (call) => {
      if (call !== 'detach pm_1') return;
      desk.cards.beforeAnswer = () => Promise.resolve();
      await desk.seenMethod('pm_1');
    };
    expect(await detach()).toBe('detached');
    expect(desk.events.filter((type) => type === 'customer.payment_method_detached')).toHaveLength(1);
  });

  it('is given up when a subscription was begun on it meanwhile', async () => {
    desk.cards.strike('lost_before');
    await detach();
    desk.cards.subscriptions.set('pm_1', ['sub_1']);
    await desk.letTimePass(5 * SECOND);
    expect(desk.method()).toMatchObject({ state: 'saved', checkDueAt: null });
    expect(desk.cards.methods.get('pm_1')?.stripeCustomer).toBe(stripeCustomer());
  });

  it('stays in doubt as long as Stripe does not answer', async () => {
    desk.cards.strike('lost_before');
    await detach();
    desk.cards.unavailable = true;
    await desk.letTimePass(HOUR);
    expect(desk.method()?.state).toBe('detaching');
    expect(desk.method()?.checkDueAt).not.toBeNull();
  });
});

describe('The default', () => {
  it('is what the customer made it, at Stripe as well', async () => {
    await desk.begin(customer, { paymentMethod: 'pm_2' });
    expect(await desk.setDefault.execute(customer, 'pm_2', 'test')).toBeNull();
    expect(desk.props(customer)).toMatchObject({ defaultPaymentMethod: 'pm_2', syncDueAt: null });
    expect(desk.stripe.customers.get(stripeCustomer())?.defaultPaymentMethod).toBe('pm_2');
  });

  it('is told to Stripe later when Stripe is away', async () => {
    await desk.begin(customer, { paymentMethod: 'pm_2' });
    desk.stripe.strike('away', 'away');
    expect(await desk.setDefault.execute(customer, 'pm_2', 'test')).toBeNull();
    expect(desk.props(customer).defaultPaymentMethod).toBe('pm_2');
    expect(desk.props(customer).syncDueAt).not.toBeNull();
  });

  it('is never a card of another customer, nor one that is being detached', async () => {
    const other = await desk.stored();
    const problem = async (of: string, id = 'pm_1') => (await desk.setDefault.execute(of, id, 'test'))?.kind;
    expect(await problem(other)).toBe('payment_method_not_found');
    expect(await problem('cus_none')).toBe('payment_method_not_found');
    await desk.begin(customer, { paymentMethod: 'pm_2' });
    desk.cards.strike('lost_before');
    await detach('pm_2');
    expect(await problem(customer, 'pm_2')).toBe('payment_method_detached');
  });
});

describe('What is done in Stripe’s dashboard', () => {
  it('is taken over: a card that was attached there, without a consent of ours', async () => {
    desk.cards.attach('pm_9', stripeCustomer());
    expect(await desk.seenMethod('pm_9')).toBe(customer);
    expect(desk.method('pm_9')).toMatchObject({ state: 'saved', setupId: null, customerId: customer });
    expect(desk.props(customer).defaultPaymentMethod).toBe('pm_1');
  });

  it('is taken over: a card that was detached there', async () => {
    desk.cards.detach('pm_1');
    await desk.seenMethod('pm_1');
    expect(desk.method()).toMatchObject({ state: 'detached' });
    expect(desk.props(customer).defaultPaymentMethod).toBeNull();
  });

  it('is no business of ours for customers of others', async () => {
    desk.cards.attach('pm_9', 'cus_of_somebody_else');
    expect(await desk.seenMethod('pm_9')).toBeNull();
    desk.cards.detach('pm_9');
    expect(await desk.seenMethod('pm_9')).toBeNull();
    expect(desk.method('pm_9')).toBeUndefined();
  });
});

describe('What banks change', () => {
  const renewed = { ...VISA, last4: '1881', expiry: { year: 2033, month: 1 } };

  it('is taken over', async () => {
    desk.cards.methods.set('pm_1', { id: 'pm_1', details: renewed, stripeCustomer: stripeCustomer() });
    await desk.seenMethod('pm_1');
    expect(desk.method()).toMatchObject({ state: 'saved', details: renewed });
  });

  it('is never overwritten by an older look', async () => {
    const older = { id: 'pm_1', details: VISA, stripeCustomer: stripeCustomer() };
    desk.cards.methods.set('pm_1', { ...older, details: { ...VISA, last4: '0000' } });
    desk.cards.beforeAnswer = async () => {
      desk.cards.beforeAnswer = () => Promise.resolve();
      desk.cards.methods.set('pm_1', { ...older, details: renewed });
      await desk.seenMethod('pm_1');
    };
    await desk.seenMethod('pm_1');
    expect(desk.method()).toMatchObject({ details: renewed });
  });
});

describe('A card that is detached while it is being saved', () => {
  it('is found to be detached, though its event came before there was anything to detach', async () => {
    desk.cards.beforeAnswer = async (call) => {
      if (!call.startsWith('create')) return;
      desk.cards.beforeAnswer = () => Promise.resolve();
      desk.cards.detach('pm_2');
      expect(await desk.seenMethod('pm_2')).toBeNull();
    };
    await desk.begin(customer, { paymentMethod: 'pm_2' });
    expect(desk.method('pm_2')).toMatchObject({ state: 'saved' });
    await desk.letTimePass(MINUTE);
    expect(desk.method('pm_2')).toMatchObject({ state: 'detached' });
  });
});

it('An event that nothing can be asked about is worked on again later', async () => {
  desk.cards.unavailable = true;
  await expect(desk.seenMethod('pm_1')).rejects.toThrow(GatewayUnavailable);
  expect(desk.method()).toMatchObject({ state: 'saved' });
});

it('A card that Stripe has no more is detached', async () => {
  desk.cards.methods.delete('pm_1');
  await desk.seenMethod('pm_1');
  expect(desk.method()).toMatchObject({ state: 'detached' });
});
