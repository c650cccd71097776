import { CustomerDesk } from '../support/fakes/customer-desk';
import { after, HOUR, MINUTE, SECOND } from '../support/samples';

let desk: CustomerDesk;
beforeEach(() => {
  desk = new CustomerDesk();
});

const at = (id: string) => desk.stripe.customers.get(desk.props(id).stripeCustomer!);

describe('A customer that Stripe has not heard of', () => {
  it('is made there, and is in step', async () => {
    const id = await desk.stored({ name: 'Ada' });
    expect(await desk.link(id)).toEqual({ kind: 'linked', stripeCustomer: 'cus_stripe_1' });
    expect(desk.stripe.alive).toMatchObject([{ customerId: id, name: 'Ada' }]);
    expect(desk.props(id)).toMatchObject({ revision: 1, stripeRevision: 1, syncDueAt: null, creation: null });
    expect(desk.events).toEqual(['customer.created', 'customer.linked']);
    expect(await desk.link(id)).toMatchObject({ kind: 'linked' });
    expect(desk.stripe.calls).toEqual(['create 1']);
  });

  it('is made once by many who link it at once', async () => {
    const id = await desk.stored();
    const links = await Promise.all(Array.from({ length: 5 }, () => desk.link(id)));
    for (const link of links) expect(link).toEqual({ kind: 'linked', stripeCustomer: 'cus_stripe_1' });
    expect(desk.stripe.alive).toHaveLength(1);
    expect(desk.events).toEqual(['customer.created', 'customer.linked']);
  });

  it('is made once when it changes while its making is under way', async () => {
    const id = await desk.stored({ name: 'Ada' });
    desk.stripe.beforeAnswer = async (call) => {
      desk.stripe.beforeAnswer = () => Promise.resolve();
      expect(call).toBe('create 1');
      await desk.rename(id, 'Grace');
      await desk.link(id);
    };
    await desk.link(id);
    expect(desk.stripe.alive).toMatchObject([{ name: 'Grace' }]);
    expect(desk.props(id)).toMatchObject({ revision: 2, stripeRevision: 2, syncDueAt: null });
  });

  it('is made once when the answer was lost, though it changed since', async () => {
    const id = await desk.stored({ name: 'Ada', metadata: { seat: '7' } });
    desk.stripe.strike('lost_after');
    expect(await desk.link(id)).toEqual({ kind: 'pending' });
    expect(desk.props(id)).toMatchObject({ stripeCustomer: null, syncTries: 1, syncDueAt: after(5 * SECOND) });
    await desk.change(id, (customer) => {
      customer.change({ name: 'Grace', metadata: {} }, desk.clock.now(), desk.clock.now(), 'test');
    });
    expect(await desk.link(id)).toMatchObject({ kind: 'linked' });
    expect(desk.stripe.calls).toEqual(['create 1', 'create 1', 'update 2']);
    expect(desk.stripe.alive).toMatchObject([{ name: 'Grace', metadata: {} }]);
    expect(at(id)!.metadata).toEqual({});
  });

  it('is told later and later to a Stripe that stays away, at most an hour apart', async () => {
    const id = await desk.stored();
    const waits: number[] = [];
    for (let n = 0; n < 12; n++) {
      desk.stripe.strike('away');
      await desk.link(id);
      waits.push((desk.props(id).syncDueAt!.getTime() - desk.clock.now().getTime()) / SECOND);
    }
    expect(waits.slice(0, 4)).toEqual([5, 10, 20, 40]);
    expect(waits.at(-1)).toBe(3_600);
  });

  it('whose making was never answered is looked for once Stripe may have forgotten the key', async () => {
    const id = await desk.stored();
    desk.stripe.strike('lost_after');
    await desk.link(id);
    desk.clock.move(23 * HOUR);
    desk.stripe.forgetKeys();
    expect(await desk.link(id)).toEqual({ kind: 'linked', stripeCustomer: 'cus_stripe_1' });
    expect(desk.stripe.calls).toEqual(['create 1', 'look 1']);
    expect(desk.stripe.alive).toHaveLength(1);
  });

  it('that is not found then is made anew, under another key, by all who link it at once', async () => {
    const id = await desk.stored({ name: 'Ada' });
    desk.stripe.strike('away');
    await desk.link(id);
    desk.clock.move(23 * HOUR + 2 * MINUTE);
    desk.stripe.forgetKeys();
    const links = await Promise.all([desk.link(id), desk.link(id), desk.link(id)]);
    for (const link of links) expect(link).toEqual({ kind: 'linked', stripeCustomer: 'cus_stripe_1' });
    expect(desk.stripe.alive).toMatchObject([{ name: 'Ada' }]);
    expect(desk.props(id)).toMatchObject({ revision: 2, stripeRevision: 2 });
  });

  it('is not made anew while a repeat may still be at work', async () => {
    const id = await desk.stored();
    desk.clock.move(23 * HOUR);
    expect(await desk.link(id)).toEqual({ kind: 'pending' });
    expect(desk.stripe.calls).toEqual(['look 1']);
  });

  it.each(['stored_500', 'stored_500_after'] as const)('is made once after a %s', async (trouble) => {
    const id = await desk.stored();
    desk.stripe.strike(trouble);
    expect(await desk.link(id)).toEqual({ kind: 'pending' });
    desk.clock.move(3 * MINUTE);
    expect(await desk.link(id)).toEqual({ kind: 'linked', stripeCustomer: 'cus_stripe_1' });
    expect(desk.stripe.alive).toHaveLength(1);
    expect(desk.stripe.calls.slice(0, 2)).toEqual(['create 1', 'look 1']);
  });

  it('is refused with a code and a field, not told again, and told again when it changes', async () => {
    const id = await desk.stored({ name: 'Ada' });
    const refusal = { code: 'email_invalid', field: 'email' };
    desk.stripe.strike(refusal);
    expect(await desk.link(id)).toEqual({ kind: 'refused', refusal });
    expect(await desk.link(id)).toEqual({ kind: 'refused', refusal });
    expect(desk.stripe.calls).toEqual(['create 1']);
    expect(desk.props(id)).toMatchObject({ refusal, syncDueAt: null, creation: null });
    await desk.rename(id, 'Grace');
    expect(await desk.link(id)).toMatchObject({ kind: 'linked' });
    expect(desk.stripe.alive).toMatchObject([{ name: 'Grace' }]);
  });

  it('that is refused after it changed is told as it is now', async () => {
    const id = await desk.stored({ name: 'Ada' });
    desk.stripe.strike('away');
    await desk.link(id);
    await desk.rename(id, 'Grace');
    desk.stripe.strike({ code: 'email_invalid', field: 'email' });
    expect(await desk.link(id)).toMatchObject({ kind: 'linked' });
    expect(desk.stripe.alive).toMatchObject([{ name: 'Grace' }]);
    expect(desk.props(id).refusal).toBeNull();
  });

  it('and that does not exist here either is null', async () => {
    expect(await desk.link('cus_none')).toBeNull();
  });
});

