import { Customer, NOTHING_KNOWN, type CustomerDetails, type CustomerProps } from '../../src/domain/customer/customer';
import { after, NOON } from './samples';

/** Marked, so that it can be looked for where it must not be. */
export const ADA: CustomerDetails = {
  subject: 'auth0|ada-canary',
  email: 'Ada.Canary@example.com',
  name: 'Ada Canary',
  phone: '+44 20 7946 0991',
  address: {
    line1: '12 Canary Row',
    line2: null,
    city: 'Canaryham',
    state: null,
    postalCode: 'CN1 1RY',
    country: 'GB',
  },
  metadata: { plan: 'canary-gold', seat: '7' },
};

export function newCustomer(given: Partial<CustomerDetails> = {}, id = 'cus_1', now = NOON): Customer {
  return Customer.create(id, { ...NOTHING_KNOWN, ...given }, now, after(30_000, now), 'test');
}

/** One that Stripe has taken as it is. */
export function linkedCustomer(given: Partial<CustomerProps> = {}): Customer {
  const fresh = newCustomer();
  fresh.created('cus_stripe', 1, NOON, 'test');
  return Customer.restore({ ...fresh.snapshot(), ...given });
}
