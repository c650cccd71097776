import type Stripe from 'stripe';
import { failure, simulatorUnderTest, type SimulatorUnderTest } from './simulator-under-test';

const withoutRedirects = { enabled: true, allow_redirects: 'never' } as const;

const methodOf = ({ payment_method: method }: Stripe.SetupIntent): string =>
  typeof method === 'string' ? method : (method?.id ?? '');

describe('A card that is kept after its bank asked', () => {
  let simulator: SimulatorUnderTest;
  let stripe: Stripe;
  let customer: string;

  beforeAll(async () => {
    simulator = await simulatorUnderTest();
    ({ stripe } = simulator);
  });
  beforeEach(async () => {
    ({ id: customer } = await stripe.customers.create());
  });
  afterAll(() => simulator.close());

  const setUp = (card: string): Promise<Stripe.SetupIntent> =>
    stripe.setupIntents.create({
      customer,
      payment_method: card,
      confirm: true,
      automatic_payment_methods: withoutRedirects,
    });
  const payLater = (method: string): Promise<Stripe.PaymentIntent> =>
    stripe.paymentIntents.create({
      amount: 2_000,
      currency: 'gbp',
      customer,
      payment_method: method,
      off_session: true,
      confirm: true,
      automatic_payment_methods: withoutRedirects,
    });

  it('belongs to its customer only once the challenge is passed', async () => {
    const waiting = await setUp('pm_card_threeDSecure2Required');
    expect(waiting).toMatchObject({ status: 'requires_action', next_action: { type: 'use_stripe_sdk' } });
    const method = methodOf(waiting);
    expect(await stripe.paymentMethods.retrieve(method)).toMatchObject({ customer: null });
    await simulator.control.authenticateSetup(waiting.id, 'succeed');
    expect(await stripe.setupIntents.retrieve(waiting.id, { expand: ['latest_attempt'] })).toMatchObject({
      status: 'succeeded',
      next_action: null,
      latest_attempt: {
        id: waiting.latest_attempt,
        status: 'succeeded',
        payment_method_details: { card: { three_d_secure: { result: 'authenticated' } } },
      },
    });
    expect(await stripe.paymentMethods.retrieve(method)).toMatchObject({ customer });
    const { data } = await stripe.events.list({ limit: 10 });
    expect(data.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['setup_intent.requires_action', 'payment_method.attached', 'setup_intent.succeeded']),
    );
  });

  it('pays without its customer afterwards, if that was what its bank wanted to know', async () => {
    const waiting = await setUp('pm_card_authenticationRequiredOnSetup');
    await simulator.control.authenticateSetup(waiting.id, 'succeed');
    expect(await payLater(methodOf(waiting))).toMatchObject({ status: 'succeeded' });
  });

  it('does not pay without its customer if its bank always asks', async () => {
    const waiting = await setUp('pm_card_authenticationRequired');
    await simulator.control.authenticateSetup(waiting.id, 'succeed');
    const error = await failure(payLater(methodOf(waiting)));
    expect(error).toMatchObject({ statusCode: 402, code: 'authentication_required' });
  });

  it('is not kept when the challenge fails, and the setup can be tried again', async () => {
    const waiting = await setUp('pm_card_threeDSecure2Required');
    await simulator.control.authenticateSetup(waiting.id, 'fail');
    expect(await stripe.setupIntents.retrieve(waiting.id)).toMatchObject({
      status: 'requires_payment_method',
      payment_method: null,
      last_setup_error: { type: 'invalid_request_error', code: 'setup_intent_authentication_failure' },
    });
    expect(await stripe.setupIntents.confirm(waiting.id, { payment_method: 'pm_card_visa' })).toMatchObject({
      status: 'succeeded',
      last_setup_error: null,
    });
    const { data } = await stripe.setupAttempts.list({ setup_intent: waiting.id });
    expect(data.map(({ status }) => status)).toEqual(['succeeded', 'failed']);
  });

  it("shows the bank's page, and sends the customer back where the shop wants them", async () => {
    const waiting = await stripe.setupIntents.create({
      customer,
      payment_method: 'pm_card_threeDSecure2Required',
      confirm: true,
      return_url: 'https://shop.example/done',
    });
    const url = waiting.next_action?.redirect_to_url?.url ?? '';
    expect(await (await fetch(url)).text()).toContain('your card may be kept');
    const answer = await fetch(url, { method: 'POST', body: 'outcome=succeed', redirect: 'manual' });
    const back = new URL(answer.headers.get('location') ?? '');
    expect(Object.fromEntries(back.searchParams)).toEqual({
      setup_intent: waiting.id,
      setup_intent_client_secret: waiting.client_secret,
      redirect_status: 'succeeded',
    });
  });
});
