import type { Doubt } from '../payment/attempt';
import { REPEATABLE_FOR, UNDER_WAY_FOR } from '../payment/settlement';
import { Aggregate } from '../shared/aggregate';
import type { Money } from '../shared/money';
import { sameValue } from '../shared/same-value';
import { mayFollow } from '../shared/transitions';
import type { RefundDecision } from './refund-decision';
import type { RefundEvent, RefundEventType } from './refund-events';
import type { RefundRole } from './refund-limits';
import type { RefundSight } from './refund-sight';
import { REFUND_TRANSITIONS, reserves, type RefundStatus } from './refund-status';

/** Asked for here, or made in Stripe's dashboard and found there. */
export const REFUND_ORIGINS = ['api', 'dashboard'] as const;
export type RefundOrigin = (typeof REFUND_ORIGINS)[number];

export interface RefundFailure {
  /** Stable, Stripe's: `charge_disputed`, or later `expired_or_canceled_card`. */
  readonly code: string;
  /** Stripe's own words; for staff. */
  readonly message: string | null;
}

/** What was asked for; it never changes. */
export interface RefundAsked {
  readonly paymentId: string;
  readonly money: Money;
  readonly reason: string;
  /** Personal data may stand in it. */
  readonly note: string | null;
  /** `key:key_…`, `sub:…` of staff. */
  readonly requestedBy: string;
  readonly requestedRole: RefundRole;
  /** What the policy said; the rule and its version stand in it. */
  readonly decision: RefundDecision | null;
}

export interface RefundProps extends Omit<RefundAsked, 'reason' | 'requestedBy' | 'requestedRole'> {
  readonly id: string;
  readonly status: RefundStatus;
  readonly origin: RefundOrigin;
  /** Stripe's, or null, for one from its dashboard. */
  readonly reason: string | null;
  readonly requestedBy: string | null;
  readonly requestedRole: RefundRole | null;
  /** Until when it is to be decided; kept afterwards. */
  readonly expiresAt: Date | null;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  readonly decisionNote: string | null;
  readonly stripeRefund: string | null;
  /** Why Stripe lets it wait. */
  readonly pendingReason: string | null;
  readonly failure: RefundFailure | null;
  readonly doubt: Doubt | null;
  /** When the request that may have reached Stripe left for the first time. */
  readonly firstSentAt: Date | null;
  /** When the sweeper looks at it; null where nothing is to be found out, and for one just sent: its lease decides. */
  readonly nextCheckAt: Date | null;
  readonly checks: number;
  /** Why a person must look at it. */
  readonly attention: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly version: number;
}

/** How often one that waits for a bank or for the customer is looked at, should Stripe's events be lost. */
const FOLLOWED_EVERY = 6 * 3_600_000;

const TOO_LITTLE_BALANCE = "Stripe's balance is too low for this refund: it goes on when money has come in.";

/** Money on its way back to the payer. It makes one request to Stripe in its life. Pure; time is passed in. */
export class Refund extends Aggregate<RefundProps, RefundEvent> {
  /** @param expiresAt until when somebody has to decide. */
  static request(id: string, asked: RefundAsked, expiresAt: Date | null, now: Date): Refund {
    const refund = new Refund({ ...BLANK, ...asked, id, expiresAt, createdAt: now, updatedAt: now });
    const { money, reason, requestedBy, decision } = asked;
    const { policy = null, version = null, rule = null } = decision ?? {};
    const data = { ...amountOf(money), reason, policy, version, rule, expiresAt };
    refund.record('refund.requested', now, requestedBy, data);
    return refund;
  }

  /** One that Stripe has and nobody here asked for. */
  static mirror(id: string, paymentId: string, money: Money, seen: RefundSight, now: Date, cause: string): Refund {
    const base = { ...BLANK, id, paymentId, money, origin: 'dashboard', reason: seen.reason } as const;
    const times = { createdAt: seen.createdAt, updatedAt: now };
    const refund = new Refund({ ...base, ...times, status: seen.status, ...shown(seen, now) });
    refund.record('refund.mirrored', now, cause, { ...amountOf(money), status: seen.status });
    if (seen.status !== 'pending') refund.record(`refund.${seen.status}`, now, cause, refund.outcome());
    return refund;
  }

  static restore(props: RefundProps): Refund {
    return new Refund(props);
  }

