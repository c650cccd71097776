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

/** Why Stripe does not take the customer as it is: a code and the field, never what stood there. */
export interface CustomerRefusal {
  readonly code: string;
  readonly field: string | null;
}

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
  /** When Stripe is to be told, or told again; null when there is nothing to tell. */
  readonly syncDueAt: Date | null;
  readonly syncTries: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly version: number;
}

/** Someone who pays: what is known of them, and how far Stripe has been told. Pure; time is passed in. */
export class Customer {
  private pending: CustomerEvent[] = [];

  private constructor(private props: CustomerProps) {}

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

  snapshot(): CustomerProps {
    return this.props;
  }

  get id(): string {
    return this.props.id;
  }
  get stripeCustomer(): string | null {
    return this.props.stripeCustomer;
  }
  /** Stripe has taken all that there is to know. */
  get isInStep(): boolean {
    return this.props.stripeRevision === this.props.revision;
  }

  pullEvents(): readonly CustomerEvent[] {
    const events = this.pending;
    this.pending = [];
    return events;
  }

  /** The collection stored it under this version. */
  stored(version: number): void {
    this.props = { ...this.props, version };
  }

  /** @returns whether anything is different now. */
  change(changes: Partial<CustomerDetails>, now: Date, syncDueAt: Date, cause: string): boolean {
    const next = { ...this.props, ...changes };
    const fields = (Object.keys(changes) as (keyof CustomerDetails)[]).filter(
      (field) => !sameValue(this.props[field], next[field]),
    );
    if (fields.length === 0) return false;
    this.props = next;
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

  /** Stripe took what stood here at this revision. */
  taken(stripeCustomer: string, revision: number, now: Date, cause: string): void {
    const stripeRevision = Math.max(this.props.stripeRevision, revision);
    const isNew = this.props.stripeCustomer === null;
    const syncDueAt = stripeRevision === this.props.revision ? null : now;
    this.props = { ...this.props, stripeCustomer, stripeRevision, refusal: null, syncDueAt, syncTries: 0 };
    if (isNew) this.record('customer.linked', now, cause, { stripeCustomer });
  }

  /** Stripe will never take this revision: the next change is told again. */
  refusedByStripe(refusal: CustomerRefusal, revision: number, now: Date, cause: string): void {
    if (revision !== this.props.revision || sameValue(this.props.refusal, refusal)) return;
    this.props = { ...this.props, refusal, syncDueAt: null, updatedAt: now };
    this.record('customer.refused', now, cause, { ...refusal });
  }

  /** Stripe did not answer, or not yet. */
  syncLater(at: Date): void {
    if (this.isInStep || this.props.refusal !== null) return;
    this.props = { ...this.props, syncDueAt: at, syncTries: this.props.syncTries + 1 };
  }

  /** Deleted at Stripe: its saved payment methods went with it, and a new one is made when it is needed. */
  unlinked(now: Date, syncDueAt: Date, cause: string): void {
    const { stripeCustomer } = this.props;
    if (stripeCustomer === null) return;
    this.props = { ...this.props, stripeCustomer: null, stripeRevision: 0, defaultPaymentMethod: null };
    this.tellStripe(now, syncDueAt);
    this.record('customer.unlinked', now, cause, { stripeCustomer });
  }

  private tellStripe(now: Date, syncDueAt: Date): void {
    const revision = this.props.revision + 1;
    this.props = { ...this.props, revision, refusal: null, syncDueAt, syncTries: 0, updatedAt: now };
  }

  private record(type: CustomerEventType, at: Date, cause: string, data: Record<string, unknown>): void {
    this.pending.push({ type, customerId: this.id, at, cause, data });
  }
}
