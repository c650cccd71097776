import type { Attempt, ChargeReport, Settled } from './attempt';
import type { IntentObservation } from './intent-observation';
import type { Payment } from './payment';

/** How to find out what became of an attempt. */
export type SettlementStep = 'read' | 'repeat' | 'list';

const HOUR = 3_600_000;

/** Stripe keeps a key for at least 24 hours; past this age a repeat could be taken for a new request. */
export const REPEATABLE_FOR = 23 * HOUR;

/** In doubt for longer than this, an attempt is listed for a person; it is still looked at. */
export const HAND_OVER_AFTER = HOUR;

/**
 * By id where the intent is known. Else the very same request with the very same key, while Stripe keeps the key and
 * the payer still wants it, unless Stripe stored a 5xx under it. Else the complete list of intents of that time.
 */
export function settlementStep(payment: Payment, attempt: Attempt, now: Date): SettlementStep {
  if (payment.intent !== null) return 'read';
  return mayRepeat(payment, attempt, now) ? 'repeat' : 'list';
}

/** A request whose answer was lost may still be at work at Stripe for this long after it was last sent. */
export const UNDER_WAY_FOR = HOUR / 6;

/** Whether repeating the request teaches something and charges nobody who no longer wants it. */
export function mayRepeat(payment: Payment, attempt: Attempt, now: Date): boolean {
  if (attempt.doubt === 'server_error' || attempt.firstSentAt === null) return false;
  const wanted = !attempt.needsPayer || payment.isWanted(now);
  return wanted && now.getTime() - attempt.firstSentAt.getTime() < REPEATABLE_FOR;
}

/**
 * Whether nothing of the request can be under way at Stripe any more, so that an intent which shows no effect of it
 * proves that it had none: long enough after it was sent, or could have been repeated, for the last time.
 */
export function isOver(payment: Payment, attempt: Attempt, now: Date): boolean {
  return overFrom(payment, attempt) <= now;
}

/** From when on nothing of the request can be under way at Stripe. */
export function overFrom(payment: Payment, attempt: Attempt): Date {
  if (attempt.firstSentAt === null) return new Date(0);
  const first = attempt.firstSentAt.getTime();
  // It is not repeated; but a 500 says only that Stripe failed to answer, not that it has stopped.
  if (attempt.doubt === 'server_error') return new Date(first + UNDER_WAY_FOR);
  const forgotten = first + REPEATABLE_FOR;
  const unwanted = payment.snapshot().expiresAt.getTime();
  const last = attempt.needsPayer ? Math.max(first, Math.min(unwanted, forgotten)) : forgotten;
  return new Date(last + UNDER_WAY_FOR);
}

export interface Proof {
  readonly state: Settled;
  readonly report: Partial<ChargeReport>;
}

/**
 * What an intent proves about an attempt, or null when it proves nothing yet.
 * @param before the payment as it was known before this observation.
 * @param over nothing of the attempt is under way any more. Until then a refusal or a challenge of the intent may be an
 * earlier attempt's, or the payer's own, and says nothing of a confirmation that Stripe has yet to carry out.
 */
export function provenBy(attempt: Attempt, seen: IntentObservation, before: Payment, over: boolean): Proof | null {
  const request = attempt.request;
  switch (request?.operation) {
    case 'create':
      if (!request.confirm) return { state: 'succeeded', report: {} };
      // The intent is this attempt's own, so whatever it shows beyond its beginning came of it.
      return provenConfirmation(seen);
    case 'confirm':
      return (over || isDecided(seen)) && !standsAsBefore(attempt, before, seen) ? provenConfirmation(seen) : null;
    case 'capture':
      return provenCapture(request.amount, seen);
    case 'cancel':
      if (seen.status === 'canceled') return { state: 'succeeded', report: {} };
      return seen.status === 'succeeded' ? overtaken('the payment succeeded first') : null;
    case undefined:
      return null;
  }
}

/** What a call that Stripe accepted came to: it was no decline. */
export function acceptedAs(attempt: Attempt, seen: IntentObservation): Proof {
  const confirms = attempt.request?.operation === 'confirm' || attempt.request?.operation === 'create';
  const waiting = seen.status === 'requires_action' || seen.status === 'processing';
  if (confirms && waiting) return { state: seen.status, report: {} };
  // A charge belongs to the attempt that made it, not to what was done with it later.
  return { state: 'succeeded', report: confirms ? reportOf(seen) : {} };
}

export function reportOf(seen: IntentObservation): ChargeReport {
  return {
    charge: seen.failedCharge ?? seen.charge,
    code: seen.failure?.code ?? null,
    declineCode: seen.failure?.declineCode ?? null,
    message: seen.failure?.message ?? null,
    riskScore: seen.riskScore,
    riskLevel: seen.riskLevel,
  };
}

function provenCapture(amount: number, { status, captured }: IntentObservation): Proof | null {
  if (status === 'canceled') return overtaken('the authorization was canceled first');
  if (status !== 'succeeded') return null;
  return captured === amount ? { state: 'succeeded', report: {} } : overtaken('another capture came first');
}

function provenConfirmation(seen: IntentObservation): Proof | null {
  switch (seen.status) {
    case 'authorized':
    case 'succeeded':
      return { state: 'succeeded', report: reportOf(seen) };
    case 'requires_action':
    case 'processing':
      return { state: seen.status, report: {} };
    case 'requires_payment_method':
      return seen.failure === null ? null : { state: 'declined', report: reportOf(seen) };
    case 'canceled':
      return overtaken('the payment was canceled first');
    case 'requires_confirmation':
    case 'failed':
      return null;
  }
}

/** Whatever else is under way, it cannot change this any more. */
function isDecided({ status }: IntentObservation): boolean {
  return status === 'authorized' || status === 'succeeded' || status === 'canceled';
}

/** The intent shows what we knew of before this attempt was sent: it says nothing about this one. */
function standsAsBefore(attempt: Attempt, before: Payment, seen: IntentObservation): boolean {
  const known = before.snapshot();
  if (attempt.firstSentAt !== null && known.updatedAt > attempt.firstSentAt) return false;
  return (
    known.status === seen.status &&
    known.charge === seen.charge &&
    (seen.redirectUrl === null || known.redirectUrl === seen.redirectUrl)
  );
}

function overtaken(message: string): Proof {
  return { state: 'rejected', report: { code: 'overtaken', message } };
}
