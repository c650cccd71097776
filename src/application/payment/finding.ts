import type { Attempt } from '../../domain/payment/attempt';
import type { IntentObservation } from '../../domain/payment/intent-observation';
import { acceptedAs, reportOf } from '../../domain/payment/settlement';
import { backoff, pauseWhileAway } from '../../domain/shared/backoff';
import type { AttemptFinding } from './payment-gateway';

export function seenIn(finding: AttemptFinding): IntentObservation | null {
  return 'seen' in finding ? finding.seen : null;
}

/** Ends the attempt, or notes that it is in doubt, as the finding says. */
export function settle(attempt: Attempt, finding: AttemptFinding, now: Date): void {
  switch (finding.kind) {
    case 'proven':
      attempt.settle(finding.proof.state, finding.proof.report, null, now);
      return;
    case 'accepted': {
      const { state, report } = acceptedAs(attempt, finding.seen);
      attempt.settle(state, report, finding.request, now);
      return;
    }
    case 'declined': {
      const report = finding.seen === null ? {} : reportOf(finding.seen);
      attempt.settle('declined', { ...report, ...finding.failure, charge: finding.charge }, finding.request, now);
      return;
    }
    case 'rejected':
      attempt.settle('rejected', { code: finding.code, message: finding.message }, finding.request, now);
      return;
    case 'unknown':
      attempt.doubtful(
        finding.doubt,
        finding.message,
        now,
        new Date(now.getTime() + backoff(attempt.checks, attempt.id)),
      );
      return;
    case 'never_reached':
      // Only the first sending can prove that nothing left: a failed repeat says nothing of what went before it.
      if (attempt.state === 'sent') unreached(attempt, finding.message, now);
      else attempt.checkAgain(new Date(now.getTime() + backoff(attempt.checks, attempt.id)));
  }
}

/** One that nobody waits for is sent by the sweeper, soon after Stripe can be reached again. */
function unreached(attempt: Attempt, message: string, now: Date): void {
  attempt.settle('never_reached', { message }, null, now);
  if (!attempt.isDeferrable) return;
  attempt.checkAgain(new Date(now.getTime() + pauseWhileAway(attempt.id)));
}

/** Stripe's first answer once more, not the intent as it is now. */
export function isReplayed(finding: AttemptFinding): boolean {
  return 'replayed' in finding && finding.replayed;
}
