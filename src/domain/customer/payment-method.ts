import { Aggregate } from '../shared/aggregate';
import { sameValue } from '../shared/same-value';
import { backoff } from '../shared/backoff';
import { mayFollow, type Transitions } from '../shared/transitions';
import type { CustomerEvent, CustomerEventType } from './customer-events';

export const PAYMENT_METHOD_STATES = ['saved', 'detaching', 'detached'] as const;
export type PaymentMethodState = (typeof PAYMENT_METHOD_STATES)[number];

/** `detaching` is committed before Stripe is told; a refusal leads back. */
export const PAYMENT_METHOD_TRANSITIONS: Transitions<PaymentMethodState> = {
  saved: ['detaching', 'detached'],
  detaching: ['saved', 'detached'],
  detached: [],
};

/** What Stripe shows of a method; of a card nothing that could be charged with. */
export interface PaymentMethodDetails {
  readonly type: string;
  readonly brand: string | null;
  readonly last4: string | null;
  readonly funding: string | null;
  readonly country: string | null;
  /** The month in which a card ends; null for methods that do not. */
  readonly expiry: { readonly year: number; readonly month: number } | null;
}

export interface PaymentMethodProps {
  /** Stripe's `pm_…`. */
  readonly id: string;
  readonly customerId: string;
  /** The setup by which it was saved, with its consent; null when it was attached elsewhere, as in Stripe's dashboard. */
  readonly setupId: string | null;
  readonly details: PaymentMethodDetails;
  readonly state: PaymentMethodState;
  /** When Stripe is to be asked about it; null when there is nothing to ask. */
  readonly checkDueAt: Date | null;
  readonly checks: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly detachedAt: Date | null;
  readonly version: number;
}

/** A payment method that a customer keeps with us, at Stripe. */
export class PaymentMethod extends Aggregate<PaymentMethodProps, CustomerEvent> {
  /**
   * @param checkDueAt when Stripe is asked once more: a detachment that was told of between the look at Stripe and now
   * found nothing here to detach.
   */
  static save(
    kept: Pick<PaymentMethodProps, 'id' | 'customerId' | 'setupId' | 'details'>,
    now: Date,
    checkDueAt: Date,
    cause: string,
  ): PaymentMethod {
    const method = new PaymentMethod({
      ...kept,
      state: 'saved',
      checkDueAt,
      checks: 0,
      createdAt: now,
      updatedAt: now,
      detachedAt: null,
      version: 1,
    });
    method.record('customer.payment_method_saved', now, cause);
    return method;
  }

  static restore(props: PaymentMethodProps): PaymentMethod {
    return new PaymentMethod(props);
  }

  get customerId(): string {
    return this.props.customerId;
  }
  get state(): PaymentMethodState {
    return this.props.state;
  }

  /** Stripe shows it anew: banks replace cards, and expiries move. @returns whether anything is different now. */
  shown(details: PaymentMethodDetails, setupId: string | null, now: Date): boolean {
    const { state } = this.props;
    if (state === 'detached') return false;
    const checkDueAt = state === 'saved' ? null : this.props.checkDueAt;
    const next = { ...this.props, details, setupId: this.props.setupId ?? setupId, checkDueAt };
    if (sameValue(this.props, next)) return false;
    this.props = { ...next, updatedAt: now };
    return true;
  }

  /** Committed before Stripe is told. @param checkDueAt when others find out, should whoever asks not come to it. */
  beginDetach(now: Date, checkDueAt: Date): void {
    this.move('detaching', { checkDueAt, updatedAt: now });
  }

  /** Stripe refused, so it stays. */
  detachRefused(now: Date): void {
    this.move('saved', { checkDueAt: null, checks: 0, updatedAt: now });
  }

  detached(now: Date, cause: string): void {
    if (this.props.state === 'detached') return;
    this.move('detached', { checkDueAt: null, detachedAt: now, updatedAt: now });
    this.record('customer.payment_method_detached', now, cause);
  }

  /** Whether Stripe detached it is not known: others ask again. */
  detachDoubtful(now: Date): void {
    const { state, checks } = this.props;
    if (state !== 'detaching') return;
    this.props = { ...this.props, checkDueAt: new Date(now.getTime() + backoff(checks, this.id)), checks: checks + 1 };
  }

  private move(state: PaymentMethodState, change: Partial<PaymentMethodProps>): void {
    const from = this.props.state;
    if (!mayFollow(PAYMENT_METHOD_TRANSITIONS, from, state)) {
      throw new Error(`${this.id}: ${from} cannot become ${state}`);
    }
    this.props = { ...this.props, ...change, state };
  }

  private record(type: CustomerEventType, at: Date, cause: string): void {
    this.remember({ type, customerId: this.customerId, at, cause, data: { paymentMethod: this.id } });
  }
}

/** Whether a card has ended or ends within so many days: it can be charged until the last day of its month. */
export function expiresWithin({ expiry }: PaymentMethodDetails, days: number, now: Date): boolean {
  if (expiry === null) return false;
  const firstDayAfter = Date.UTC(expiry.year, expiry.month, 1);
  return firstDayAfter <= now.getTime() + days * 86_400_000;
}

export interface Month {
  readonly year: number;
  /** From 1 to 12. */
  readonly month: number;
}

/** The months whose cards end within so many days from now, of those that have not ended. @returns null for none. */
export function monthsEndingWithin(days: number, now: Date): { readonly first: Month; readonly last: Month } | null {
  const until = new Date(now.getTime() + days * 86_400_000);
  const first = { year: now.getUTCFullYear(), month: now.getUTCMonth() + 1 };
  const last = monthBefore({ year: until.getUTCFullYear(), month: until.getUTCMonth() + 1 });
  return numberOf(last) < numberOf(first) ? null : { first, last };
}

function monthBefore({ year, month }: Month): Month {
  return month === 1 ? { year: year - 1, month: 12 } : { year, month: month - 1 };
}

function numberOf({ year, month }: Month): number {
  return year * 12 + month;
}
