import Stripe from 'stripe';
import { draftOf, newCustomer } from './biller';
import { contract, refusal, type Target } from '../support/stripe-contract';

const VAT = { display_name: 'VAT', percentage: 20, inclusive: false } as const;

async function coupon({ stripe }: Target, terms: Stripe.CouponCreateParams): Promise<string> {
  return (await stripe.coupons.create({ duration: 'forever', ...terms })).id;
}

async function taxRate({ stripe }: Target, terms: Partial<Stripe.TaxRateCreateParams> = {}): Promise<string> {
  return (await stripe.taxRates.create({ ...VAT, ...terms })).id;
}

contract('What an invoice comes to', (target) => {
  it('is less by a percentage of all its lines, whose shares add up', async () => {
    const customer = await newCustomer(target());
    const off = await coupon(target(), { percent_off: 33.3 });
    const invoice = await draftOf(target(), customer.id, [100, 100, 101], { discounts: [{ coupon: off }] });

    expect(invoice).toMatchObject({ subtotal: 301, total: 201, amount_due: 201 });
    expect(invoice.total_discount_amounts).toEqual([{ amount: 100, discount: invoice.discounts[0] }]);
    const shares = invoice.lines.data.flatMap((line) => line.discount_amounts ?? []).map(({ amount }) => amount);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBe(100);
  });

  it('is less by a fixed amount, but never below nothing', async () => {
    const customer = await newCustomer(target());
    const off = await coupon(target(), { amount_off: 2_500, currency: 'gbp' });
    const large = await draftOf(target(), customer.id, [10_000], { discounts: [{ coupon: off }] });
    const small = await draftOf(target(), customer.id, [1_000], { discounts: [{ coupon: off }] });

    expect(large).toMatchObject({ subtotal: 10_000, total: 7_500 });
    expect(small).toMatchObject({ subtotal: 1_000, total: 0, amount_due: 0 });
    expect(small.total_discount_amounts?.map(({ amount }) => amount)).toEqual([1_000]);
  });

  it('is not less by what may not be discounted', async () => {
    const { stripe } = target();
    const customer = await newCustomer(target());
    const off = await coupon(target(), { percent_off: 50 });
    await stripe.invoiceItems.create({ customer: customer.id, amount: 600, currency: 'gbp', discountable: false });
    const invoice = await draftOf(target(), customer.id, [1_000], { discounts: [{ coupon: off }] });

    expect(invoice).toMatchObject({ subtotal: 1_600, total: 1_100 });
  });

  it('is less by a coupon for one product only where that product is billed', async () => {
    const { stripe } = target();
    const customer = await newCustomer(target());
    const [one, other] = await Promise.all(
      ['Tea', 'Coffee'].map((name) =>
        stripe.prices.create({ currency: 'gbp', unit_amount: 1_000, product_data: { name } }),
      ),
    );
    const product = typeof one?.product === 'string' ? one.product : '';
    const off = await coupon(target(), { percent_off: 10, applies_to: { products: [product] } });
    for (const price of [one, other]) {
      await stripe.invoiceItems.create({ customer: customer.id, pricing: { price: price?.id ?? '' } });
    }
    const invoice = await stripe.invoices.create({
      customer: customer.id,
      currency: 'gbp',
      discounts: [{ coupon: off }],
      pending_invoice_items_behavior: 'include',
    });

    expect(invoice).toMatchObject({ subtotal: 2_000, total: 1_900 });
    expect((await stripe.coupons.retrieve(off, { expand: ['applies_to'] })).applies_to).toEqual({
      products: [product],
    });
  });

  it("is less by an item's own discount before those of the invoice", async () => {
    const { stripe } = target();
    const customer = await newCustomer(target());
    const [half, tenth] = [await coupon(target(), { percent_off: 50 }), await coupon(target(), { percent_off: 10 })];
    await stripe.invoiceItems.create({
      customer: customer.id,
      amount: 1_000,
      currency: 'gbp',
      discounts: [{ coupon: half }],
    });
    const invoice = await draftOf(target(), customer.id, [1_000], { discounts: [{ coupon: tenth }] });

    expect(invoice).toMatchObject({ subtotal: 1_500, total: 1_350 });
    expect(invoice.total_discount_amounts?.map(({ amount }) => amount).sort()).toEqual([150, 500]);
  });

  it('is less by a promotion code only for whom it is meant', async () => {
    const { stripe } = target();
    const [friend, stranger] = [await newCustomer(target()), await newCustomer(target())];
    const off = await coupon(target(), { percent_off: 10 });
    const code = await stripe.promotionCodes.create({
      promotion: { type: 'coupon', coupon: off },
      customer: friend.id,
    });
    const discounts = [{ promotion_code: code.id }];

    expect(await draftOf(target(), friend.id, [1_000], { discounts })).toMatchObject({ total: 900 });
    expect((await stripe.promotionCodes.retrieve(code.id)).times_redeemed).toBe(1);
    expect(await refusal(stripe.invoices.create({ customer: stranger.id, discounts }))).toMatchObject({
      statusCode: 400,
    });
  });

  it('counts each use of a coupon', async () => {
    const customer = await newCustomer(target());
    const off = await coupon(target(), { percent_off: 10, max_redemptions: 1 });
    await draftOf(target(), customer.id, [1_000], { discounts: [{ coupon: off }] });

    expect(await target().stripe.coupons.retrieve(off)).toMatchObject({ times_redeemed: 1, valid: false });
  });

  it('is more by taxes on top, and says on how much', async () => {
    const customer = await newCustomer(target());
    const vat = await taxRate(target());
    const invoice = await draftOf(target(), customer.id, [1_000, 500], { default_tax_rates: [vat] });

    expect(invoice).toMatchObject({
      subtotal: 1_500,
      subtotal_excluding_tax: 1_500,
      total: 1_800,
      total_excluding_tax: 1_500,
      amount_due: 1_800,
    });
    expect(invoice.total_taxes).toMatchObject([
      {
        amount: 300,
        tax_behavior: 'exclusive',
        tax_rate_details: { tax_rate: vat },
        taxable_amount: 1_500,
        type: 'tax_rate_details',
      },
    ]);
    expect(invoice.lines.data.map(({ taxes }) => taxes?.map(({ amount }) => amount))).toEqual([[100], [200]]);
  });

  it('contains the taxes that its prices include', async () => {
    const customer = await newCustomer(target());
    const vat = await taxRate(target(), { inclusive: true });
    const invoice = await draftOf(target(), customer.id, [1_200], { default_tax_rates: [vat] });

    expect(invoice).toMatchObject({
      subtotal: 1_200,
      subtotal_excluding_tax: 1_000,
      total: 1_200,
      total_excluding_tax: 1_000,
    });
    expect(invoice.total_taxes).toMatchObject([{ amount: 200, tax_behavior: 'inclusive', taxable_amount: 1_000 }]);
  });

  it('is taxed after its discounts', async () => {
    const customer = await newCustomer(target());
    const [vat, off] = [await taxRate(target()), await coupon(target(), { percent_off: 50 })];
    const invoice = await draftOf(target(), customer.id, [1_000], {
      default_tax_rates: [vat],
      discounts: [{ coupon: off }],
    });

    expect(invoice).toMatchObject({ subtotal: 1_000, total_excluding_tax: 500, total: 600 });
  });

  it("takes an item's own tax rates before those of the invoice", async () => {
    const { stripe } = target();
    const customer = await newCustomer(target());
    const [vat, reduced] = [await taxRate(target()), await taxRate(target(), { percentage: 5 })];
    await stripe.invoiceItems.create({ customer: customer.id, amount: 1_000, currency: 'gbp', tax_rates: [reduced] });
    const invoice = await draftOf(target(), customer.id, [1_000], { default_tax_rates: [vat] });

    expect(invoice.total).toBe(2_250);
    expect(invoice.total_taxes?.map(({ amount }) => amount).sort()).toEqual([200, 50]);
  });

  it('is not taxed for a customer who is exempt', async () => {
    const customer = await newCustomer(target(), 'pm_card_visa', { tax_exempt: 'exempt' });
    const vat = await taxRate(target());
    const invoice = await draftOf(target(), customer.id, [1_000], { default_tax_rates: [vat] });

    expect(invoice).toMatchObject({ customer_tax_exempt: 'exempt', total: 1_000 });
  });

  it('changes with the items of its draft', async () => {
    const { stripe } = target();
    const customer = await newCustomer(target());
    const invoice = await draftOf(target(), customer.id, [1_000]);
    const item = await stripe.invoiceItems.create({
      customer: customer.id,
      amount: 500,
      currency: 'gbp',
      invoice: invoice.id,
    });
    expect(await stripe.invoices.retrieve(invoice.id)).toMatchObject({ total: 1_500 });

    await stripe.invoiceItems.update(item.id, { amount: 700 });
    expect(await stripe.invoices.retrieve(invoice.id)).toMatchObject({ total: 1_700 });

    await stripe.invoiceItems.del(item.id);
    expect(await stripe.invoices.retrieve(invoice.id)).toMatchObject({ total: 1_000 });
  });

  it('changes with lines that are added, changed and taken away', async () => {
    const { stripe } = target();
    const customer = await newCustomer(target());
    const invoice = await draftOf(target(), customer.id, [1_000]);

    const added = await stripe.invoices.addLines(invoice.id, { lines: [{ amount: 250, description: 'Postage' }] });
    expect(added.total).toBe(1_250);
    const line = added.lines.data[0];
    expect(line).toMatchObject({ amount: 250, description: 'Postage' });

    const changed = await stripe.invoices.updateLineItem(invoice.id, line?.id ?? '', { amount: 300 });
    expect(changed).toMatchObject({ object: 'line_item', amount: 300 });
    expect((await stripe.invoices.retrieve(invoice.id)).total).toBe(1_300);

    const removed = await stripe.invoices.removeLines(invoice.id, {
      lines: [{ id: line?.id ?? '', behavior: 'unassign' }],
    });
    expect(removed.total).toBe(1_000);
    const waiting = await stripe.invoiceItems.list({ customer: customer.id, pending: true });
    expect(waiting.data.map(({ amount }) => amount)).toEqual([300]);
  });

  it('bills a quantity at a price', async () => {
    const { stripe } = target();
    const customer = await newCustomer(target());
    const price = await stripe.prices.create({
      currency: 'gbp',
      unit_amount_decimal: Stripe.Decimal.from('33.335'),
      product_data: { name: 'Screws' },
    });
    const item = await stripe.invoiceItems.create({ customer: customer.id, pricing: { price: price.id }, quantity: 3 });

    expect(item).toMatchObject({ amount: 100, quantity: 3, pricing: { price_details: { price: price.id } } });
  });

  it('lists its lines in pages', async () => {
    const customer = await newCustomer(target());
    const invoice = await draftOf(target(), customer.id, [100, 200, 300]);
    const first = await target().stripe.invoices.listLineItems(invoice.id, { limit: 2 });
    const last = first.data.at(-1);
    const rest = await target().stripe.invoices.listLineItems(invoice.id, { starting_after: last?.id ?? '' });

    expect(first).toMatchObject({ has_more: true, url: `/v1/invoices/${invoice.id}/lines` });
    expect([...first.data, ...rest.data].map(({ amount }) => amount)).toEqual([300, 200, 100]);
    expect(rest.has_more).toBe(false);
  });
});
