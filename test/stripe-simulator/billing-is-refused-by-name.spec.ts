import { newCustomer, openOf } from '../stripe-contract/biller';
import type { Target } from '../support/stripe-contract';
import { failure, simulatorUnderTest, type SimulatorUnderTest } from './simulator-under-test';

describe('What the simulator cannot bill', () => {
  let simulator: SimulatorUnderTest;
  let target: Target;

  beforeAll(async () => {
    simulator = await simulatorUnderTest();
    target = { stripe: simulator.stripe, url: simulator.url, key: 'sk_test_simulator', real: false };
  });
  afterAll(() => simulator.close());

  it('is refused by name: codes that ask for a minimum', async () => {
    const { stripe } = simulator;
    const coupon = await stripe.coupons.create({ percent_off: 10, duration: 'once' });
    const error = await failure(
      stripe.promotionCodes.create({
        promotion: { type: 'coupon', coupon: coupon.id },
        restrictions: { minimum_amount: 5_000, minimum_amount_currency: 'gbp' },
      }),
    );
    expect(error).toMatchObject({ statusCode: 400, param: 'restrictions[minimum_amount]' });
  });

  it('is refused by name: debts that a source cannot cover', async () => {
    const customer = await newCustomer(target);
    const open = await openOf(target, customer.id, [1_000]);
    expect(await failure(simulator.stripe.invoices.pay(open.id, { forgive: true }))).toMatchObject({
      statusCode: 400,
      param: 'forgive',
    });
    expect(await simulator.stripe.invoices.pay(open.id, { forgive: false })).toMatchObject({ status: 'paid' });
  });
});
