import type Stripe from 'stripe';
import { idOf } from '../core/references';
import type { NewInvoice } from '../billing/invoice-draft';
import type { NewLine } from '../billing/invoice-lines';
import type { Period } from './periods';

interface Occasion {
  billingReason: NewInvoice['billingReason'];
  lines: readonly NewLine[];
  period: Period;
  autoAdvance: boolean;
}

/** An invoice for the subscription, with all that waits for it. */
export function invoiceFor(subscription: Stripe.Subscription, occasion: Occasion): NewInvoice {
  return {
    ...occasion,
    customer: idOf(subscription.customer) ?? '',
    currency: subscription.currency,
    subscription: subscription.id,
    collectionMethod: subscription.collection_method === 'send_invoice' ? 'send_invoice' : 'charge_automatically',
    daysUntilDue: subscription.days_until_due,
    includePendingItems: true,
    // The subscription's own is looked up when it is collected, as it may have changed by then.
    defaultPaymentMethod: null,
    defaultTaxRates: (subscription.default_tax_rates ?? []).map(({ id }) => id),
    discounts: null,
    subscriptionMetadata: subscription.metadata,
    description: subscription.invoice_settings.description,
    footer: subscription.invoice_settings.footer,
    customFields: subscription.invoice_settings.custom_fields,
  };
}
