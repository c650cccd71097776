import { Store } from '../../src/infrastructure/stripe-simulator/core/store';
import { inVersion } from '../../src/infrastructure/stripe-simulator/versions/older-shapes';
import { confirmedPayment, postForm, simulatorUnderTest } from './simulator-under-test';

type Row = Record<string, unknown> & { id: string };

describe('Older versions', () => {
  const rows = new Store();
  const put = (table: string, row: Row): void => {
    rows.commit([{ table, id: row.id, row }]);
  };

  beforeAll(() => {
    put('payment_intents', { id: 'pi_1', object: 'payment_intent', latest_charge: 'ch_1' });
    put('charges', { id: 'ch_1', object: 'charge', payment_intent: 'pi_1' });
    put('invoice_payments', {
      id: 'inpay_1',
      invoice: 'in_1',
      is_default: true,
      payment: { type: 'payment_intent', payment_intent: 'pi_1' },
    });
    put('prices', {
      id: 'price_1',
      object: 'price',
      unit_amount: 1_000,
      recurring: { interval: 'month', interval_count: 1 },
    });
    put('coupons', { id: 'off', object: 'coupon', percent_off: 10 });
    put('discounts', { id: 'di_1', object: 'discount', source: { type: 'coupon', coupon: 'off' } });
  });

  const invoice = {
    id: 'in_1',
    object: 'invoice',
    status: 'paid',
    total: 1_200,
    amount_overpaid: 0,
    confirmation_secret: { client_secret: 'x', type: 'payment_intent' },
    discounts: ['di_1'],
    parent: {
      type: 'subscription_details',
      quote_details: null,
      subscription_details: { subscription: 'sub_1', metadata: { a: '1' } },
    },
    total_taxes: [
      {
        amount: 200,
        tax_behavior: 'exclusive',
        tax_rate_details: { tax_rate: 'txr_1' },
        taxability_reason: 'standard_rated',
        taxable_amount: 1_000,
        type: 'tax_rate_details',
      },
    ],
    lines: {
      object: 'list',
      data: [
        {
          id: 'il_1',
          object: 'line_item',
          amount: 1_000,
          subtotal: 1_000,
          parent: {
            type: 'subscription_item_details',
            invoice_item_details: null,
            subscription_item_details: {
              invoice_item: null,
              proration: true,
              proration_details: { credited_items: null },
              subscription: 'sub_1',
              subscription_item: 'si_1',
            },
          },
          pricing: {
            type: 'price_details',
            price_details: { price: 'price_1', product: 'prod_1' },
            unit_amount_decimal: '1000',
          },
          taxes: [],
        },
      ],
    },
  };

  it('before basil show an invoice with its payment, subscription, tax and discount', () => {
    const shown = inVersion('2025-02-24.acacia', invoice, rows);
    expect(shown).toMatchObject({
      paid: true,
      paid_out_of_band: false,
      payment_intent: 'pi_1',
      charge: 'ch_1',
      subscription: 'sub_1',
      subscription_details: { metadata: { a: '1' } },
      quote: null,
      tax: 200,
      total_tax_amounts: [{ amount: 200, inclusive: false, tax_rate: 'txr_1', taxable_amount: 1_000 }],
      discount: { id: 'di_1', coupon: { id: 'off', percent_off: 10 } },
    });
    for (const field of ['parent', 'total_taxes', 'confirmation_secret', 'amount_overpaid']) {
      expect(shown).not.toHaveProperty(field);
    }
  });

  it('before basil show a line with its price, plan, item and proration', () => {
    const { lines } = inVersion('2024-06-20', invoice, rows) as { lines: { data: Row[] } };
    expect(lines.data[0]).toMatchObject({
      type: 'subscription',
      subscription: 'sub_1',
      subscription_item: 'si_1',
      proration: true,
      price: { id: 'price_1', recurring: { interval: 'month', aggregate_usage: null } },
      plan: { id: 'price_1', object: 'plan', amount: 1_000, interval: 'month', aggregate_usage: null },
      tax_amounts: [],
      unit_amount_excluding_tax: '1000',
    });
    expect(lines.data[0]).not.toHaveProperty('pricing');
    expect(lines.data[0]).not.toHaveProperty('parent');
  });

  it('before basil show the period on the subscription, and not on its items', () => {
    const subscription = {
      id: 'sub_1',
      object: 'subscription',
      discounts: [],
      items: {
        object: 'list',
        data: [{ id: 'si_1', object: 'subscription_item', current_period_start: 1, current_period_end: 2 }],
      },
    };
    expect(inVersion('2022-11-15', subscription, rows)).toEqual({
      id: 'sub_1',
      object: 'subscription',
      billing_thresholds: null,
      current_period_start: 1,
      current_period_end: 2,
      discount: null,
      discounts: [],
      items: { object: 'list', data: [{ id: 'si_1', object: 'subscription_item', billing_thresholds: null }] },
    });
  });

  it('before clover show the coupon in a discount', () => {
    const discount = { id: 'di_1', object: 'discount', source: { type: 'coupon', coupon: 'off' } };
    expect(inVersion('2025-08-27.basil', discount, rows)).toEqual({
      id: 'di_1',
      object: 'discount',
      coupon: { id: 'off', object: 'coupon', percent_off: 10 },
    });
  });

  it('show the invoice on its charge and payment, and nothing new on a refund', () => {
    expect(inVersion('2022-11-15', { id: 'ch_1', object: 'charge', payment_intent: 'pi_1' }, rows)).toHaveProperty(
      'invoice',
      'in_1',
    );
    const refund = { id: 're_1', object: 'refund', amount: 5, charge: 'ch_1' };
    expect(inVersion('2022-11-15', refund, rows)).toEqual(refund);
  });

  it('leave the newest version as it is', () => {
    expect(inVersion('2026-09-30.endive', invoice, rows)).toBe(invoice);
  });

  it('are answered to requests that ask for them, a repeated one as well', async () => {
    const simulator = await simulatorUnderTest();
    const form = {
      amount: '2000',
      currency: 'gbp',
      payment_method: confirmedPayment.payment_method,
      confirm: 'true',
      'automatic_payment_methods[enabled]': 'true',
      'automatic_payment_methods[allow_redirects]': 'never',
    };
    const ask = (version: string): Promise<Response> =>
      postForm(`${simulator.url}/v1/payment_intents`, form, { 'Stripe-Version': version, 'Idempotency-Key': 'k1' });
    const first = await (await ask('2022-08-01')).json();
    expect(first).toMatchObject({ status: 'succeeded', charges: { total_count: 1, data: [{ object: 'charge' }] } });
    expect(await (await ask('2022-08-01')).json()).toEqual(first);
    const newest = (await (await ask('2026-09-30.endive')).json()) as object;
    expect(newest).not.toHaveProperty('charges');
    await simulator.close();
  });
});