describe('A customer that Stripe has', () => {
  async function linked(): Promise<string> {
    const id = await desk.stored({ name: 'Ada' });
    await desk.link(id);
    desk.stripe.calls.length = 0;
    return id;
  }

  it('is brought up to date by the last change, once', async () => {
    const id = await linked();
    await desk.rename(id, 'Grace');
    await desk.rename(id, 'Edith');
    await desk.link(id);
    await desk.link(id);
    expect(desk.stripe.calls).toEqual(['update 3']);
    expect(at(id)).toMatchObject({ name: 'Edith' });
  });

  it('ends as it is here when an older change arrives after a newer one', async () => {
    const id = await linked();
    await desk.rename(id, 'Grace');
    const slow = { ...at(id)!, name: 'Grace' };
    desk.stripe.beforeAnswer = async () => {
      desk.stripe.beforeAnswer = () => Promise.resolve();
      await desk.rename(id, 'Edith');
      await desk.link(id);
      expect(at(id)).toMatchObject({ name: 'Edith' });
      desk.stripe.set(slow.id, slow);
    };
    await desk.link(id);
    expect(at(id)).toMatchObject({ name: 'Edith' });
    expect(desk.props(id)).toMatchObject({ syncDueAt: null, name: 'Edith' });
  });

  it('ends as it is here also when the answer to the older change was lost', async () => {
    const id = await linked();
    await desk.rename(id, 'Grace');
    const slow = { ...at(id)!, name: 'Grace' };
    desk.stripe.strike('lost_after');
    desk.stripe.beforeAnswer = async () => {
      desk.stripe.beforeAnswer = () => Promise.resolve();
      await desk.rename(id, 'Edith');
      await desk.link(id);
      desk.stripe.set(slow.id, slow);
    };
    await desk.link(id);
    expect(desk.props(id).syncDueAt).not.toBeNull();
    await desk.link(id);
    expect(at(id)).toMatchObject({ name: 'Edith' });
  });

  it('and that was deleted there stays deleted until someone needs it', async () => {
    const id = await linked();
    desk.stripe.set('cus_stripe_1', { deleted: true });
    await desk.rename(id, 'Grace');
    expect(await desk.link(id, false)).toEqual({ kind: 'pending' });
    expect(desk.props(id)).toMatchObject({ stripeCustomer: null, syncDueAt: null, defaultPaymentMethod: null });
    await desk.rename(id, 'Edith');
    expect(await desk.link(id, false)).toEqual({ kind: 'pending' });
    expect(desk.stripe.alive).toHaveLength(0);
    expect(await desk.link(id)).toEqual({ kind: 'linked', stripeCustomer: 'cus_stripe_2' });
    expect(desk.stripe.alive).toMatchObject([{ name: 'Edith', customerId: id }]);
    expect(desk.events.slice(-3)).toEqual(['customer.unlinked', 'customer.changed', 'customer.linked']);
  });

  it('is made anew at once when who finds it deleted needs it', async () => {
    const id = await linked();
    desk.stripe.set('cus_stripe_1', { deleted: true });
    await desk.rename(id, 'Grace');
    const links = await Promise.all([desk.link(id), desk.link(id)]);
    for (const link of links) expect(link).toEqual({ kind: 'linked', stripeCustomer: 'cus_stripe_2' });
    expect(desk.stripe.alive).toMatchObject([{ name: 'Grace' }]);
  });

  it('stays linked when Stripe refuses a change', async () => {
    const id = await linked();
    desk.stripe.strike({ code: 'email_invalid', field: 'email' });
    await desk.rename(id, 'Grace');
    expect(await desk.link(id)).toEqual({ kind: 'linked', stripeCustomer: 'cus_stripe_1' });
    expect(desk.props(id)).toMatchObject({ refusal: { field: 'email' }, syncDueAt: null });
    expect(await desk.link(id)).toMatchObject({ kind: 'linked' });
    expect(desk.stripe.calls).toEqual(['update 2']);
  });
});

describe('The subject of a token', () => {
  it('is recognised, or made a customer once, however many ask at once', async () => {
    expect(await desk.recognise.find('auth0|1')).toBeNull();
    const found = await Promise.all(Array.from({ length: 5 }, () => desk.recognise.findOrCreate('auth0|1', 'api')));
    expect(new Set(found.map(({ id }) => id)).size).toBe(1);
    expect((await desk.recognise.find('auth0|1'))!.id).toBe(found[0]!.id);
    expect((await desk.recognise.findOrCreate('auth0|2', 'api')).id).not.toBe(found[0]!.id);
    expect(desk.events).toEqual(['customer.created', 'customer.created']);
  });
});
