import type Stripe from 'stripe';
import { contract, eventually, refusal, type Target } from '../support/stripe-contract';

const withoutRedirects = { enabled: true, allow_redirects: 'never' } as const;

function setUp({ stripe }: Target, more: Stripe.SetupIntentCreateParams = {}): Promise<Stripe.SetupIntent> {
  return stripe.setupIntents.create({ automatic_payment_methods: withoutRedirects, ...more });
}

const newCustomer = async ({ stripe }: Target): Promise<string> => (await stripe.customers.create()).id;
const methodOf = ({ payment_method: method }: Stripe.SetupIntent): string =>
  typeof method === 'string' ? method : (method?.id ?? '');

contract('setup intents', (target) => {
  it('begin without a method, for use without the customer', async () => {
    const intent = await setUp(target(), { metadata: { a: '1' } });
    expect(intent).toMatchObject({
      object: 'setup_intent',
      cancellation_reason: null,
      customer: null,
      last_setup_error: null,
      latest_attempt: null,
      mandate: null,
      metadata: { a: '1' },
      next_action: null,
      payment_method: null,
      single_use_mandate: null,
      status: 'requires_payment_method',
      usage: 'off_session',
    });
    expect(intent.id).toMatch(/^seti_/);
    expect(intent.client_secret).toMatch(new RegExp(`^${intent.id}_secret_`));
  });

  it('with a method wait to be confirmed', async () => {
    const intent = await setUp(target(), { payment_method: 'pm_card_visa' });
    expect(intent.status).toBe('requires_confirmation');
    expect(await target().stripe.setupIntents.confirm(intent.id)).toMatchObject({
      status: 'succeeded',
      next_action: null,
    });
  });

  it('give the method to their customer, without a charge', async () => {
    const { stripe } = target();
    const customer = await newCustomer(target());
    const intent = await setUp(target(), { customer, payment_method: 'pm_card_visa', confirm: true });
    expect(intent).toMatchObject({ status: 'succeeded', customer, mandate: null });
    expect(await stripe.paymentMethods.retrieve(methodOf(intent))).toMatchObject({
      customer,
      card: { last4: '4242' },
    });
    expect((await stripe.charges.list({ customer })).data).toEqual([]);
  });

  it('tell what happened', async () => {
    const customer = await newCustomer(target());
    const { id } = await setUp(target(), { customer, payment_method: 'pm_card_visa', confirm: true });
    const types = ['setup_intent.created', 'setup_intent.succeeded'];
    const told = await eventually(
      target(),
      async () =>
        (await target().stripe.events.list({ types, limit: 50 })).data.filter(
          ({ data: { object } }) => 'id' in object && object.id === id,
        ),
      (events) => events.length === 2,
    );
    expect(told.map(({ type }) => type).sort()).toEqual(types);
  });

  it('let their method pay later without the customer', async () => {
    const customer = await newCustomer(target());
    const intent = await setUp(target(), { customer, payment_method: 'pm_card_visa', confirm: true });
    const payment = await target().stripe.paymentIntents.create({
      amount: 1_000,
      currency: 'gbp',
      customer,
      payment_method: methodOf(intent),
      off_session: true,
      confirm: true,
      automatic_payment_methods: withoutRedirects,
    });
    expect(payment.status).toBe('succeeded');
  });

  it.each(['pm_card_threeDSecure2Required', 'pm_card_authenticationRequired', 'pm_card_authenticationRequiredOnSetup'])(
    'wait for the bank of %s',
    async (card) => {
      const customer = await newCustomer(target());
      const intent = await setUp(target(), { customer, payment_method: card, confirm: true });
      expect(intent).toMatchObject({ status: 'requires_action', next_action: { type: 'use_stripe_sdk' } });
      expect(intent.latest_attempt).toMatch(/^setatt_/);
      expect((await target().stripe.customers.listPaymentMethods(customer)).data).toEqual([]);
    },
  );

  it.each([
    ['pm_card_visa_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', 'expired_card'],
  ])('are declined with %s', async (card, code, declineCode) => {
    const error = await refusal(setUp(target(), { payment_method: card, confirm: true }));
    expect(error).toMatchObject({
      statusCode: 402,
      rawType: 'card_error',
      code,
      decline_code: declineCode,
      setup_intent: {
        status: 'requires_payment_method',
        payment_method: null,
        last_setup_error: { code, decline_code: declineCode },
      },
    });
    const { data } = await target().stripe.setupAttempts.list({ setup_intent: error.setup_intent?.id ?? '' });
    expect(data).toMatchObject([{ status: 'failed', setup_error: { code } }]);
  });

  it('keep a card that is declined only when it is charged', async () => {
    const customer = await newCustomer(target());
    const intent = await setUp(target(), { customer, payment_method: 'pm_card_chargeCustomerFail', confirm: true });
    expect(intent.status).toBe('succeeded');
  });

  it('are tried again after a decline', async () => {
    const error = await refusal(setUp(target(), { payment_method: 'pm_card_chargeDeclined', confirm: true }));
    const id = error.setup_intent?.id ?? '';
    const again = await target().stripe.setupIntents.confirm(id, { payment_method: 'pm_card_visa' });
    expect(again).toMatchObject({ id, status: 'succeeded', last_setup_error: null });
  });

  it('cannot be confirmed without a method, whatever else their customer pays by', async () => {
    const { id: customer } = await target().stripe.customers.create({
      payment_method: 'pm_card_visa',
      invoice_settings: { default_payment_method: 'pm_card_visa' },
    });
    const { id } = await setUp(target(), { customer });
    const error = await refusal(target().stripe.setupIntents.confirm(id));
    expect(error).toMatchObject({
      statusCode: 400,
      code: 'setup_intent_unexpected_state',
      message:
        "You cannot confirm this SetupIntent because it's missing a payment method. You can either update the SetupIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
      setup_intent: { id, latest_attempt: null },
    });
  });

  it('take no method of another customer', async () => {
    const { stripe } = target();
    const owner = await newCustomer(target());
    const { id: method } = await stripe.paymentMethods.attach('pm_card_visa', { customer: owner });
    const other = await newCustomer(target());
    expect(await refusal(setUp(target(), { customer: other, payment_method: method }))).toMatchObject({
      statusCode: 400,
      param: 'payment_method',
      message: `The PaymentMethod ${method} does not belong to the Customer you supplied ${other}. Please use this PaymentMethod with the Customer that it belongs to instead.`,
    });
    expect(await refusal(setUp(target(), { payment_method: method }))).toMatchObject({
      statusCode: 400,
      message: `The payment method supplied (${method}) belongs to the Customer ${owner}. Please include the Customer in the \`customer\` parameter on the SetupIntent.`,
    });
  });

  it('change until they succeeded', async () => {
    const { stripe } = target();
    const { id } = await setUp(target());
    const updated = await stripe.setupIntents.update(id, {
      description: 'kept',
      metadata: { b: '2' },
      payment_method: 'pm_card_visa',
    });
    expect(updated).toMatchObject({ description: 'kept', metadata: { b: '2' }, status: 'requires_confirmation' });
    await stripe.setupIntents.confirm(id);
    expect(await stripe.setupIntents.update(id, { metadata: { c: '3' } })).toMatchObject({
      metadata: { b: '2', c: '3' },
    });
    const error = await refusal(stripe.setupIntents.update(id, { payment_method: 'pm_card_visa' }));
    expect(error.message).toBe('You cannot update this SetupIntent because it has already succeeded.');
  });

  it('are canceled, once', async () => {
    const { stripe } = target();
    const { id } = await setUp(target(), { payment_method: 'pm_card_visa' });
    expect(await stripe.setupIntents.cancel(id, { cancellation_reason: 'duplicate' })).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'duplicate',
    });
    expect((await refusal(stripe.setupIntents.cancel(id))).message).toBe(
      'You cannot cancel this SetupIntent because it is already canceled.',
    );
    expect((await refusal(stripe.setupIntents.confirm(id))).message).toBe(
      'You cannot confirm this SetupIntent because it has been canceled.',
    );
  });

  it('that succeeded are neither confirmed nor canceled', async () => {
    const { stripe } = target();
    const { id } = await setUp(target(), { payment_method: 'pm_card_visa', confirm: true });
    expect((await refusal(stripe.setupIntents.confirm(id, { payment_method: 'pm_card_visa' }))).message).toBe(
      'You cannot confirm this SetupIntent because it has already succeeded.',
    );
    expect((await refusal(stripe.setupIntents.cancel(id))).message).toBe(
      'You cannot cancel this SetupIntent because it has a status of succeeded. Only a SetupIntent with one of the following statuses may be canceled: `requires_payment_method`, `requires_confirmation`, or `requires_action`.',
    );
  });

  it('are listed for their customer and their method', async () => {
    const { stripe } = target();
    const customer = await newCustomer(target());
    const intent = await setUp(target(), { customer, payment_method: 'pm_card_visa', confirm: true });
    const ids = ({ data }: { data: { id: string }[] }): string[] => data.map(({ id }) => id);
    expect(ids(await stripe.setupIntents.list({ customer }))).toEqual([intent.id]);
    expect(ids(await stripe.setupIntents.list({ payment_method: methodOf(intent) }))).toEqual([intent.id]);
  });

  it('are not found where there are none', async () => {
    const error = await refusal(target().stripe.setupIntents.retrieve('seti_none'));
    expect(error).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
      param: 'intent',
      message: "No such setupintent: 'seti_none'",
    });
  });

  it('have no deposits to verify', async () => {
    const { id } = await setUp(target());
    const error = await refusal(target().stripe.setupIntents.verifyMicrodeposits(id, { amounts: [32, 45] }));
    expect(error).toMatchObject({ statusCode: 400, code: 'intent_invalid_state' });
  });
});
