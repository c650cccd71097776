import type Stripe from 'stripe';

/** What Stripe knows of a payment intent beyond the object that it shows. */
export interface AttemptRecord {
  /** The id of the payment intent, or of the setup intent. */
  id: string;
  returnUrl: string | null;
  /** The method that passed its challenge, where the server is to confirm once more after it. */
  authenticated: string | null;
}

/** Which test card stands behind a payment method. */
export interface CardRecord {
  /** The payment method's id. */
  id: string;
  token: string;
  setUpForOffSession: boolean;
  /** Used without a customer, or detached from one: it may not be used again. */
  spent: boolean;
}

/** Which test account stands behind a payment method. */
export interface DebitRecord {
  /** The payment method's id. */
  id: string;
  token: string;
  /** The mandate by which the account may be debited again and again. */
  mandate: string | null;
  spent: boolean;
}

/** Keeps its place in lists, and is in no index. */
export interface DeletedCustomerRecord extends Stripe.DeletedCustomer {
  /** Not shown. */
  created?: number;
  email?: null;
  test_clock?: null;
}

export interface PaymentTables {
  customers: Stripe.Customer | DeletedCustomerRecord;
  payment_methods: Stripe.PaymentMethod;
  payment_intents: Stripe.PaymentIntent;
  charges: Stripe.Charge;
  setup_intents: Stripe.SetupIntent;
  setup_attempts: Stripe.SetupAttempt;
  mandates: Stripe.Mandate;
  attempts: AttemptRecord;
  cards: CardRecord;
  debits: DebitRecord;
}

/** The fields by which rows are found without looking at all of them. */
export const PAYMENT_INDEXES = {
  customers: ['email', 'test_clock'],
  payment_methods: ['customer'],
  payment_intents: ['customer'],
  charges: ['payment_intent', 'customer'],
  setup_intents: ['customer', 'payment_method'],
  setup_attempts: ['setup_intent'],
  mandates: [],
  attempts: [],
  cards: [],
  debits: [],
} as const satisfies { readonly [N in keyof PaymentTables]: readonly string[] };

export type PaymentTask = 'expire_authorization' | 'finish_processing';
