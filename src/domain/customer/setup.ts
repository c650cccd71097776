import { Aggregate } from '../shared/aggregate';
import { backoff, pauseWhileAway } from '../shared/backoff';
import { sameValue } from '../shared/same-value';
import { mayFollow, type Transitions } from '../shared/transitions';
import type { CustomerEvent, CustomerEventType } from './customer-events';

export const SETUP_STATUSES = [
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
  'processing',
  'succeeded',
  'canceled',
  'failed',
] as const;
/** Stripe's own, and `failed`: Stripe refused to make it at all. */
export type SetupStatus = (typeof SETUP_STATUSES)[number];

const OPEN = ['requires_payment_method', 'requires_confirmation', 'requires_action', 'processing'] as const;

/** Stripe moves a setup several steps between two looks at it, so whatever is open may lead anywhere. */
export const SETUP_TRANSITIONS: Transitions<SetupStatus> = {
  requires_payment_method: [...OPEN, 'succeeded', 'canceled', 'failed'],
  requires_confirmation: [...OPEN, 'succeeded', 'canceled'],
  requires_action: [...OPEN, 'succeeded', 'canceled'],
  processing: [...OPEN, 'succeeded', 'canceled'],
  succeeded: [],
  canceled: [],
  failed: [],
};

export type SetupUsage = 'on_session' | 'off_session';

/** Stripe keeps a key for at least 24 hours. */
const REPEATABLE_FOR = 23 * 3_600_000;

/** For how long an open one is looked at, should all events of it be lost. Who comes back later is told by events again. */
const FOLLOWED_FOR = 24 * 3_600_000;
const FIRST_LOOK = 30_000;

/** In doubt for longer than this, it is listed for a person; it is still looked for. */
const HAND_OVER_AFTER = 3_600_000;
const ADVICE = "Whether Stripe made this setup could not be found out. Look at the customer in Stripe's dashboard.";
const NOT_HANDED_OVER = { handedOverAt: null, handedOverReason: null } as const;

/** That the customer agreed to their card being kept. */
export interface Consent {
  /** Which text they agreed to: the caller's own name of it. */
  readonly textVersion: string;
  readonly at: Date;
  /** The network address from which they agreed; personal data. */
  readonly address: string | null;
}

/** What is asked of Stripe; sealed where it is stored. */
export interface SetupRequest {
  readonly stripeCustomer: string;
  /** Null where the customer's browser gives it, with the client secret. */
  readonly paymentMethod: string | null;
  readonly confirm: boolean;
  readonly returnUrl: string | null;
}

/** Stripe's codes and the field that it names; its messages may quote what stood there. */
export interface SetupFailure {
  readonly code: string;
  readonly declineCode: string | null;
  readonly field: string | null;
}

/** How a setup stands at Stripe. */
export interface SetupObservation {
  readonly setupIntent: string;
  readonly status: Exclude<SetupStatus, 'failed'>;
  readonly clientSecret: string | null;
  readonly nextAction: { readonly type: string } | null;
  readonly redirectUrl: string | null;
  readonly failure: SetupFailure | null;
  readonly paymentMethod: string | null;
}

export interface SetupProps {
  readonly id: string;
  readonly customerId: string;
  readonly status: SetupStatus;
  readonly usage: SetupUsage;
  readonly request: SetupRequest;
  readonly consent: Consent;
  /** Null until Stripe's answer is known. */
  readonly setupIntent: string | null;
  readonly clientSecret: string | null;
  readonly nextAction: { readonly type: string } | null;
  readonly redirectUrl: string | null;
  readonly failure: SetupFailure | null;
  readonly paymentMethod: string | null;
  /** When Stripe is to be asked what became of it; null when there is nothing to find out. */
  readonly checkDueAt: Date | null;
  /** How often the answer was lost. */
  readonly checks: number;
  readonly firstSentAt: Date;
  /** When it was listed for a person, and why: it is looked for all the same. */
  readonly handedOverAt: Date | null;
  readonly handedOverReason: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly version: number;
}

/** The saving of a payment method, with the customer's consent: one SetupIntent of Stripe's. */
export class Setup extends Aggregate<SetupProps, CustomerEvent> {
  /** Committed before Stripe is asked. @param checkDueAt when others find out what became of the call. */
  static begin(
    asked: Pick<SetupProps, 'id' | 'customerId' | 'usage' | 'request' | 'consent'>,
    now: Date,
    checkDueAt: Date,
    cause: string,
  ): Setup {
    const setup = new Setup({
      ...asked,
      status: 'requires_payment_method',
      setupIntent: null,
      clientSecret: null,
      nextAction: null,
      redirectUrl: null,
      failure: null,
      paymentMethod: null,
      checkDueAt,
      checks: 0,
      firstSentAt: now,
      ...NOT_HANDED_OVER,
      createdAt: now,
      updatedAt: now,
      version: 1,
    });
    const { textVersion } = asked.consent;
    setup.record('customer.setup_begun', now, cause, { textVersion, usage: asked.usage });
    return setup;
  }

  static restore(props: SetupProps): Setup {
    return new Setup(props);
  }

