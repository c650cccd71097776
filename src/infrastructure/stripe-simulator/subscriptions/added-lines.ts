import type Stripe from 'stripe';
import type { NewLine } from '../billing/invoice-lines';
import { createInlinePrice, findPrice } from '../billing/price';
import { priceAmount } from '../billing/price-amount';
import { idOf } from '../core/references';
import type { Context } from '../core/context';
import { invalidRequest } from '../core/errors';
import { mergeMetadata } from '../core/schema';
import { findTaxRates } from './resolve-params';
import type { AddedInvoiceItem } from './subscription-params';

/** What is billed once, on the next invoice of the subscription. */
export function addedLines(
  ctx: Context,
  subscription: Stripe.Subscription,
  given: readonly AddedInvoiceItem[],
): NewLine[] {
  return given.map((item, at) => {
    const param = `add_invoice_items[${String(at)}]`;
    const price = oneTimePrice(ctx, item, param);
    const quantity = item.quantity ?? 1;
    const now = ctx.clock.now();
    return {
      amount: priceAmount(ctx, price, quantity),
      description: ctx.tx.get('products', idOf(price.product) ?? '')?.name ?? null,
      discountable: item.discountable ?? true,
      period: { start: now, end: now },
      price: price.id,
      quantity,
      unitAmountDecimal: null,
      proration: false,
      subscription: subscription.id,
      subscriptionItem: null,
      taxRates: findTaxRates(ctx, item.tax_rates ?? null, `${param}[tax_rates]`).map(({ id }) => id),
      metadata: mergeMetadata({}, item.metadata ?? null),
    };
  });
}

function oneTimePrice(ctx: Context, { price, price_data: data }: AddedInvoiceItem, param: string): Stripe.Price {
  if (data !== undefined) return createInlinePrice(ctx, data);
  if (price === undefined) {
    throw invalidRequest(`You must specify one of the following: price, price_data.`, {
      code: 'parameter_missing',
      param,
    });
  }
  const found = findPrice(ctx, price, `${param}[price]`);
  if (found.type === 'one_time') return found;
  throw invalidRequest(
    'The price specified is set to `type=recurring` but this field only accepts prices with `type=one_time`.',
    { param: `${param}[price]` },
  );
}
