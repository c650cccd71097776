import type { RefreshCustomer } from '../customer/refresh-customer';
import type { RefreshPaymentMethod } from '../customer/refresh-payment-method';
import type { RefreshSetup } from '../customer/refresh-setup';
import { workOn, type EventFamily } from './event-family';

export function customerEvents(refreshCustomer: RefreshCustomer): EventFamily {
  return {
    // Of others that begin with `customer.`, such as customer.subscription.updated, the object is no customer.
    speaks: (type) => type === 'customer.deleted' || type === 'customer.updated',
    work: workOn('customer', 'a customer', (stripeCustomer, cause, within) =>
      refreshCustomer.execute({ stripeCustomer, cause, within }),
    ),
  };
}

export function setupEvents(refreshSetup: RefreshSetup): EventFamily {
  return {
    speaks: (type) => type.startsWith('setup_intent.'),
    work: workOn('setup_intent', 'a setup', (setupIntent, cause, within) =>
      refreshSetup.execute({ setupIntent, cause, within }),
    ),
  };
}

export function paymentMethodEvents(refreshPaymentMethod: RefreshPaymentMethod): EventFamily {
  return {
    speaks: (type) => type.startsWith('payment_method.'),
    work: workOn('payment_method', 'a payment method of a customer', (paymentMethod, cause, within) =>
      refreshPaymentMethod.execute({ paymentMethod, cause, within }),
    ),
  };
}
