import { Aggregate } from '../shared/aggregate';
import { sameValue } from '../shared/same-value';
import type { CustomerEvent, CustomerEventType } from './customer-events';

export interface Address {
  readonly line1: string | null;
  readonly line2: string | null;
  readonly city: string | null;
  readonly state: string | null;
  readonly postalCode: string | null;
  /** ISO 3166-1 alpha-2, in upper case. */
  readonly country: string | null;
}

/** What is known of the person. All of it is personal data: sealed where it is stored, never in a log or a job. */
export interface CustomerDetails {
  /** The `sub` of the customer's tokens, by which they are recognised under /billing. */
  readonly subject: string | null;
  readonly email: string | null;
  readonly name: string | null;
  readonly phone: string | null;
  readonly address: Address | null;
  readonly metadata: Readonly<Record<string, string>>;
}

export const NOTHING_KNOWN: CustomerDetails = {
  subject: null,
  email: null,
  name: null,
  phone: null,
  address: null,
  metadata: {},
};

/** Why Stripe does not take the customer as it is: a code and the field, never what stood there. */
export interface CustomerRefusal {
  readonly code: string;
  readonly field: string | null;
}

/** The making of the customer at Stripe that is under way: repeated as it is until its answer is known. */
export interface Creation {
  /** Under which it was sent, so that its idempotency key is the same each time. */
  readonly revision: number;
  readonly details: CustomerDetails;
  readonly firstSentAt: Date;
  /** When Stripe failed at it: that is replayed under the key, so repeating it teaches nothing. */
  readonly failedAt: Date | null;
}

/** What Stripe is to be told next. */
export type Telling =
  | { readonly kind: 'nothing' }
  /** A creation has to be begun, and committed, before Stripe is asked. */
  | { readonly kind: 'begin' }
  | { readonly kind: 'create'; readonly creation: Creation }
  /** What was sent may have had its effect, and can no longer be repeated: Stripe's list says whether it did. */
  | { readonly kind: 'look'; readonly creation: Creation }
  | { readonly kind: 'update'; readonly stripeCustomer: string; readonly revision: number };

/** Stripe keeps an idempotency key for at least 24 hours; past this age a repeat could make a second customer. */
export const CREATION_REPEATABLE_FOR = 23 * 3_600_000;

/** A call that Stripe failed at, or whose answer was lost, may still have its effect for so long. */
const UNDER_WAY_FOR = 120_000;

export interface CustomerProps extends CustomerDetails {
  readonly id: string;
  /** `pm_…`, charged when nothing else is said; always one that is saved. */
  readonly defaultPaymentMethod: string | null;
  /** Stripe's `cus_…`; null until Stripe has taken it. */
  readonly stripeCustomer: string | null;
  /** Raised by each change that Stripe has to know of. */
  readonly revision: number;
  /** The last revision that Stripe took; 0 for none. */
  readonly stripeRevision: number;
  readonly refusal: CustomerRefusal | null;
  /** Null when Stripe has made it, or has nothing to make. */
  readonly creation: Creation | null;
  /** Keys of metadata that are gone here, and may still stand at Stripe, which merges what it is given. */
  readonly removedMetadata: readonly string[];
  /** When Stripe is to be told, or told again; null when there is nothing to tell. */
  readonly syncDueAt: Date | null;
  readonly syncTries: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly version: number;
}

/** Someone who pays: what is known of them, and how far Stripe has been told. Pure; time is passed in. */
export class Customer extends Aggregate<CustomerProps, CustomerEvent> {
  /** @param syncDueAt when Stripe is told by others, should whoever creates it not come to it. */
  static create(id: string, details: CustomerDetails, now: Date, syncDueAt: Date, cause: string): Customer {
    const customer = new Customer({
      ...details,
      id,
      defaultPaymentMethod: null,
      stripeCustomer: null,
      revision: 1,
      stripeRevision: 0,
      refusal: null,
      creation: { revision: 1, details, firstSentAt: now, failedAt: null },
      removedMetadata: [],
      syncDueAt,
      syncTries: 0,
      createdAt: now,
      updatedAt: now,
      version: 1,
    });
    customer.record('customer.created', now, cause, {});
    return customer;
  }

