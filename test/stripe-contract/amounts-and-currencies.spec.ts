import { contract, refusal } from '../support/stripe-contract';

contract('Amounts are in the smallest unit of their currency', (target) => {
  const create = (amount: number, currency: string): Promise<unknown> =>
    target().stripe.paymentIntents.create({ amount, currency });

  it.each([
    ['usd', 50],
    ['eur', 50],
    ['gbp', 30],
    ['jpy', 50],
    ['usd', 99_999_999],
  ])('takes %s %d', async (currency, amount) => {
    expect(await create(amount, currency)).toMatchObject({ currency, amount });
  });

  it('answers the currency in lower case', async () => {
    expect(await create(2_000, 'USD')).toMatchObject({ currency: 'usd' });
  });

  it.each([
    ['usd', 49, /^Amount must be at least \$0\.50 usd/],
    ['eur', 49, /^Amount must be at least €0\.50 eur/],
    ['gbp', 29, /^Amount must be at least £0\.30 gbp/],
    ['jpy', 49, /^Amount must be at least ¥50 jpy/],
  ])('refuses %s %d as too small', async (currency, amount, message) => {
    const error = await refusal(create(amount, currency));
    expect(error).toMatchObject({
      statusCode: 400,
      type: 'StripeInvalidRequestError',
      code: 'amount_too_small',
      param: 'amount',
    });
    expect(error.message).toMatch(message);
  });

  it('refuses more than eight digits', async () => {
    const error = await refusal(create(100_000_000, 'usd'));
    expect(error).toMatchObject({ statusCode: 400, code: 'amount_too_large', param: 'amount' });
    expect(error.message).toMatch(/^Amount must be no more than \$999,999\.99/);
  });

  it('refuses what three decimals could say and a card could not', async () => {
    expect(await create(5_120, 'kwd')).toMatchObject({ amount: 5_120, currency: 'kwd' });
    expect(await refusal(create(5_124, 'kwd'))).toMatchObject({ statusCode: 400, param: 'amount' });
  });

  it('refuses fractions of a currency that has none', async () => {
    expect(await create(50_000, 'isk')).toMatchObject({ amount: 50_000 });
    expect(await refusal(create(50_050, 'isk'))).toMatchObject({
      statusCode: 400,
      code: 'invalid_charge_amount_no_decimal_compatible',
      param: 'amount',
    });
  });

  it.each([
    ['kwd', 5_120, 1_005],
    ['isk', 50_000, 10_050],
  ])('takes and gives back whole parts of %s only', async (currency, amount, part) => {
    const { stripe } = target();
    const { id } = await stripe.paymentIntents.create({
      amount,
      currency,
      payment_method: 'pm_card_visa',
      capture_method: 'manual',
      confirm: true,
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    });
    expect(await refusal(stripe.paymentIntents.capture(id, { amount_to_capture: part }))).toMatchObject({
      statusCode: 400,
      param: 'amount_to_capture',
    });
    await stripe.paymentIntents.capture(id);
    expect(await refusal(stripe.refunds.create({ payment_intent: id, amount: part }))).toMatchObject({
      statusCode: 400,
      param: 'amount',
    });
    expect(await stripe.refunds.create({ payment_intent: id })).toMatchObject({ amount });
  });

  it.each(['xxx', 'us', 'dollar'])('refuses %s as no currency', async (currency) => {
    const error = await refusal(create(2_000, currency));
    expect(error).toMatchObject({ statusCode: 400, type: 'StripeInvalidRequestError', param: 'currency' });
    expect(error.message).toMatch(/^Invalid currency: /);
  });
});
