import Stripe from 'stripe';
import { contract, refusal, type Target } from '../support/stripe-contract';

const unique = (): string => `${String(Date.now())}-${Math.random().toString(36).slice(2, 10)}`;

async function product({ stripe }: Target): Promise<string> {
  return (await stripe.products.create({ name: 'Tea' })).id;
}

contract('The catalogue', (target) => {
  it('keeps products under ids of our own, each once', async () => {
    const { stripe } = target();
    const id = `tea-${unique()}`;
    const made = await stripe.products.create({ id, name: 'Tea', unit_label: 'cup' });
    expect(made).toMatchObject({ id, active: true, name: 'Tea', type: 'service', default_price: null });

    expect(await refusal(stripe.products.create({ id, name: 'Again' }))).toMatchObject({
      statusCode: 400,
      code: 'resource_already_exists',
    });
  });

  it('makes a product together with its default price', async () => {
    const { stripe } = target();
    const made = await stripe.products.create({
      name: 'Tea',
      default_price_data: { currency: 'gbp', unit_amount: 450, recurring: { interval: 'month' } },
      expand: ['default_price'],
    });

    expect(made.default_price).toMatchObject({
      object: 'price',
      product: made.id,
      type: 'recurring',
      unit_amount: 450,
      recurring: { interval: 'month', interval_count: 1, usage_type: 'licensed' },
    });
  });

  it('changes and finds products', async () => {
    const { stripe } = target();
    const id = await product(target());
    const updated = await stripe.products.update(id, { active: false, description: 'Green', metadata: { shelf: '3' } });

    expect(updated).toMatchObject({ active: false, description: 'Green', metadata: { shelf: '3' } });
    expect((await stripe.products.list({ ids: [id], active: false })).data.map((found) => found.id)).toEqual([id]);
    expect((await stripe.products.list({ ids: [id], active: true })).data).toEqual([]);
  });

  it('deletes a product only without prices', async () => {
    const { stripe } = target();
    const [bare, priced] = [await product(target()), await product(target())];
    await stripe.prices.create({ currency: 'gbp', unit_amount: 100, product: priced });

    expect(await stripe.products.del(bare)).toEqual(expect.objectContaining({ id: bare, deleted: true }));
    expect(await refusal(stripe.products.retrieve(bare))).toMatchObject({ statusCode: 404, code: 'resource_missing' });
    expect((await refusal(stripe.products.del(priced))).message).toBe(
      'This product cannot be deleted because it has one or more user-created prices.',
    );
  });

  it('keeps prices for once and for again and again', async () => {
    const { stripe } = target();
    const of = await product(target());
    const once = await stripe.prices.create({ currency: 'GBP', unit_amount: 2_000, product: of, nickname: 'Once' });
    const yearly = await stripe.prices.create({
      currency: 'gbp',
      unit_amount: 9_900,
      product: of,
      recurring: { interval: 'year' },
      tax_behavior: 'inclusive',
    });

    expect(once).toMatchObject({
      active: true,
      billing_scheme: 'per_unit',
      currency: 'gbp',
      nickname: 'Once',
      recurring: null,
      tax_behavior: 'unspecified',
      type: 'one_time',
      unit_amount: 2_000,
    });
    expect(String(once.unit_amount_decimal)).toBe('2000');
    expect(yearly).toMatchObject({ type: 'recurring', tax_behavior: 'inclusive' });
    const listed = await stripe.prices.list({ product: of, type: 'recurring' });
    expect(listed.data.map(({ id }) => id)).toEqual([yearly.id]);
  });

  it('keeps fractions of a penny', async () => {
    const { stripe } = target();
    const made = await stripe.prices.create({
      currency: 'gbp',
      unit_amount_decimal: Stripe.Decimal.from('0.25'),
      product: await product(target()),
    });

    expect(made.unit_amount).toBeNull();
    expect(String(made.unit_amount_decimal)).toBe('0.25');
  });

  it('shows tiers only to who asks for them', async () => {
    const { stripe } = target();
    const made = await stripe.prices.create({
      currency: 'gbp',
      product: await product(target()),
      billing_scheme: 'tiered',
      tiers_mode: 'graduated',
      recurring: { interval: 'month' },
      tiers: [
        { up_to: 10, unit_amount: 100, flat_amount: 500 },
        { up_to: 'inf', unit_amount: 50 },
      ],
    });
    expect(made).toMatchObject({ billing_scheme: 'tiered', tiers_mode: 'graduated', unit_amount: null });
    expect(made).not.toHaveProperty('tiers');

    const shown = await stripe.prices.retrieve(made.id, { expand: ['tiers'] });
    expect(shown.tiers).toMatchObject([
      { up_to: 10, unit_amount: 100, flat_amount: 500 },
      { up_to: null, unit_amount: 50, flat_amount: null },
    ]);
  });

  it('finds a price by its lookup key, which moves only when told to', async () => {
    const { stripe } = target();
    const key = `gold-${unique()}`;
    const of = await product(target());
    const first = await stripe.prices.create({ currency: 'gbp', unit_amount: 100, product: of, lookup_key: key });
    const again = { currency: 'gbp', unit_amount: 200, product: of, lookup_key: key };

    expect((await refusal(stripe.prices.create(again))).message).toContain('already uses that lookup key');
    const second = await stripe.prices.create({ ...again, transfer_lookup_key: true });
    expect((await stripe.prices.list({ lookup_keys: [key] })).data.map(({ id }) => id)).toEqual([second.id]);
    expect((await stripe.prices.retrieve(first.id)).lookup_key).toBeNull();
  });

  it('needs one amount and one product for a price', async () => {
    const { stripe } = target();
    const of = await product(target());

    expect(await refusal(stripe.prices.create({ currency: 'gbp', product: of }))).toMatchObject({ statusCode: 400 });
    expect(await refusal(stripe.prices.create({ currency: 'gbp', unit_amount: 1 }))).toMatchObject({ statusCode: 400 });
    expect(
      await refusal(stripe.prices.create({ currency: 'gbp', unit_amount: 1, product: 'prod_missing' })),
    ).toMatchObject({ statusCode: 400, code: 'resource_missing', param: 'product' });
  });

  it('bills packages of a price', async () => {
    const { stripe } = target();
    const customer = (await stripe.customers.create()).id;
    const of = await product(target());
    const packed = await stripe.prices.create({
      currency: 'gbp',
      unit_amount: 500,
      product: of,
      transform_quantity: { divide_by: 10, round: 'up' },
    });
    const item = await stripe.invoiceItems.create({ customer, pricing: { price: packed.id }, quantity: 21 });

    expect(item.amount).toBe(1_500);
  });

  it('keeps coupons of a percentage and of an amount', async () => {
    const { stripe } = target();
    const id = `spring-${unique()}`;
    const percent = await stripe.coupons.create({
      id,
      percent_off: 12.5,
      duration: 'repeating',
      duration_in_months: 3,
    });
    const amount = await stripe.coupons.create({
      amount_off: 300,
      currency: 'gbp',
      duration: 'once',
      name: 'Three off',
    });

    expect(percent).toMatchObject({
      id,
      amount_off: null,
      currency: null,
      duration: 'repeating',
      duration_in_months: 3,
      percent_off: 12.5,
      times_redeemed: 0,
      valid: true,
    });
    expect(amount).toMatchObject({ amount_off: 300, currency: 'gbp', duration: 'once', percent_off: null });
    expect(await stripe.coupons.update(id, { name: 'Spring' })).toMatchObject({ name: 'Spring' });
  });

  it('refuses a coupon that takes off nothing, or twice', async () => {
    const { stripe } = target();
    expect(await refusal(stripe.coupons.create({ duration: 'once' }))).toMatchObject({ statusCode: 400 });
    expect(
      await refusal(stripe.coupons.create({ duration: 'once', percent_off: 10, amount_off: 1, currency: 'gbp' })),
    ).toMatchObject({ statusCode: 400 });
    expect(await refusal(stripe.coupons.create({ duration: 'repeating', percent_off: 10 }))).toMatchObject({
      code: 'parameter_missing',
      param: 'duration_in_months',
    });
  });

  it('forgets a deleted coupon, but not the discounts it gave', async () => {
    const { stripe } = target();
    const customer = (await stripe.customers.create()).id;
    const coupon = await stripe.coupons.create({ percent_off: 50, duration: 'forever' });
    await stripe.invoiceItems.create({ customer, amount: 1_000, currency: 'gbp' });
    const invoice = await stripe.invoices.create({
      customer,
      currency: 'gbp',
      discounts: [{ coupon: coupon.id }],
      pending_invoice_items_behavior: 'include',
    });
    await stripe.coupons.del(coupon.id);

    expect(await refusal(stripe.coupons.retrieve(coupon.id))).toMatchObject({ code: 'resource_missing' });
    expect(await stripe.invoices.finalizeInvoice(invoice.id)).toMatchObject({ total: 500 });
  });

  it('gives a coupon away under codes', async () => {
    const { stripe } = target();
    const coupon = await stripe.coupons.create({ percent_off: 10, duration: 'once' });
    const code = `FALL${unique().toUpperCase()}`;
    const made = await stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon: coupon.id }, code });

    expect(made).toMatchObject({
      active: true,
      code,
      promotion: { coupon: coupon.id, type: 'coupon' },
      restrictions: { first_time_transaction: false, minimum_amount: null },
      times_redeemed: 0,
    });
    expect((await stripe.promotionCodes.list({ code })).data.map(({ id }) => id)).toEqual([made.id]);

    await stripe.promotionCodes.update(made.id, { active: false });
    const customer = (await stripe.customers.create()).id;
    expect(await refusal(stripe.invoices.create({ customer, discounts: [{ promotion_code: made.id }] }))).toMatchObject(
      { statusCode: 400 },
    );
  });

  it('keeps tax rates, whose percentage stays', async () => {
    const { stripe } = target();
    const rate = await stripe.taxRates.create({
      display_name: 'VAT',
      percentage: 20,
      inclusive: true,
      country: 'GB',
      tax_type: 'vat',
    });
    expect(rate).toMatchObject({ active: true, country: 'GB', inclusive: true, percentage: 20, tax_type: 'vat' });
    expect(await stripe.taxRates.update(rate.id, { active: false })).toMatchObject({ active: false, percentage: 20 });
    expect((await stripe.taxRates.list({ active: false, inclusive: true })).data.map(({ id }) => id)).toContain(
      rate.id,
    );
  });
});
