import type Stripe from 'stripe';
import { previousAttributes } from '../core/changes';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { invalidRequest, resourceMissing } from '../core/errors';
import { newId, newInvoicePrefix } from '../core/ids';
import { pick } from '../core/pick';
import { mergeMetadata } from '../core/schema';
import { onTestClock } from '../core/test-time';
import { mergeAddress } from './contact-params';
import type { CreateCustomerParams, UpdateCustomerParams } from './customer-params';
import { findCustomer } from './find-customer';
import { attachPaymentMethod, detachPaymentMethod } from './method-owner';
import type { PaymentTables } from './records';

export function createCustomer(request: Context, params: CreateCustomerParams): Stripe.Customer {
  const testClock = params.test_clock ?? null;
  if (testClock !== null && request.tx.get('test_clocks', testClock) === undefined) {
    throw resourceMissing('test_clock', testClock, 'test_clock', 400);
  }
  const ctx = onTestClock(request, testClock);
  const { payment_method: method, invoice_settings: settings, ...described } = params;
  const blank = { ...blankCustomer(ctx), test_clock: testClock };
  const customer = changed(ctx, blank, described);
  ctx.tx.put('customers', customer);
  const attached = method === undefined ? null : attachPaymentMethod(ctx, method, customer.id);
  if (settings !== undefined) {
    // Only now can the default be a method of this customer. A token means the method that was just made of it.
    const named = attached !== null && settings.default_payment_method === method;
    const given = named ? { ...settings, default_payment_method: attached.id } : settings;
    ctx.tx.put('customers', changed(ctx, findCustomer(ctx, customer.id), { invoice_settings: given }));
  }
  // Told of as it is in the end, with its default method.
  emit(ctx, 'customer.created', findCustomer(ctx, customer.id));
  return findCustomer(ctx, customer.id);
}

export function updateCustomer(
  request: Context,
  before: Stripe.Customer,
  params: UpdateCustomerParams,
): Stripe.Customer {
  const ctx = onTestClock(request, typeof before.test_clock === 'string' ? before.test_clock : null);
  const after = changed(ctx, before, params);
  const previous = previousAttributes(before, after);
  if (Object.keys(previous).length === 0) return before;
  ctx.tx.put('customers', after);
  emit(ctx, 'customer.updated', after, previous);
  return findCustomer(ctx, after.id);
}

/** Its methods can be used no more, as they belong to nobody now. */
export function deleteCustomer(request: Context, customer: Stripe.Customer): Stripe.DeletedCustomer {
  const ctx = onTestClock(request, typeof customer.test_clock === 'string' ? customer.test_clock : null);
  for (const method of ctx.tx.where('payment_methods', 'customer', customer.id)) detachPaymentMethod(ctx, method);
  const last = findCustomer(ctx, customer.id);
  ctx.tx.put('customers', { id: last.id, object: 'customer', deleted: true, created: last.created });
  emit(ctx, 'customer.deleted', last);
  return deletedCustomer(last.id);
}

export function deletedCustomer(id: string): Stripe.DeletedCustomer {
  return { id, object: 'customer', deleted: true };
}

/** Of a deleted one only that it was deleted. */
export function shownCustomer(row: PaymentTables['customers']): PaymentTables['customers'] {
  return row.deleted === true ? deletedCustomer(row.id) : row;
}

function blankCustomer(ctx: Context): Stripe.Customer {
  return {
    id: newId('cus'),
    object: 'customer',
    address: null,
    balance: 0,
    created: ctx.clock.now(),
    currency: null,
    default_source: null,
    delinquent: false,
    description: null,
    discount: null,
    email: null,
    invoice_prefix: newInvoicePrefix(),
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    livemode: false,
    metadata: {},
    name: null,
    next_invoice_sequence: 1,
    phone: null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
  };
}

function changed(ctx: Context, before: Stripe.Customer, params: UpdateCustomerParams): Stripe.Customer {
  checkEmail(params.email);
  return {
    ...before,
    ...pick(params, ['balance', 'description', 'email', 'invoice_prefix', 'name', 'next_invoice_sequence', 'phone']),
    ...names(params),
    ...(params.address === undefined
      ? {}
      : { address: params.address && mergeAddress(before.address, params.address) }),
    ...(params.invoice_settings === undefined
      ? {}
      : { invoice_settings: invoiceSettings(ctx, before, params.invoice_settings) }),
    metadata: params.metadata === undefined ? before.metadata : mergeMetadata(before.metadata, params.metadata),
    ...(params.preferred_locales === undefined ? {} : { preferred_locales: params.preferred_locales ?? [] }),
    ...(params.shipping === undefined ? {} : { shipping: params.shipping && shipping(params.shipping) }),
    ...(params.tax_exempt === undefined ? {} : { tax_exempt: params.tax_exempt ?? 'none' }),
  };
}

/** Both fields are shown only once they were set. */
function names(params: UpdateCustomerParams): Partial<Stripe.Customer> {
  const given: Partial<Stripe.Customer> = {};
  if (params.business_name !== undefined) given.business_name = params.business_name ?? '';
  if (params.individual_name !== undefined) given.individual_name = params.individual_name ?? '';
  return given;
}

function checkEmail(email: string | null | undefined): void {
  if (email === undefined || email === null || /^[^\s@]+@[^\s@]+$/.test(email)) return;
  throw invalidRequest(`Invalid email address: ${email}`, { code: 'email_invalid', param: 'email' });
}

function shipping(given: NonNullable<UpdateCustomerParams['shipping']>): Stripe.Customer.Shipping {
  return {
    address: mergeAddress(null, given.address),
    name: given.name,
    phone: given.phone ?? null,
    ...pick(given, ['carrier', 'tracking_number']),
  };
}

function invoiceSettings(
  ctx: Context,
  customer: Stripe.Customer,
  given: NonNullable<UpdateCustomerParams['invoice_settings']>,
): Stripe.Customer.InvoiceSettings {
  const { default_payment_method: method, rendering_options: rendering } = given;
  if (typeof method === 'string' && ctx.tx.get('payment_methods', method)?.customer !== customer.id) {
    throw invalidRequest(
      `The customer does not have a payment method with the ID ${method}. The payment method must be attached to the customer.`,
      { code: 'resource_missing', param: 'invoice_settings[default_payment_method]' },
    );
  }
  return {
    ...customer.invoice_settings,
    ...pick(given, ['custom_fields', 'default_payment_method', 'footer']),
    ...(rendering === undefined
      ? {}
      : { rendering_options: rendering && { amount_tax_display: null, template: null, ...rendering } }),
  };
}