  get status(): RefundStatus {
    return this.props.status;
  }
  get money(): Money {
    return this.props.money;
  }
  get paymentId(): string {
    return this.props.paymentId;
  }
  get stripeRefund(): string | null {
    return this.props.stripeRefund;
  }
  get reserves(): boolean {
    return reserves(this.props.status);
  }
  /** Its request may have reached Stripe, and what came of it is not known. */
  get isOpen(): boolean {
    return this.props.status === 'executing' || this.props.status === 'unknown';
  }
  get checks(): number {
    return this.props.checks;
  }
  /** Stripe's idempotency key: whoever repeats this refund, repeats the same thing. */
  get idempotencyKey(): string {
    return `cashdesk-${this.props.id}`;
  }

  /** @param by null where nobody had to: it is within the limit of who asked. */
  approve(by: string | null, note: string | null, now: Date): void {
    this.decide('approved', by, note, now);
  }

  reject(by: string, note: string | null, now: Date): void {
    this.decide('rejected', by, note, now);
  }

  /** @param by a person, or null when nobody decided in time. */
  withdraw(by: string | null, note: string | null, now: Date): void {
    this.decide('withdrawn', by, note, now);
  }

  /** Nobody decided it in time. */
  isUndecided(now: Date): boolean {
    const { status, expiresAt } = this.props;
    return status === 'requested' && expiresAt !== null && expiresAt <= now;
  }

  /** Repeating the request teaches something, and Stripe still keeps its key. */
  mayRepeat(now: Date): boolean {
    const { doubt, firstSentAt } = this.props;
    if (doubt === 'server_error' || firstSentAt === null) return false;
    return now.getTime() - firstSentAt.getTime() < REPEATABLE_FOR;
  }

  /** Nobody has to do with it any more but a person: what is in doubt is given up only once nothing repeats it. */
  mayWithdraw(now: Date): boolean {
    if (this.status === 'unknown') return this.props.attention !== null && !this.mayRepeat(now);
    return mayFollow(REFUND_TRANSITIONS, this.status, 'withdrawn');
  }

  supersede(now: Date, cause: string): void {
    this.moveTo('superseded', { nextCheckAt: null, attention: null }, now, cause);
  }

  /** Recorded by the commit that precedes the call: from here on it may have left. */
  send(now: Date): void {
    const sent = { firstSentAt: now, nextCheckAt: null, doubt: null, attention: null };
    this.moveTo('executing', sent, now, `refund:${this.id}`);
  }

  /** It provably never left, and is sent again. Only the first sending can prove that. */
  unreached(message: string, now: Date, checkAt: Date): void {
    const unsent = { firstSentAt: null, nextCheckAt: checkAt, checks: this.props.checks + 1 };
    this.moveTo('approved', unsent, now, `refund:${this.id}`, { unreached: message });
  }

  /** The answer was lost. A repeat that is lost as well leaves it as it was. */
  doubtful(doubt: Doubt, message: string, now: Date, checkAt: Date): void {
    const change = { doubt, nextCheckAt: checkAt };
    if (this.status === 'unknown') this.props = { ...this.props, ...change };
    else this.moveTo('unknown', change, now, `refund:${this.id}`, { doubt, message });
  }

  /** Stripe refused it: nothing happened, and nothing will. */
  refuse(failure: RefundFailure, now: Date, cause: string): void {
    this.moveTo('failed', { ...SETTLED, failure }, now, cause, { ...failure });
  }

  /** Whether what Stripe shows is this refund, in a state that can follow. */
  matches(seen: RefundSight): boolean {
    const { id, money, stripeRefund, status } = this.props;
    if (stripeRefund !== null) return stripeRefund === seen.refund;
    const isOurs = seen.refundId === id && seen.amount === money.amount && seen.currency === money.currency;
    return isOurs && mayFollow(REFUND_TRANSITIONS, status, seen.status);
  }

  /**
   * Takes over what Stripe shows. States only lead forward, so that an older view which comes late changes nothing.
   * @returns whether anything changed.
   */
  observe(seen: RefundSight, now: Date, cause: string): boolean {
    const before = this.props;
    if (seen.status === before.status) {
      const next = { ...before, ...shown(seen, now), nextCheckAt: before.nextCheckAt };
      if (sameValue(before, next)) return false;
      this.props = { ...next, updatedAt: now };
      return true;
    }
    if (!mayFollow(REFUND_TRANSITIONS, before.status, seen.status)) return false;
    this.moveTo(seen.status, shown(seen, now), now, cause, outcomeOf(seen));
    return true;
  }

  /** Stripe shows what cannot be: ours stays, and a person is asked. @returns whether that is new. */
  contradict(seen: RefundSight, now: Date, cause: string): boolean {
    const reason = `Stripe shows ${seen.status}, which cannot follow ${this.status}`;
    if (this.props.attention === reason) return false;
    this.props = { ...this.props, attention: reason, updatedAt: now };
    this.record('refund.contradicted', now, cause, { reason, stripeRefund: seen.refund });
    return true;
  }

