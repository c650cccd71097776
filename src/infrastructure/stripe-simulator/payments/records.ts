import type Stripe from 'stripe';

/** What Stripe knows of a payment intent beyond the object that it shows. */
export interface AttemptRecord {
  /** The payment intent's id. */
  id: string;
  returnUrl: string | null;
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

/** Keeps its place in lists, and is in no index. */
export interface DeletedCustomerRecord extends Stripe.DeletedCustomer {
  created: number;
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
}

/** The fields by which rows are found without looking at all of them. */
export const PAYMENT_INDEXES = {
  customers: ['email', 'test_clock'],
  payment_methods: ['customer'],
  payment_intents: ['customer'],
  charges: ['payment_intent', 'customer'],
  setup_intents: ['customer'],
  setup_attempts: ['setup_intent'],
  mandates: [],
  attempts: [],
  cards: [],
} as const satisfies { readonly [N in keyof PaymentTables]: readonly string[] };

export type PaymentTask = 'expire_authorization' | 'finish_processing';