  static restore(props: CustomerProps): Customer {
    return new Customer(props);
  }

  get stripeCustomer(): string | null {
    return this.props.stripeCustomer;
  }
  /** Stripe has taken all that there is to know. */
  get isInStep(): boolean {
    return this.props.stripeRevision === this.props.revision;
  }
  /** Deleted there: nothing is told until someone needs it there again. */
  get isGoneAtStripe(): boolean {
    return this.props.stripeCustomer === null && this.isInStep;
  }

  /** @returns whether anything is different now. */
  change(changes: Partial<CustomerDetails>, now: Date, syncDueAt: Date, cause: string): boolean {
    const before = this.props;
    const next = { ...before, ...changes };
    const fields = (Object.keys(changes) as (keyof CustomerDetails)[]).filter(
      (field) => !sameValue(before[field], next[field]),
    );
    if (fields.length === 0) return false;
    const known = new Set([...before.removedMetadata, ...Object.keys(before.metadata)]);
    const removedMetadata = [...known].filter((key) => !Object.hasOwn(next.metadata, key));
    this.props = { ...next, removedMetadata };
    this.tellStripe(now, syncDueAt);
    // Names of fields only: events stand in clear.
    this.record('customer.changed', now, cause, { fields });
    return true;
  }

  /** @param paymentMethod one that is saved for this customer, or null for none. */
  setDefault(paymentMethod: string | null, now: Date, syncDueAt: Date, cause: string): boolean {
    if (this.props.defaultPaymentMethod === paymentMethod) return false;
    this.props = { ...this.props, defaultPaymentMethod: paymentMethod };
    this.tellStripe(now, syncDueAt);
    this.record('customer.default_changed', now, cause, { paymentMethod });
    return true;
  }

  /** Stripe shows another default than ours. While it has yet to be told of a change, ours is the later one and stays. */
  defaultShown(paymentMethod: string | null, now: Date, cause: string): boolean {
    if (!this.isInStep || this.props.defaultPaymentMethod === paymentMethod) return false;
    this.props = { ...this.props, defaultPaymentMethod: paymentMethod, updatedAt: now };
    this.record('customer.default_changed', now, cause, { paymentMethod });
    return true;
  }

  /** @param needed someone is about to use it at Stripe, so that one that was deleted there is made anew. */
  telling(now: Date, needed: boolean): Telling {
    const { stripeCustomer, creation, refusal, revision } = this.props;
    if (refusal !== null) return { kind: 'nothing' };
    if (stripeCustomer !== null) {
      return this.isInStep ? { kind: 'nothing' } : { kind: 'update', stripeCustomer, revision };
    }
    if (creation === null) return this.isGoneAtStripe && !needed ? { kind: 'nothing' } : { kind: 'begin' };
    const isRepeatable = creation.failedAt === null && now.getTime() < repeatableUntil(creation);
    return { kind: isRepeatable ? 'create' : 'look', creation };
  }

  /**
   * A new revision and with it a new idempotency key: nothing that was sent before can be taken for it.
   * @param instead of this creation, which came to nothing; another one in its place is left alone.
   */
  beginCreation(instead: Creation | null, now: Date, syncDueAt: Date): void {
    const { creation, stripeCustomer } = this.props;
    if (stripeCustomer !== null || creation?.revision !== instead?.revision) return;
    const revision = this.props.revision + 1;
    const { subject, email, name, phone, address, metadata } = this.props;
    const details: CustomerDetails = { subject, email, name, phone, address, metadata };
    const begun: Creation = { revision, details, firstSentAt: now, failedAt: null };
    this.props = { ...this.props, revision, creation: begun, refusal: null, syncDueAt, removedMetadata: [] };
  }

