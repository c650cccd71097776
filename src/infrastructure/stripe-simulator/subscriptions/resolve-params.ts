import type Stripe from 'stripe';
import { chosenDiscount, redeem, type DiscountOwner } from '../billing/discounts';
import { idOf } from '../core/references';
import { createInlinePrice, findPrice } from '../billing/price';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { invalidRequest, resourceMissing } from '../core/errors';
import type { ItemChange } from './item-changes';
import type { DiscountParams, ItemParams } from './subscription-params';

/** The rows that parameters name, or the refusal of what they cannot name. */
export function resolveItems(
  ctx: Context,
  subscription: string,
  given: readonly ItemParams[],
  customer: string,
): ItemChange[] {
  return given.map((params, at) => {
    const param = `items[${String(at)}]`;
    const price = givenPrice(ctx, params, param);
    return {
      ...(params.id === undefined ? {} : { id: params.id }),
      ...(price === undefined ? {} : { price }),
      ...(params.quantity === undefined ? {} : { quantity: params.quantity }),
      ...(params.deleted === undefined ? {} : { deleted: params.deleted }),
      ...(params.metadata === undefined ? {} : { metadata: params.metadata }),
      ...(params.tax_rates === undefined
        ? {}
        : { taxRates: findTaxRates(ctx, params.tax_rates, `${param}[tax_rates]`) }),
      ...(params.discounts === undefined
        ? {}
        : {
            discounts: takeDiscounts(
              ctx,
              params.discounts,
              { customer, subscription, subscription_item: params.id ?? null },
              `${param}[discounts]`,
            ),
          }),
    };
  });
}

function recurringPrice(ctx: Context, id: string, param: string): Stripe.Price {
  const price = findPrice(ctx, id, param);
  if (price.recurring === null) {
    throw invalidRequest(
      'The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`.',
      { param },
    );
  }
  if (!price.active) {
    throw invalidRequest('The price specified is inactive. This field only accepts active prices.', { param });
  }
  if (price.recurring.usage_type === 'metered') {
    throw invalidRequest('The simulator does not support metered prices yet.', { param });
  }
  return price;
}

function givenPrice(ctx: Context, params: ItemParams, param: string): Stripe.Price | undefined {
  const { price, plan, price_data: data } = params;
  if ([price, plan, data].filter((each) => each !== undefined).length > 1) {
    throw invalidRequest('You may only specify one of these parameters: price, price_data, plan.', {
      code: 'parameters_exclusive',
      param,
    });
  }
  if (data !== undefined) return createInlinePrice(ctx, data);
  const id = price ?? plan;
  return id === undefined ? undefined : recurringPrice(ctx, id, `${param}[price]`);
}

export function findTaxRates(ctx: Context, ids: readonly string[] | null, param: string): Stripe.TaxRate[] {
  return (ids ?? []).map((id) => {
    const rate = ctx.tx.get('tax_rates', id);
    if (rate === undefined) throw resourceMissing('tax rate', id, param, 400);
    return rate;
  });
}

/** Redeems what is named, and answers the ids of the discounts. */
export function takeDiscounts(ctx: Context, given: DiscountParams, owner: DiscountOwner, param: string): string[] {
  return (given ?? []).map((choice, at) => {
    const chosen = chosenDiscount(ctx, choice, owner, `${param}[${String(at)}]`);
    const isNew = ctx.tx.get('discounts', chosen.id) === undefined;
    const discount = redeem(ctx, chosen);
    if (isNew) emit(ctx, 'customer.discount.created', discount);
    return discount.id;
  });
}

/** A method that belongs to the customer. */
export function methodOf(ctx: Context, id: string, customer: string, param = 'default_payment_method'): string {
  const method = ctx.tx.get('payment_methods', id);
  if (method === undefined) throw resourceMissing('PaymentMethod', id, param, 400);
  if (idOf(method.customer) === customer) return id;
  throw invalidRequest(
    `The customer does not have a payment method with the ID ${id}. The payment method must be attached to the customer.`,
    { code: 'resource_missing', param },
  );
}
