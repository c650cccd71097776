import type { Doubt } from '../payment/attempt';
import { HAND_OVER_AFTER, REPEATABLE_FOR, UNDER_WAY_FOR } from '../payment/settlement';
import { backoff, pauseWhileAway } from '../shared/backoff';
import { mayFollow, type Transitions } from '../shared/transitions';
import type { DisputeObservation, NotAnswerable } from './dispute';

export const SUBMISSION_STATES = ['sending', 'unknown', 'submitted', 'not_submitted'] as const;
/** `unknown`: it may have reached Stripe, and is being found out. */
export type SubmissionState = (typeof SUBMISSION_STATES)[number];

export const SUBMISSION_TRANSITIONS: Transitions<SubmissionState> = {
  sending: ['unknown', 'submitted', 'not_submitted'],
  unknown: ['submitted', 'not_submitted'],
  submitted: [],
  not_submitted: [],
};

/** Why nothing was submitted: a code of ours or Stripe's, and the field of evidence that Stripe names. */
export interface SubmissionFailure {
  readonly code: string;
  readonly field: string | null;
}

export interface SubmissionProps {
  readonly id: string;
  readonly disputeId: string;
  readonly state: SubmissionState;
  /** Who submits it: `key:key_…`, `sub:…` of staff, `cli`. */
  readonly actor: string;
  /** How often Stripe had taken evidence for this dispute before. */
  readonly countBefore: number;
  readonly doubt: Doubt | null;
  readonly failure: SubmissionFailure | null;
  /** When the evidence itself left; files that were uploaded before change nothing at the bank. */
  readonly firstSentAt: Date | null;
  readonly lastSentAt: Date | null;
  /** When others go on with it; null once it is settled. */
  readonly checkDueAt: Date | null;
  readonly checks: number;
  readonly handedOverAt: Date | null;
  readonly handedOverReason: string | null;
  readonly createdAt: Date;
  readonly settledAt: Date | null;
  readonly version: number;
}

/** What is known of a submission by a look at its dispute. */
export type Verdict =
  | { readonly kind: 'submitted' }
  /** The bank does not have it, and may still be given it. */
  | { readonly kind: 'not_yet' }
  /** It can no longer be given to the bank. */
  | { readonly kind: 'barred'; readonly why: NotAnswerable['why'] | 'overtaken' };

/** Evidence on its way to Stripe. Committed before anything is sent; banks take evidence once. */
export class Submission {
  private constructor(private props: SubmissionProps) {}

  /** @param checkDueAt when others go on with it, should whoever begins it not come to it. */
  static begin(
    asked: Pick<SubmissionProps, 'id' | 'disputeId' | 'actor' | 'countBefore'>,
    now: Date,
    checkDueAt: Date,
  ): Submission {
    return new Submission({
      ...asked,
      state: 'sending',
      doubt: null,
      failure: null,
      firstSentAt: null,
      lastSentAt: null,
      checkDueAt,
      checks: 0,
      handedOverAt: null,
      handedOverReason: null,
      createdAt: now,
      settledAt: null,
      version: 1,
    });
  }

  static restore(props: SubmissionProps): Submission {
    return new Submission(props);
  }

  snapshot(): SubmissionProps {
    return this.props;
  }

  get id(): string {
    return this.props.id;
  }
  get disputeId(): string {
    return this.props.disputeId;
  }
  get state(): SubmissionState {
    return this.props.state;
  }
  get isOpen(): boolean {
    return SUBMISSION_TRANSITIONS[this.props.state].length > 0;
  }
  /** Stripe may have it: it is looked for before anything is sent again. */
  get mayHaveLeft(): boolean {
    return this.props.firstSentAt !== null;
  }
  /** Stripe's key derives from our id, so that whoever repeats it, repeats the same thing. */
  get idempotencyKey(): string {
    return `cashdesk-${this.props.id}`;
  }
  /** A file that is uploaded twice harms nobody, and a stored 500 must not stop it for good: each try has its own key. */
  uploadKey(field: string): string {
    return `cashdesk-${this.props.id}-${field}-${String(this.props.checks)}`;
  }

  /** Someone goes on with it; should they not come back, others do from then on. */
  takeUp(checkDueAt: Date): void {
    this.assertOpen();
    this.props = { ...this.props, checkDueAt };
  }