  /** Stripe made it, as this revision said; an answer to a creation that another took the place of changes nothing. */
  created(stripeCustomer: string, revision: number, now: Date, cause: string): void {
    if (this.props.creation?.revision !== revision) return;
    this.props = { ...this.props, stripeCustomer, creation: null };
    this.tookRevision(revision, now);
    this.record('customer.linked', now, cause, { stripeCustomer });
  }

  /** Stripe failed at it, and will say so again under the same key. */
  creationFailed(revision: number, now: Date): void {
    const { creation } = this.props;
    if (creation?.revision !== revision) return;
    this.props = { ...this.props, creation: { ...creation, failedAt: now } };
  }

  /** Stripe took what stood here at this revision. */
  updated(stripeCustomer: string, revision: number, now: Date): void {
    if (this.props.stripeCustomer !== stripeCustomer) return;
    // A later revision was answered first, so this one may have come after it and overwritten it.
    if (revision < this.props.stripeRevision) this.tellStripe(now, now);
    else this.tookRevision(revision, now);
  }

  /** Stripe will never take this revision: the next change is told again. */
  refusedByStripe(refusal: CustomerRefusal, revision: number, now: Date, cause: string): void {
    if (this.props.creation?.revision === revision) this.props = { ...this.props, creation: null };
    if (revision !== this.props.revision || this.isInStep || this.props.refusal !== null) return;
    this.props = { ...this.props, refusal, syncDueAt: null, syncTries: 0, updatedAt: now };
    this.record('customer.refused', now, cause, { ...refusal });
  }

  /** Stripe did not answer, or not yet: it is told again. @param revision what was told. */
  unanswered(revision: number, now: Date, syncDueAt: Date): void {
    // A later revision was taken meanwhile; this one may yet come after it and overwrite it.
    if (revision < this.props.stripeRevision) this.tellStripe(now, syncDueAt);
    else if (!this.isInStep && this.props.refusal === null) {
      this.props = { ...this.props, syncDueAt, syncTries: this.props.syncTries + 1 };
    }
  }

  /**
   * Deleted at Stripe: its saved payment methods went with it. A new one is made when it is needed there, not before:
   * whoever deleted it may have been asked to by the person.
   */
  unlinked(stripeCustomer: string, now: Date, cause: string): boolean {
    if (this.props.stripeCustomer !== stripeCustomer) return false;
    const { revision } = this.props;
    const nothing = { refusal: null, removedMetadata: [], syncDueAt: null, syncTries: 0, defaultPaymentMethod: null };
    this.props = { ...this.props, ...nothing, stripeCustomer: null, stripeRevision: revision, updatedAt: now };
    this.record('customer.unlinked', now, cause, { stripeCustomer });
    return true;
  }

  private tookRevision(stripeRevision: number, now: Date): void {
    this.props = { ...this.props, stripeRevision, syncTries: 0 };
    if (this.isInStep) this.props = { ...this.props, refusal: null, syncDueAt: null, removedMetadata: [] };
    else if (this.props.refusal === null) this.props = { ...this.props, syncDueAt: now };
  }

  private tellStripe(now: Date, syncDueAt: Date): void {
    const revision = this.props.revision + 1;
    if (this.isGoneAtStripe) {
      this.props = { ...this.props, revision, stripeRevision: revision, updatedAt: now };
      return;
    }
    this.props = { ...this.props, revision, refusal: null, syncDueAt, syncTries: 0, updatedAt: now };
  }

  private record(type: CustomerEventType, at: Date, cause: string, data: Record<string, unknown>): void {
    this.remember({ type, customerId: this.id, at, cause, data });
  }
}

function repeatableUntil({ firstSentAt }: Creation): number {
  return firstSentAt.getTime() + CREATION_REPEATABLE_FOR;
}

/** Whether what Stripe's list does not show now was not made: nothing that was sent can still be at work. */
export function listProves(creation: Creation, now: Date): boolean {
  const lastSent = creation.failedAt?.getTime() ?? repeatableUntil(creation);
  return now.getTime() - lastSent >= UNDER_WAY_FOR;
}
