import type Stripe from 'stripe';
import type { WebhookFault } from './faults';

/** An event as Stripe's list answers it, with an open type: the SDK's union has one member for each of its types. */
export interface EventRecord {
  id: string;
  object: 'event';
  api_version: string;
  created: number;
  data: { object: object; previous_attributes?: object };
  livemode: false;
  pending_webhooks: number;
  request: { id: string | null; idempotency_key: string | null };
  type: Stripe.Event['type'];
}

export interface WebhookEndpointRecord extends Stripe.WebhookEndpoint {
  secret: string;
}

export interface DeliveryTry {
  at: string;
  status: number | null;
  error: string | null;
}

export interface DeliveryRecord {
  id: string;
  event: string;
  event_type: string;
  endpoint: string;
  url: string;
  status: 'pending' | 'delivered' | 'failed' | 'dropped';
  tries: DeliveryTry[];
  fault: WebhookFault | null;
}

export interface IdempotencyRecord {
  /** The key itself: keys are one account's, and there is one account. */
  id: string;
  endpoint: string;
  parameters: string;
  createdMs: number;
  requestId: string;
  status: number;
  body: string;
}

/** What Stripe knows of a payment intent beyond the object that it shows. */
export interface AttemptRecord {
  /** The payment intent's id. */
  id: string;
  returnUrl: string | null;
  charges: string[];
}

/** Which test card stands behind a payment method. */
export interface CardRecord {
  /** The payment method's id. */
  id: string;
  token: string;
  setUpForOffSession: boolean;
}

export interface TaskRecord {
  id: string;
  kind: 'settle_charge' | 'expire_authorization';
  object: string;
  dueMs: number;
}

export interface MetaRecord {
  id: 'account' | 'clock';
  value: string;
}

export interface Tables {
  payment_intents: Stripe.PaymentIntent;
  payment_methods: Stripe.PaymentMethod;
  charges: Stripe.Charge;
  balance_transactions: Stripe.BalanceTransaction;
  events: EventRecord;
  webhook_endpoints: WebhookEndpointRecord;
  deliveries: DeliveryRecord;
  idempotency: IdempotencyRecord;
  attempts: AttemptRecord;
  cards: CardRecord;
  tasks: TaskRecord;
  meta: MetaRecord;
}

export type TableName = keyof Tables;

export const TABLE_NAMES = [
  'payment_intents',
  'payment_methods',
  'charges',
  'balance_transactions',
  'events',
  'webhook_endpoints',
  'deliveries',
  'idempotency',
  'attempts',
  'cards',
  'tasks',
  'meta',
] as const satisfies readonly TableName[];
