import type Stripe from 'stripe';
import type { Clock } from './clock';
import type { Faults } from '../faults/faults';
import type { TableName } from './records';
import type { Settings } from './settings';
import type { Transaction } from './store';

/** The version whose objects the simulator shows; the SDK pins the same. */
export const API_VERSION = '2026-09-30.endive';

export interface Origin {
  requestId: string | null;
  idempotencyKey: string | null;
  /** Asked with a publishable key, as Stripe.js does. */
  publishable: boolean;
}

/** What a change works with; it ends with the transaction. */
export interface Context {
  readonly tx: Transaction;
  /** The time of this change: the simulator's, a task's due time, or a test clock's. */
  readonly clock: Pick<Clock, 'now' | 'nowMs'>;
  /** The time of this change where no test clock counts: payments go by it even for a customer on a test clock. */
  readonly realClock: Pick<Clock, 'now' | 'nowMs'>;
  /** The test clock whose time `clock` shows, or null. Tasks set in this change wait for the same clock. */
  readonly testClock: string | null;
  readonly rules: Rules;
  readonly faults: Faults;
  readonly settings: Settings;
  readonly publicUrl: string;
  readonly accountId: string;
  readonly origin: Origin;
  /** Deliveries begun by this change, to be started once the answer is written. */
  readonly deliveries: string[];
}

/** What an event brings about in the same change, such as a dispute after a charge; gets the id of the event's object. */
export type Reaction = (ctx: Context, id: string) => void;
/** What the passing of time brings; gets the id that the task was set for, and must look what has become of it. */
export type TaskHandler = (ctx: Context, object: string) => void;
/** A field that Stripe leaves out unless it is expanded; gets the row that would hold it. */
export type Inclusion = (ctx: Context, row: { id: string }) => unknown;
/** How a stored row is shown, where time alone changes what it shows. */
export type Presenter = (ctx: Context, row: { id: string }) => { id: string };

/** What the parts of the simulator do for each other without knowing each other. */
export interface Rules {
  readonly tasks: ReadonlyMap<string, TaskHandler>;
  readonly reactions: ReadonlyMap<string, readonly Reaction[]>;
  /** By `object.field`, such as `charge.refunds`. */
  readonly inclusions: ReadonlyMap<string, Inclusion>;
  readonly presenters: ReadonlyMap<TableName, Presenter>;
  readonly publicViews: Readonly<PublicViews>;
}

/** What Stripe.js gets to see of an object that an error carries. */
export interface PublicViews {
  payment_intent?: (intent: Stripe.PaymentIntent) => Partial<Stripe.PaymentIntent>;
  setup_intent?: (intent: Stripe.SetupIntent) => Partial<Stripe.SetupIntent>;
}
