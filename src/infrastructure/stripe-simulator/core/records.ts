import type Stripe from 'stripe';
import { BALANCE_INDEXES, type BalanceTables, type BalanceTask } from '../balance/records';
import { BILLING_INDEXES, type BillingTables, type BillingTask } from '../billing/records';
import type { WebhookFault } from '../faults/faults';
import { PAYMENT_INDEXES, type PaymentTables, type PaymentTask } from '../payments/records';
import { REVERSAL_INDEXES, type ReversalTables, type ReversalTask } from '../reversals/records';
import { SUBSCRIPTION_INDEXES, type SubscriptionTables, type SubscriptionTask } from '../subscriptions/records';

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
  /** Never shown: the test clock by whose time it was made, which says nothing of its age. */
  test_clock?: string;
}

export interface WebhookEndpointRecord extends Stripe.WebhookEndpoint {
  secret: string;
  /** Secrets that were rolled but sign along until then. */
  old_secrets?: readonly { secret: string; expiresMs: number }[];
}

export interface DeliveryTry {
  at: string;
  durationMs: number;
  status: number | null;
  /** The first characters of the endpoint's answer. */
  answer: string;
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
  /** Shared with the rows that it shows, so that keeping it costs little. */
  body: object;
}

export type TaskKind = BalanceTask | BillingTask | PaymentTask | ReversalTask | SubscriptionTask;

export interface TaskRecord {
  id: string;
  kind: TaskKind;
  object: string;
  dueMs: number;
  /** The test clock that it waits for; null waits for the simulator's own. */
  clock: string | null;
}

export interface MetaRecord {
  id: 'account' | 'clock';
  value: string;
}

interface CoreTables {
  events: EventRecord;
  webhook_endpoints: WebhookEndpointRecord;
  deliveries: DeliveryRecord;
  idempotency: IdempotencyRecord;
  tasks: TaskRecord;
  meta: MetaRecord;
}

export interface Tables
  extends CoreTables, PaymentTables, ReversalTables, BalanceTables, BillingTables, SubscriptionTables {}

export type TableName = keyof Tables;

/** Every table, with the fields by which its rows are found without looking at all of them. */
export const INDEXES = {
  events: [],
  webhook_endpoints: [],
  deliveries: ['event'],
  idempotency: [],
  tasks: ['object', 'clock'],
  meta: [],
  ...PAYMENT_INDEXES,
  ...REVERSAL_INDEXES,
  ...BALANCE_INDEXES,
  ...BILLING_INDEXES,
  ...SUBSCRIPTION_INDEXES,
} as const satisfies { readonly [N in TableName]: readonly IndexedField<Tables[N]>[] };

/** A field of the row, or the way to one through hashes. */
type IndexedField<R> = (string & keyof R) | `${string & keyof R}.${string}`;

export type IndexOf<N extends TableName> = (typeof INDEXES)[N][number];

export const TABLE_NAMES = Object.keys(INDEXES) as TableName[];
