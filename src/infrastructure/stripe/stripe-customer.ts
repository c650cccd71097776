import type Stripe from 'stripe';
import type { Address, CustomerDetails, CustomerProps, CustomerRefusal } from '../../domain/customer/customer';

/** Under it our id stands in the metadata of every customer that we make. */
export const CUSTOMER_KEY = 'cashdesk_customer';

export function creationParams(customerId: string, details: CustomerDetails): Stripe.CustomerCreateParams {
  const { email, name, phone, address, metadata } = details;
  return {
    ...(email === null ? {} : { email }),
    ...(name === null ? {} : { name }),
    ...(phone === null ? {} : { phone }),
    ...(address === null ? {} : { address: filledIn(address) }),
    metadata: { ...metadata, [CUSTOMER_KEY]: customerId },
  };
}

/** All that stands here: what is empty is sent as '', which clears it there. */
export function updateParams(customer: CustomerProps): Stripe.CustomerUpdateParams {
  const { id, email, name, phone, address, metadata, removedMetadata, defaultPaymentMethod } = customer;
  const removed = Object.fromEntries(removedMetadata.map((key) => [key, '']));
  return {
    email: email ?? '',
    name: name ?? '',
    phone: phone ?? '',
    address: address === null ? '' : cleared(address),
    metadata: { ...removed, ...metadata, [CUSTOMER_KEY]: id },
    invoice_settings: { default_payment_method: defaultPaymentMethod ?? '' },
  };
}

/** An error body without `error` passes the SDK as a success: only this is one. */
export function isCustomer(answer: unknown): answer is Stripe.Customer | Stripe.DeletedCustomer {
  const { object, id } = (answer ?? {}) as Partial<Stripe.Customer>;
  return object === 'customer' && typeof id === 'string';
}

export function defaultMethodOf({ invoice_settings: settings }: Stripe.Customer): string | null {
  const method = settings.default_payment_method;
  return typeof method === 'object' ? (method?.id ?? null) : method;
}

/** Stripe's messages quote what stood in the field, and keys of metadata are the caller's: only Stripe's own words are kept. */
export function refusalOf(error: { code?: string; type: string; param?: string }): CustomerRefusal {
  const field = /^[a-z_]+/.exec(error.param ?? '')?.[0] ?? null;
  return { code: error.code ?? error.type, field };
}

function lines(address: Address): readonly (readonly [string, string | null])[] {
  const { line1, line2, city, state, postalCode, country } = address;
  return Object.entries({ line1, line2, city, state, postal_code: postalCode, country });
}

function filledIn(address: Address): Stripe.AddressParam {
  return Object.fromEntries(lines(address).filter(([, line]) => line !== null));
}

/** A line that is not named stays as it was there. */
function cleared(address: Address): Stripe.AddressParam {
  return Object.fromEntries(lines(address).map(([name, line]) => [name, line ?? '']));
}