  /** Looked at, and nothing new. */
  checkAgain(at: Date): void {
    this.props = { ...this.props, checks: this.props.checks + 1, nextCheckAt: at };
  }

  /** Nobody could be asked: that counts as no look. */
  checkAt(at: Date): void {
    this.props = { ...this.props, nextCheckAt: at };
  }

  /** Looked at while a bank or the customer takes their time: not stored anew for each look. */
  follow(now: Date): void {
    const { status, nextCheckAt } = this.props;
    const next = followUp(status, now);
    if (next === null || (nextCheckAt !== null && next.getTime() - nextCheckAt.getTime() < FOLLOWED_EVERY / 2)) return;
    this.props = { ...this.props, nextCheckAt: next };
  }

  handOver(reason: string, now: Date): void {
    if (this.props.attention !== null) return;
    this.props = { ...this.props, attention: reason, updatedAt: now };
    this.record('refund.handed_over', now, 'sweeper', { reason });
  }

  /** A person has looked into it; what is in doubt stays listed until it is known. */
  closeAttention(now: Date, cause: string): void {
    const { attention: reason } = this.props;
    if (reason === null || this.isOpen) throw new Error(`${this.id} is listed for nothing that a look could close`);
    this.props = { ...this.props, attention: null, updatedAt: now };
    this.record('refund.attention_closed', now, cause, { reason });
  }

  /** From when on nothing of its request can be under way at Stripe. */
  get overFrom(): Date {
    const { doubt, firstSentAt, createdAt } = this.props;
    const last = (firstSentAt ?? createdAt).getTime() + (doubt === 'server_error' ? 0 : REPEATABLE_FOR);
    return new Date(last + UNDER_WAY_FOR);
  }

  private decide(status: RefundStatus, by: string | null, note: string | null, now: Date): void {
    const decided = { decidedBy: by, decidedAt: now, decisionNote: note, nextCheckAt: null, attention: null };
    this.moveTo(status, decided, now, by ?? (status === 'withdrawn' ? 'deadline' : 'limit'));
  }

  private moveTo(
    status: RefundStatus,
    change: Partial<RefundProps>,
    now: Date,
    cause: string,
    data: Record<string, unknown> = {},
  ): void {
    const from = this.props.status;
    if (!mayFollow(REFUND_TRANSITIONS, from, status)) {
      throw new Error(`refund ${this.id}: ${from} cannot become ${status}`);
    }
    this.props = { ...this.props, ...change, status, updatedAt: now };
    this.record(`refund.${status}`, now, cause, { from, ...amountOf(this.money), ...data });
  }

  private outcome(): Record<string, unknown> {
    const { stripeRefund, failure, pendingReason } = this.props;
    return { ...amountOf(this.money), stripeRefund, failure: failure?.code ?? null, pendingReason };
  }

  private record(type: RefundEventType, at: Date, cause: string, data: Record<string, unknown>): void {
    this.remember({ type, paymentId: this.paymentId, at, cause, data: { refund: this.id, ...data } });
  }
}

const SETTLED = { doubt: null, nextCheckAt: null, attention: null } as const;

const BLANK = {
  status: 'requested',
  origin: 'api',
  note: null,
  requestedBy: null,
  requestedRole: null,
  decision: null,
  expiresAt: null,
  decidedBy: null,
  decidedAt: null,
  decisionNote: null,
  stripeRefund: null,
  pendingReason: null,
  failure: null,
  firstSentAt: null,
  checks: 0,
  version: 1,
  ...SETTLED,
} as const;

function shown(seen: RefundSight, now: Date): Partial<RefundProps> {
  const tooLittle = seen.status === 'pending' && seen.pendingReason === 'insufficient_funds';
  const ended = seen.status === 'failed' || seen.status === 'canceled';
  return {
    ...SETTLED,
    stripeRefund: seen.refund,
    pendingReason: seen.status === 'pending' ? seen.pendingReason : null,
    failure: ended ? { code: seen.failureReason ?? 'unknown', message: null } : null,
    attention: tooLittle ? TOO_LITTLE_BALANCE : null,
    nextCheckAt: followUp(seen.status, now),
  };
}

function followUp(status: RefundStatus, now: Date): Date | null {
  const waits = status === 'pending' || status === 'requires_action';
  return waits ? new Date(now.getTime() + FOLLOWED_EVERY) : null;
}

function outcomeOf({ refund, failureReason, pendingReason }: RefundSight): Record<string, unknown> {
  return { stripeRefund: refund, failure: failureReason, pendingReason };
}

function amountOf({ amount, currency }: Money): { readonly amount: number; readonly currency: string } {
  return { amount, currency };
}
