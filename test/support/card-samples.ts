import { PaymentMethod, type PaymentMethodProps } from '../../src/domain/customer/payment-method';
import {
  Setup,
  type Consent,
  type SetupObservation,
  type SetupProps,
  type SetupRequest,
} from '../../src/domain/customer/setup';
import { after, NOON, SECOND } from './samples';

export const CONSENT: Consent = { textVersion: 'cards-3', at: NOON, address: '192.0.2.17' };

const ASKED: SetupRequest = {
  stripeCustomer: 'cus_stripe',
  paymentMethod: 'pm_1',
  confirm: true,
  returnUrl: null,
};

export const VISA = {
  type: 'card',
  brand: 'visa',
  last4: '4242',
  funding: 'credit',
  country: 'US',
  expiry: { year: 2030, month: 7 },
} as const;

export function begunSetup(given: Partial<SetupProps> = {}): Setup {
  const asked = { id: 'set_1', customerId: 'cus_1', usage: 'off_session', request: ASKED, consent: CONSENT } as const;
  const setup = Setup.begin(asked, NOON, after(30 * SECOND), 'test');
  return Setup.restore({ ...setup.snapshot(), ...given });
}

export function seenSetup(given: Partial<SetupObservation> = {}): SetupObservation {
  return {
    setupIntent: 'seti_1',
    status: 'succeeded',
    clientSecret: 'seti_1_secret_1',
    nextAction: null,
    redirectUrl: null,
    failure: null,
    paymentMethod: 'pm_1',
    ...given,
  };
}

export function savedMethod(given: Partial<PaymentMethodProps> = {}): PaymentMethod {
  const kept = { id: 'pm_1', customerId: 'cus_1', setupId: null, details: VISA };
  const method = PaymentMethod.save(kept, NOON, after(15 * SECOND), 'test');
  return PaymentMethod.restore({ ...method.snapshot(), ...given });
}
