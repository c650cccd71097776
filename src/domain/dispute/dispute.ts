import { Aggregate } from '../shared/aggregate';
import { sameValue } from '../shared/same-value';
import { mayFollow } from '../shared/transitions';
import type { DisputeEvent, DisputeEventType } from './dispute-events';
import { awaitsResponse, DISPUTE_TRANSITIONS, isInquiry, isOpen, type DisputeStatus } from './dispute-status';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** How many days before the deadline somebody is told; once each, the last first where several have come. */
const REMINDERS_BEFORE = [7, 2, 1] as const;

/** How often Stripe is asked about a dispute that goes on, should its webhooks be lost. */
const LOOK_EVERY = 6 * HOUR;

/** For so long after it was over, money that has yet to move is still looked for. */
const FUNDS_FOLLOWED_FOR = 60 * DAY;

/** A balance transaction of a dispute, in the currency in which the account settles. */
export interface DisputeMovement {
  readonly id: string;
  /** Negative where it was withdrawn; without the fee. */
  readonly amount: number;
  readonly fee: number;
  readonly net: number;
  readonly currency: string;
  readonly at: Date;
}

/** A dispute as it stood at one moment at Stripe. */
export interface DisputeObservation {
  readonly id: string;
  readonly charge: string;
  readonly intent: string | null;
  readonly status: DisputeStatus;
  readonly reason: string;
  /** The network's own code for the reason, where Stripe shows one. */
  readonly networkReason: string | null;
  readonly amount: number;
  readonly currency: string;
  /** Null where the bank takes no answer. */
  readonly dueBy: Date | null;
  /** The last evidence came after the deadline. */
  readonly pastDue: boolean;
  readonly submissionCount: number;
  readonly hasEvidence: boolean;
  /** Whether the disputed charge may still be refunded, by Stripe. */
  readonly isChargeRefundable: boolean;
  readonly movements: readonly DisputeMovement[];
  readonly openedAt: Date;
}

export interface DisputeProps extends DisputeObservation {
  /** Null where the charge is of no payment of ours: what Stripe says is stored all the same. */
  readonly paymentId: string | null;
  /** The reminder that was given last, in days before the deadline. */
  readonly reminded: number | null;
  /** What the ledger was told to be lost so far, in minor units of the movements' currency. */
  readonly lossNoted: number;
  /** How often the ledger was told. */
  readonly lossNotes: number;
  /** When Stripe is asked again; null when nothing is to come any more. */
  readonly checkDueAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly version: number;
}

/** The ledger is to be told that more, or less, is lost than it knows. */
export interface LossChange {
  /** Which of the dispute's notes to the ledger it is, from 1 on. */
  readonly note: number;
  readonly kind: 'lost' | 'returned';
  readonly amount: number;
  readonly currency: string;
}

/** Why no evidence can be submitted. */
export interface NotAnswerable {
  readonly kind: 'dispute_not_answerable';
  readonly status: DisputeStatus;
  readonly why: 'closed' | 'under_review' | 'past_deadline' | 'no_answer_taken';
}

/** A dispute or inquiry at Stripe, mirrored: whatever Stripe shows is stored. */
export class Dispute extends Aggregate<DisputeProps, DisputeEvent> {
  /** @param paymentId of the payment whose charge is disputed; null where it is of none of ours. */
  static mirror(seen: DisputeObservation, paymentId: string | null, now: Date, cause: string): Dispute {
    const dispute = new Dispute({
      ...onlySeen(seen),
      paymentId,
      movements: [],
      reminded: null,
      lossNoted: 0,
      lossNotes: 0,
      checkDueAt: now,
      createdAt: now,
      updatedAt: now,
      version: 1,
    });
    dispute.opened(now, cause);
    dispute.observe(seen, paymentId, now, cause);
    return dispute;
  }

  static restore(props: DisputeProps): Dispute {
    return new Dispute(props);
  }

  get paymentId(): string | null {
    return this.props.paymentId;
  }
  get status(): DisputeStatus {
    return this.props.status;
  }
  get isInquiry(): boolean {
    return isInquiry(this.props.status);
  }
  /** Its charge is under dispute now: evidence is awaited, or the bank decides. */
  get isOpen(): boolean {
    return isOpen(this.props.status);
  }

