import { GatewayUnavailable } from '../../src/application/shared/gateway-unavailable';
import { PaymentMethod } from '../../src/domain/customer/payment-method';
import { VISA } from '../support/card-samples';
import { CustomerDesk } from '../support/fakes/customer-desk';
import { after, NOON } from '../support/samples';

const STRIPE = 'cus_stripe_1';
let desk: CustomerDesk;
let id: string;
let closed: number;

beforeEach(async () => {
  desk = new CustomerDesk();
  closed = 0;
  id = await desk.stored({ name: 'Ada' });
  await desk.link(id);
  await desk.store.run(async () => {
    for (const method of ['pm_1', 'pm_2']) {
      const kept = { id: method, customerId: id, setupId: null, details: VISA };
      await desk.methods.add(PaymentMethod.save(kept, NOON, after(1_000), 'test'));
    }
  });
});

const event = (stripeCustomer = STRIPE) =>
  desk.refreshing.execute({
    stripeCustomer,
    cause: 'event:evt_1',
    within: () => {
      closed += 1;
      return Promise.resolve();
    },
  });
const stateOf = async (method: string) => (await desk.methods.find(method))!.state;

it('A customer that was deleted at Stripe has no methods there any more, and is not made anew', async () => {
  await desk.change(id, (customer) => void customer.setDefault('pm_1', NOON, NOON, 'test'));
  desk.stripe.set(STRIPE, { deleted: true });
  expect(await event()).toBe(id);
  expect(desk.props(id)).toMatchObject({ stripeCustomer: null, defaultPaymentMethod: null, syncDueAt: null });
  expect([await stateOf('pm_1'), await stateOf('pm_2')]).toEqual(['detached', 'detached']);
  expect(await event()).toBeNull();
  await desk.sweep();
  expect([desk.stripe.alive, closed]).toEqual([[], 1]);
});

it('Whoever finds it deleted before the event comes takes the methods off as well', async () => {
  await desk.rename(id, 'Grace');
  desk.stripe.set(STRIPE, { deleted: true });
  await desk.link(id);
  expect(await stateOf('pm_1')).toBe('detached');
  expect(await event()).toBeNull();
  expect(desk.props(id).stripeCustomer).toBe('cus_stripe_2');
});

it('A default that was chosen at Stripe is taken over, and Stripe is not told of it again', async () => {
  desk.stripe.set(STRIPE, { defaultPaymentMethod: 'pm_2' });
  await event();
  expect(desk.props(id)).toMatchObject({ defaultPaymentMethod: 'pm_2', syncDueAt: null });
  await desk.sweep();
  expect(desk.stripe.calls.filter((call) => call.startsWith('update'))).toEqual([]);
});

it('A method that is not saved here is not taken for the default', async () => {
  desk.stripe.set(STRIPE, { defaultPaymentMethod: 'pm_of_another' });
  await event();
  expect(desk.props(id).defaultPaymentMethod).toBeNull();
});

it('A default that was set here, and of which Stripe has yet to hear, stays', async () => {
  await desk.change(id, (customer) => void customer.setDefault('pm_1', NOON, NOON, 'test'));
  desk.stripe.set(STRIPE, { defaultPaymentMethod: 'pm_2' });
  await event();
  expect(desk.props(id).defaultPaymentMethod).toBe('pm_1');
  await desk.link(id);
  expect(desk.stripe.customers.get(STRIPE)!.defaultPaymentMethod).toBe('pm_1');
});

it('Silence of Stripe is no answer: the event is worked on again', async () => {
  desk.stripe.strike('away');
  await expect(event()).rejects.toThrow(GatewayUnavailable);
  expect(closed).toBe(0);
});

it('The sweeper tells Stripe of what is due, and one that fails stops no other', async () => {
  await desk.rename(id, 'Grace');
  const other = await desk.stored({ name: 'Edith' });
  desk.clock.move(60_000);
  desk.stripe.strike('away');
  expect(await desk.sweep()).toEqual({ told: 2, failures: [], more: false });
  desk.clock.move(60_000);
  await desk.sweep();
  expect(desk.stripe.alive.map(({ name }) => name).sort()).toEqual(['Edith', 'Grace']);
  expect(desk.props(other).stripeCustomer).not.toBeNull();
});