  get customerId(): string {
    return this.props.customerId;
  }
  get setupIntent(): string | null {
    return this.props.setupIntent;
  }
  /** Whether Stripe made it is being found out. */
  get isUnknown(): boolean {
    return this.props.setupIntent === null && !this.isFinal;
  }
  get isFinal(): boolean {
    return SETUP_TRANSITIONS[this.props.status].length === 0;
  }
  /** Stripe's key derives from our id, so that whoever repeats it, repeats the same thing. */
  get idempotencyKey(): string {
    return `cashdesk-${this.id}`;
  }

  /** Takes over what Stripe shows; an older view of one that is over changes nothing. @returns whether anything changed. */
  observe(seen: SetupObservation, now: Date, cause: string): boolean {
    const { status, setupIntent } = this.props;
    if (setupIntent !== null && setupIntent !== seen.setupIntent) {
      throw new Error(`${this.id} is ${setupIntent} at Stripe, not ${seen.setupIntent}`);
    }
    if (seen.status !== status && !mayFollow(SETUP_TRANSITIONS, status, seen.status)) return false;
    const isOver = SETUP_TRANSITIONS[seen.status].length === 0;
    // Once it is known at Stripe, looks follow each other by themselves, however many events come in between.
    const checkDueAt = setupIntent === null ? this.nextLook(now) : this.props.checkDueAt;
    const next: SetupProps = {
      ...this.props,
      ...seen,
      // Nobody has a use for them any more.
      ...(isOver ? { clientSecret: null, redirectUrl: null, nextAction: null } : {}),
      checkDueAt: isOver ? null : checkDueAt,
      checks: 0,
      ...NOT_HANDED_OVER,
    };
    if (sameValue(this.props, next)) return false;
    const failedAnew = next.failure !== null && !sameValue(next.failure, this.props.failure);
    this.props = { ...next, updatedAt: now };
    if (failedAnew) {
      const { code, declineCode } = next.failure;
      this.record('customer.setup_failed', now, cause, { code, declineCode });
    }
    return true;
  }

  /** Stripe was asked how it stands. @returns whether that changed when it is asked again. */
  lookedAt(now: Date): boolean {
    if (this.isUnknown || this.isFinal) return false;
    this.props = { ...this.props, checkDueAt: this.nextLook(now) };
    return true;
  }

  /** Stripe refused to make it, so nothing can come of it. */
  refused(failure: SetupFailure, now: Date, cause: string): void {
    if (this.props.setupIntent !== null) throw new Error(`${this.id}: only Stripe ends a setup that it knows`);
    this.props = { ...this.props, status: 'failed', failure, checkDueAt: null, ...NOT_HANDED_OVER, updatedAt: now };
    const { code, declineCode } = failure;
    this.record('customer.setup_failed', now, cause, { code, declineCode });
  }

  /** Someone sends it, or looks for it, once more; should they not come back, others do from `checkDueAt` on. */
  takeUp(checkDueAt: Date): void {
    if (!this.isUnknown) throw new Error(`${this.id}: it is known what became of it`);
    const checks = this.neverLeft ? 0 : Math.max(this.props.checks, 1);
    this.props = { ...this.props, checkDueAt, checks };
  }

  /** The answer was lost, so the same is sent again under the same key, while Stripe keeps that. */
  doubtful(now: Date): void {
    if (!this.isUnknown) return;
    const { checks } = this.props;
    this.props = { ...this.props, checkDueAt: new Date(now.getTime() + backoff(checks, this.id)), checks: checks + 1 };
    this.handOverWhenLate(now);
  }

  /** Stripe did not answer at all: that counts as no look. */
  unasked(now: Date): void {
    if (!this.isUnknown) return;
    this.props = { ...this.props, checkDueAt: new Date(now.getTime() + pauseWhileAway(this.id)) };
    this.handOverWhenLate(now);
  }

  /**
   * Nothing left, so it is for whoever asked to send it again, and it ends when nobody has. That a repeat did not get
   * through says nothing of what went before it.
   */
  neverReached(now: Date): void {
    if (!this.isUnknown) return;
    if (this.props.checks > 0) this.unasked(now);
    else this.props = { ...this.props, checkDueAt: this.repeatableUntil };
  }

  /** Past this, a repeat could be taken for a new request: only the list of all setups tells what became of it. */
  get repeatableUntil(): Date {
    return new Date(this.props.firstSentAt.getTime() + REPEATABLE_FOR);
  }

  private handOverWhenLate(now: Date): void {
    const { handedOverAt, firstSentAt } = this.props;
    if (handedOverAt !== null || now.getTime() - firstSentAt.getTime() <= HAND_OVER_AFTER) return;
    this.props = { ...this.props, handedOverAt: now, handedOverReason: ADVICE };
    this.record('customer.setup_needs_person', now, 'sweeper', { reason: ADVICE });
  }

  /** After as long again as it has been open: what the customer does late is found late, and few looks are in vain. */
  private nextLook(now: Date): Date | null {
    const begun = this.props.createdAt.getTime();
    const age = now.getTime() - begun;
    if (age >= FOLLOWED_FOR) return null;
    return new Date(Math.min(now.getTime() + Math.max(age, FIRST_LOOK), begun + FOLLOWED_FOR));
  }

  private get neverLeft(): boolean {
    return this.props.checks === 0 && this.props.checkDueAt?.getTime() === this.repeatableUntil.getTime();
  }

  private record(type: CustomerEventType, at: Date, cause: string, data: Record<string, unknown>): void {
    this.remember({ type, customerId: this.customerId, at, cause, data: { setup: this.id, ...data } });
  }
}