  /**
   * Stripe would refuse a refund of the charge. An inquiry stays refundable; of what is won, or an inquiry that is closed,
   * the flag may be one of before.
   */
  get forbidsRefund(): boolean {
    const { status, isChargeRefundable } = this.props;
    return !isChargeRefundable && status !== 'won' && status !== 'warning_closed';
  }

  /** What stays withdrawn of the disputed amount, without fees, in minor units of the movements' currency. */
  get withdrawn(): number {
    return 0 - this.props.movements.reduce((sum, { amount }) => sum + amount, 0);
  }

  /** Why evidence cannot be submitted now; null when it can. */
  obstacleToEvidence(now: Date): NotAnswerable | null {
    return obstacleToEvidence(this.props, now);
  }

  /**
   * Takes over what Stripe shows, which is never refused: what does not follow from what we knew is recorded as such.
   * @param paymentId as it is found now; a link that was found once stays.
   * @returns whether anything of it changed; the same observation twice changes nothing.
   */
  observe(seen: DisputeObservation, paymentId: string | null, now: Date, cause: string): boolean {
    if (seen.id !== this.id) throw new Error(`${seen.id} is not ${this.id}`);
    const before = this.props;
    const next: DisputeProps = { ...before, ...onlySeen(seen), paymentId: before.paymentId ?? paymentId };
    const changed = !sameValue(before, next);
    if (changed) {
      const anew = next.dueBy?.getTime() !== before.dueBy?.getTime();
      this.props = { ...next, reminded: anew ? null : next.reminded, updatedAt: now };
      if (before.paymentId === null && next.paymentId !== null) this.opened(now, cause);
      else this.recordStatus(before.status, now, cause);
      this.recordMovements(before.movements, now, cause);
    }
    const reminded = this.remind(now, cause);
    return changed || reminded;
  }

  /** Tells of a deadline that comes near, or has passed unanswered. @returns whether it did. */
  remind(now: Date, cause: string): boolean {
    const { dueBy, reminded, status } = this.props;
    if (dueBy === null || !awaitsResponse(status)) return false;
    const left = dueBy.getTime() - now.getTime();
    const reached = left < 0 ? 0 : Math.min(...REMINDERS_BEFORE.filter((days) => left <= days * DAY));
    if (!Number.isFinite(reached) || (reminded !== null && reminded <= reached)) return false;
    this.props = { ...this.props, reminded: reached, updatedAt: now };
    const due = { dueBy: dueBy.toISOString(), inquiry: this.isInquiry };
    if (reached === 0) this.record('dispute.deadline_missed', now, cause, due);
    else this.record('dispute.deadline_approaching', now, cause, { ...due, withinDays: reached });
    return true;
  }

  /** Says when Stripe is to be asked again. @returns whether that is another time than before. */
  lookAgain(now: Date): boolean {
    const before = this.props.checkDueAt;
    this.props = { ...this.props, checkDueAt: this.nextLook(now) };
    return before?.getTime() !== this.props.checkDueAt?.getTime();
  }

  /** Something happened that it is to be read for at once. */
  lookNow(now: Date): void {
    this.props = { ...this.props, checkDueAt: now };
  }

  /** What the ledger is to be told, once: what a lost dispute keeps withdrawn, or gives back after all. Null for nothing. */
  noteLoss(): LossChange | null {
    const { status, movements, lossNoted, lossNotes } = this.props;
    const lost = status === 'lost' ? Math.max(0, this.withdrawn) : 0;
    const currency = movements[0]?.currency;
    if (lost === lossNoted || currency === undefined) return null;
    this.props = { ...this.props, lossNoted: lost, lossNotes: lossNotes + 1 };
    const kind = lost > lossNoted ? 'lost' : 'returned';
    return { note: lossNotes + 1, kind, amount: Math.abs(lost - lossNoted), currency };
  }

  /** What became of evidence that is submitted, on the history of the payment. */
  recordEvidence(
    type: Extract<DisputeEventType, `dispute.evidence_${string}`>,
    now: Date,
    cause: string,
    data: Readonly<Record<string, unknown>>,
  ): void {
    this.record(type, now, cause, data);
  }

