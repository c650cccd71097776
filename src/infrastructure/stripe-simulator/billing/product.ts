import type Stripe from 'stripe';
import { previousAttributes } from '../core/changes';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { invalidRequest, resourceMissing } from '../core/errors';
import { newId } from '../core/ids';
import { pick } from '../core/pick';
import { mergeMetadata } from '../core/schema';
import type { CreateProductParams, UpdateProductParams } from './product-params';

export function findProduct(ctx: Context, id: string, param = 'id', status: 400 | 404 = 404): Stripe.Product {
  const found = ctx.tx.get('products', id);
  if (found === undefined) throw resourceMissing('product', id, param, status);
  return found;
}

export function createProduct(ctx: Context, params: CreateProductParams): Stripe.Product {
  const id = params.id ?? newId('prod');
  if (ctx.tx.get('products', id) !== undefined) {
    throw invalidRequest('Product already exists.', { code: 'resource_already_exists', param: 'id' });
  }
  const now = ctx.clock.now();
  const product: Stripe.Product = {
    id,
    object: 'product',
    active: params.active ?? true,
    created: now,
    default_price: null,
    description: params.description ?? null,
    images: params.images ?? [],
    livemode: false,
    marketing_features: params.marketing_features ?? [],
    metadata: mergeMetadata({}, params.metadata ?? null),
    name: params.name,
    package_dimensions: params.package_dimensions ?? null,
    shippable: params.shippable ?? null,
    statement_descriptor: params.statement_descriptor ?? null,
    tax_code: params.tax_code ?? null,
    tax_details: null,
    type: params.type ?? 'service',
    unit_label: params.unit_label ?? null,
    updated: now,
    url: params.url ?? null,
  };
  ctx.tx.put('products', product);
  emit(ctx, 'product.created', product);
  return product;
}

export function updateProduct(ctx: Context, before: Stripe.Product, params: UpdateProductParams): Stripe.Product {
  if (params.default_price !== undefined) checkDefaultPrice(ctx, before, params.default_price);
  const after: Stripe.Product = {
    ...before,
    ...pick(params, [
      'active',
      'default_price',
      'description',
      'name',
      'package_dimensions',
      'shippable',
      'statement_descriptor',
      'tax_code',
      'unit_label',
      'url',
    ]),
    ...(params.images === undefined ? {} : { images: params.images ?? [] }),
    ...(params.marketing_features === undefined ? {} : { marketing_features: params.marketing_features ?? [] }),
    metadata: params.metadata === undefined ? before.metadata : mergeMetadata(before.metadata, params.metadata),
    updated: ctx.clock.now(),
  };
  ctx.tx.put('products', after);
  emit(ctx, 'product.updated', after, previousAttributes(before, after));
  return after;
}

export function deleteProduct(ctx: Context, product: Stripe.Product): Stripe.DeletedProduct {
  if (ctx.tx.where('prices', 'product', product.id).length > 0) {
    throw invalidRequest('This product cannot be deleted because it has one or more user-created prices.', {
      param: 'id',
    });
  }
  ctx.tx.delete('products', product.id);
  emit(ctx, 'product.deleted', product);
  return { id: product.id, object: 'product', deleted: true };
}

function checkDefaultPrice(ctx: Context, product: Stripe.Product, price: string): void {
  const found = ctx.tx.get('prices', price);
  if (found === undefined) throw resourceMissing('price', price, 'default_price', 400);
  if (found.product !== product.id) {
    throw invalidRequest(`The price \`${price}\` does not belong to the product \`${product.id}\`.`, {
      param: 'default_price',
    });
  }
}
