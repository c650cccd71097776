import type Stripe from 'stripe';
import { failure, simulatorUnderTest, stripeClient, type SimulatorUnderTest } from './simulator-under-test';

/** Stripe lets few accounts send numbers, so this is held against the simulator alone. */
describe('Cards by their number', () => {
  let simulator: SimulatorUnderTest;
  let stripe: Stripe;
  const nextYear = new Date().getFullYear() + 1;

  beforeAll(async () => {
    simulator = await simulatorUnderTest();
    ({ stripe } = simulator);
  });
  afterAll(() => simulator.close());

  const make = (card: Stripe.PaymentMethodCreateParams.Card): Promise<Stripe.PaymentMethod> =>
    stripe.paymentMethods.create({ type: 'card', card: { exp_month: 8, exp_year: nextYear, cvc: '123', ...card } });

  it.each([
    ['4242424242424242', 'visa', 'credit'],
    ['4000056655665556', 'visa', 'debit'],
    ['5555555555554444', 'mastercard', 'credit'],
    ['5105105105105100', 'mastercard', 'prepaid'],
    ['378282246310005', 'amex', 'credit'],
    ['4000 0000 0000 0002', 'visa', 'credit'],
  ])('%s is a card', async (number, brand, funding) => {
    expect(await make({ number })).toMatchObject({
      card: {
        brand,
        funding,
        last4: number.slice(-4),
        exp_month: 8,
        exp_year: nextYear,
        checks: { cvc_check: 'unchecked' },
      },
    });
  });

  it('behave as their tokens do', async () => {
    const { id } = await make({ number: '4000000000009995' });
    const error = await failure(
      stripe.paymentIntents.create({
        amount: 1_000,
        currency: 'gbp',
        payment_method: id,
        confirm: true,
        automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      }),
    );
    expect(error).toMatchObject({ code: 'card_declined', decline_code: 'insufficient_funds' });
  });

  it.each<[what: string, card: Stripe.PaymentMethodCreateParams.Card, code: string, param: string]>([
    ['a wrong check digit', { number: '4242424242424241' }, 'incorrect_number', 'number'],
    ['letters for digits', { number: '4242abcd42424242' }, 'invalid_number', 'number'],
    ['a thirteenth month', { number: '4242424242424242', exp_month: 13 }, 'invalid_expiry_month', 'exp_month'],
    ['a year gone by', { number: '4242424242424242', exp_year: 2020 }, 'invalid_expiry_year', 'exp_year'],
    ['a short year gone by', { number: '4242424242424242', exp_year: 95 }, 'invalid_expiry_year', 'exp_year'],
    ['a short code', { number: '4242424242424242', cvc: '99' }, 'invalid_cvc', 'cvc'],
  ])('are refused for %s', async (_what, card, code, param) => {
    expect(await failure(make(card))).toMatchObject({ statusCode: 402, rawType: 'card_error', code, param });
  });

  it('that are real are refused in test mode', async () => {
    expect(await failure(make({ number: '4539578763621486' }))).toMatchObject({
      statusCode: 402,
      code: 'card_declined',
      decline_code: 'test_mode_live_card',
    });
  });

  it.each(['number', 'exp_month', 'exp_year'] as const)('need their %s', async (name) => {
    const { [name]: _left, ...card } = { number: '4242424242424242', exp_month: 8, exp_year: nextYear };
    expect(await failure(stripe.paymentMethods.create({ type: 'card', card }))).toMatchObject({
      statusCode: 400,
      code: 'parameter_missing',
      param: `card[${name}]`,
    });
  });

  it('come from the page of the shop too, by the publishable key', async () => {
    const page = stripeClient(simulator.port, 'pk_test_page');
    const { id } = await page.paymentMethods.create({
      type: 'card',
      card: { number: '4242424242424242', exp_month: 8, exp_year: nextYear, cvc: '123' },
    });
    expect(await stripe.paymentMethods.retrieve(id)).toMatchObject({ id, customer: null });
  });

  it('are of no type that is not simulated', async () => {
    expect(await failure(stripe.paymentMethods.create({ type: 'klarna' }))).toMatchObject({
      statusCode: 400,
      param: 'type',
    });
  });
});