  private opened(now: Date, cause: string): void {
    const { amount, currency, reason, status, charge, dueBy, openedAt } = this.props;
    this.record('dispute.opened', now, cause, {
      ...{ amount, currency, reason, status, charge, inquiry: this.isInquiry },
      ...{ dueBy: dueBy?.toISOString() ?? null, openedAt: openedAt.toISOString() },
    });
    // Found when it was over already.
    if (!this.isOpen) this.record(`dispute.${status}`, now, cause, { from: null, amount, currency });
  }

  private recordStatus(from: DisputeStatus, now: Date, cause: string): void {
    const { status } = this.props;
    if (status === from) return;
    if (!mayFollow(DISPUTE_TRANSITIONS, from, status)) {
      const reason = `Stripe shows ${status}, which does not follow ${from}`;
      this.record('dispute.contradicted', now, cause, { from, status, reason });
    }
    const { amount, currency } = this.props;
    this.record(`dispute.${status}`, now, cause, { from, amount, currency });
  }

  private recordMovements(known: readonly DisputeMovement[], now: Date, cause: string): void {
    for (const { id, amount, fee, currency } of this.props.movements) {
      if (known.some((movement) => movement.id === id)) continue;
      const type = amount < 0 ? 'dispute.funds_withdrawn' : 'dispute.funds_reinstated';
      this.record(type, now, cause, { balanceTransaction: id, amount, fee, currency });
    }
  }

  private nextLook(now: Date): Date | null {
    const { status, dueBy, reminded } = this.props;
    if (!isOpen(status)) return this.awaitsFunds(now) ? new Date(now.getTime() + LOOK_EVERY) : null;
    const regular = now.getTime() + LOOK_EVERY;
    if (dueBy === null || !awaitsResponse(status)) return new Date(regular);
    const reminders = [...REMINDERS_BEFORE, 0].filter((days) => reminded === null || days < reminded);
    const times = reminders.map((days) => dueBy.getTime() - days * DAY + 1_000);
    return new Date(Math.min(regular, ...times.filter((time) => time > now.getTime())));
  }

  /** It is over, but the money that goes with it has yet to move. */
  private awaitsFunds(now: Date): boolean {
    const { status, updatedAt } = this.props;
    const outstanding = (status === 'won' && this.withdrawn > 0) || (status === 'lost' && this.withdrawn === 0);
    return outstanding && now.getTime() - updatedAt.getTime() < FUNDS_FOLLOWED_FOR;
  }

  private record(type: DisputeEventType, at: Date, cause: string, data: Readonly<Record<string, unknown>>): void {
    const { paymentId } = this.props;
    // There is no history of ours on which it could stand.
    if (paymentId === null) return;
    this.remember({ type, paymentId, at, cause, data: { dispute: this.id, ...data } });
  }
}

/** Why evidence cannot be submitted for a dispute that stands so; null when it can. */
export function obstacleToEvidence(
  { status, dueBy }: Pick<DisputeObservation, 'status' | 'dueBy'>,
  now: Date,
): NotAnswerable | null {
  const because = (why: NotAnswerable['why']): NotAnswerable => ({ kind: 'dispute_not_answerable', status, why });
  if (!isOpen(status)) return because('closed');
  if (!awaitsResponse(status)) return because('under_review');
  if (dueBy === null) return because('no_answer_taken');
  return now.getTime() > dueBy.getTime() ? because('past_deadline') : null;
}

/** What forbids a refund of the charge that these disputes are about. */
export function disputeAgainstRefund(disputes: readonly Dispute[]): Dispute | null {
  return disputes.find(({ forbidsRefund }) => forbidsRefund) ?? null;
}

/** Callers hand in wider objects; nothing but what was seen may enter the dispute. */
function onlySeen(seen: DisputeObservation): DisputeObservation {
  const { id, charge, intent, status, reason, networkReason, amount, currency, dueBy, pastDue } = seen;
  const { submissionCount, hasEvidence, isChargeRefundable, movements, openedAt } = seen;
  return {
    ...{ id, charge, intent, status, reason, networkReason, amount, currency, dueBy, pastDue },
    ...{ submissionCount, hasEvidence, isChargeRefundable, movements, openedAt },
  };
}
