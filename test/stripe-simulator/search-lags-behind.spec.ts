import type Stripe from 'stripe';
import { simulatorUnderTest, type SimulatorUnderTest } from './simulator-under-test';

describe('Search that lags behind', () => {
  let simulator: SimulatorUnderTest;
  let stripe: Stripe;

  beforeEach(async () => {
    simulator = await simulatorUnderTest();
    ({ stripe } = simulator);
    await simulator.control.settings({ searchLagMs: 60_000 });
  });
  afterEach(() => simulator.close());

  const find = async (query: string): Promise<Stripe.PaymentIntent[]> =>
    (await stripe.paymentIntents.search({ query })).data;

  it('does not know of an intent that was made just now, until the lag is over', async () => {
    const { id } = await stripe.paymentIntents.create({ amount: 500, currency: 'gbp', metadata: { order: '1' } });
    expect(await find("metadata['order']:'1'")).toEqual([]);
    await simulator.control.advanceClock(61);
    expect((await find("metadata['order']:'1'")).map((intent) => intent.id)).toEqual([id]);
  });

  it('answers what an intent was before it changed', async () => {
    const { id } = await stripe.paymentIntents.create({ amount: 500, currency: 'gbp', metadata: { order: '1' } });
    await simulator.control.advanceClock(61);
    await stripe.paymentIntents.update(id, { amount: 600, metadata: { order: '2' } });
    await stripe.paymentIntents.update(id, { amount: 700 });
    expect(await find("metadata['order']:'1'")).toMatchObject([{ id, amount: 500 }]);
    expect(await find("metadata['order']:'2'")).toEqual([]);
    await simulator.control.advanceClock(61);
    expect(await find("metadata['order']:'1'")).toEqual([]);
    expect(await find("metadata['order']:'2'")).toMatchObject([{ id, amount: 700 }]);
  });

  it('knows all at once without a lag', async () => {
    await simulator.control.settings({ searchLagMs: 0 });
    const { id } = await stripe.paymentIntents.create({ amount: 500, currency: 'gbp', metadata: { order: '1' } });
    expect(await find("metadata['order']:'1'")).toMatchObject([{ id }]);
  });
});