  /** Committed before the evidence leaves. */
  sent(now: Date): void {
    this.assertOpen();
    this.props = { ...this.props, firstSentAt: this.props.firstSentAt ?? now, lastSentAt: now };
  }

  /** The answer was lost. */
  doubtful(doubt: Doubt, now: Date): void {
    if (this.props.state === 'sending') this.move('unknown');
    this.props = { ...this.props, doubt };
    this.later(now);
  }

  /**
   * Nothing of it left this time, or Stripe does not say how the dispute stands.
   * @param away Stripe did not answer at all: however often that was, it is asked again soon.
   */
  later(now: Date, away = false): void {
    this.assertOpen();
    const { checks } = this.props;
    const pause = away ? pauseWhileAway(this.id) : backoff(checks, this.id);
    this.props = { ...this.props, checks: checks + 1, checkDueAt: new Date(now.getTime() + pause) };
  }

  /** @returns whether it was listed for a person just now: it takes too long, and goes on all the same. */
  handOverWhenLate(now: Date): boolean {
    const { createdAt, handedOverAt } = this.props;
    if (handedOverAt !== null || now.getTime() - createdAt.getTime() <= HAND_OVER_AFTER) return false;
    const reason = this.mayHaveLeft
      ? 'Whether Stripe took the evidence is not known: look at the dispute in the dashboard of Stripe.'
      : 'Stripe is not reached, so the evidence did not leave: submit it in the dashboard of Stripe before the deadline.';
    this.props = { ...this.props, handedOverAt: now, handedOverReason: reason };
    return true;
  }

  submitted(now: Date): void {
    this.settle('submitted', null, now);
  }

  notSubmitted(failure: SubmissionFailure, now: Date): void {
    this.settle('not_submitted', failure, now);
  }

  /** The same may be sent again under the same key: Stripe keeps it, and kept no failure under it. */
  mayRepeat(now: Date): boolean {
    const { doubt, firstSentAt } = this.props;
    if (firstSentAt === null) return true;
    return doubt !== 'server_error' && now.getTime() - firstSentAt.getTime() < REPEATABLE_FOR;
  }

  /** Nothing of it can be under way at Stripe any more. */
  isOver(now: Date): boolean {
    return this.overFrom <= now;
  }

  get overFrom(): Date {
    const { lastSentAt } = this.props;
    return new Date(lastSentAt === null ? 0 : lastSentAt.getTime() + UNDER_WAY_FOR);
  }

  /** From when on nobody repeats it any more, and nothing of it can be under way. Null while it never left. */
  get settledByPersonFrom(): Date | null {
    const { doubt, firstSentAt } = this.props;
    if (firstSentAt === null) return null;
    const repeatedUntil = doubt === 'server_error' ? 0 : firstSentAt.getTime() + REPEATABLE_FOR + UNDER_WAY_FOR;
    return new Date(Math.max(this.overFrom.getTime(), repeatedUntil));
  }

  /**
   * @param takenFrom the submission of ours whose evidence the dispute shows, if any.
   * @param obstacle to evidence, by the dispute as it is seen.
   */
  verdict(seen: DisputeObservation, takenFrom: string | null, obstacle: NotAnswerable | null): Verdict {
    if (takenFrom === this.id) return { kind: 'submitted' };
    // Somebody submitted in the dashboard: the bank would get two answers, of which it reads one.
    if (seen.submissionCount > this.props.countBefore) return { kind: 'barred', why: 'overtaken' };
    return obstacle === null ? { kind: 'not_yet' } : { kind: 'barred', why: obstacle.why };
  }

  /** The collection stored it under this version. */
  stored(version: number): void {
    this.props = { ...this.props, version };
  }

  private settle(state: 'submitted' | 'not_submitted', failure: SubmissionFailure | null, now: Date): void {
    this.move(state);
    const settled = { failure, doubt: null, settledAt: now, checkDueAt: null };
    this.props = { ...this.props, ...settled, handedOverAt: null, handedOverReason: null };
  }

  private move(state: SubmissionState): void {
    const from = this.props.state;
    if (!mayFollow(SUBMISSION_TRANSITIONS, from, state)) throw new Error(`${this.id}: ${from} cannot become ${state}`);
    this.props = { ...this.props, state };
  }

  private assertOpen(): void {
    if (!this.isOpen) throw new Error(`${this.id} is settled`);
  }
}
