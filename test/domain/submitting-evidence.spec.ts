import { mediaTypeOf, tooLarge } from '../../src/domain/dispute/evidence';
import {
  Submission,
  SUBMISSION_STATES,
  SUBMISSION_TRANSITIONS,
  type SubmissionState,
} from '../../src/domain/dispute/submission';
import { backoff, pauseWhileAway } from '../../src/domain/shared/backoff';
import { disputed } from '../support/dispute-samples';
import { after, HOUR, MINUTE, NOON } from '../support/samples';

const BEGUN = { id: 'evs_1', disputeId: 'du_1', actor: 'key:key_1', countBefore: 1 };
const begun = () => Submission.begin(BEGUN, NOON, after(MINUTE));

function inState(state: SubmissionState): Submission {
  return Submission.restore({ ...begun().snapshot(), state });
}

const STEPS: Record<string, (submission: Submission) => void> = {
  unknown: (submission) => {
    submission.doubtful('lost_answer', NOON);
  },
  submitted: (submission) => {
    submission.submitted(NOON);
  },
  not_submitted: (submission) => {
    submission.notSubmitted({ code: 'no_effect', field: null }, NOON);
  },
};

const pairs = SUBMISSION_STATES.flatMap((from) =>
  Object.keys(STEPS).map((to) => [from, to as SubmissionState] as const),
);

describe('A submission of evidence', () => {
  it.each(pairs.filter(([from, to]) => SUBMISSION_TRANSITIONS[from].includes(to)))('%s may become %s', (from, to) => {
    const submission = inState(from);
    STEPS[to]!(submission);
    expect(submission.state).toBe(to);
  });

  it.each(pairs.filter(([from, to]) => from !== to && !SUBMISSION_TRANSITIONS[from].includes(to)))(
    '%s never becomes %s',
    (from, to) => {
      expect(() => {
        STEPS[to]!(inState(from));
      }).toThrow(/cannot become|is settled/);
    },
  );

  it.each(['submitted', 'not_submitted'] as const)('that is %s is neither taken up, sent nor put off', (state) => {
    const settled = inState(state);
    expect(() => {
      settled.takeUp(NOON);
    }).toThrow('is settled');
    expect(() => {
      settled.sent(NOON);
    }).toThrow('is settled');
    expect(() => {
      settled.later(NOON);
    }).toThrow('is settled');
  });

  it('repeats under a key of its own, made of its id', () => {
    expect(begun().idempotencyKey).toBe('cashdesk-evs_1');
  });

  it('keeps when it left for the first and the last time', () => {
    const submission = begun();
    expect(submission.mayHaveLeft).toBe(false);
    submission.sent(NOON);
    submission.sent(after(HOUR));
    expect(submission.snapshot()).toMatchObject({ firstSentAt: NOON, lastSentAt: after(HOUR) });
  });

  it('is looked at later and later', () => {
    const submission = begun();
    const waits = [1, 2, 3].map(() => {
      submission.doubtful('lost_answer', NOON);
      return submission.snapshot().checkDueAt!.getTime() - NOON.getTime();
    });
    expect(waits).toEqual([0, 1, 2].map((checks) => backoff(checks, submission.id)));
    submission.later(NOON, true);
    expect(submission.snapshot().checkDueAt).toEqual(after(pauseWhileAway(submission.id)));
  });

  it('is listed for a person once, after an hour', () => {
    const submission = begun();
    expect(submission.handOverWhenLate(after(HOUR))).toBe(false);
    expect(submission.handOverWhenLate(after(HOUR + 1))).toBe(true);
    expect(submission.handOverWhenLate(after(2 * HOUR))).toBe(false);
    expect(submission.snapshot().handedOverReason).toMatch(/^Stripe is not reached/);
  });

  it.each([
    ['its own id in the metadata', disputed({ submissionCount: 2 }), 'evs_1', { kind: 'submitted' }],
    ['evidence of somebody else', disputed({ submissionCount: 2 }), 'evs_0', { kind: 'barred', why: 'overtaken' }],
    ['no evidence since', disputed({ submissionCount: 1 }), 'evs_0', { kind: 'not_yet' }],
  ])('is known by %s', (_what, seen, takenFrom, verdict) => {
    expect(begun().verdict(seen, takenFrom, null)).toEqual(verdict);
  });

  it('is barred by what bars any evidence', () => {
    const obstacle = { kind: 'dispute_not_answerable', status: 'lost', why: 'closed' } as const;
    expect(begun().verdict(disputed({ submissionCount: 1 }), null, obstacle)).toEqual({
      kind: 'barred',
      why: 'closed',
    });
  });
});

describe('A file of evidence', () => {
  it.each([
    ['application/pdf', '%PDF-1.4'],
    ['image/png', '\x89PNG\r\n'],
    ['image/jpeg', '\xff\xd8\xff\xe0'],
    [null, 'PK\x03\x04'],
    [null, ''],
    [null, '%PDF'],
  ])('is %s by its beginning', (type, beginning) => {
    expect(mediaTypeOf(Buffer.from(beginning, 'latin1'))).toBe(type);
  });

  it('may have as much as all may have together', () => {
    const file = (size: number) => ({ field: 'receipt', kind: 'file', size }) as const;
    expect(tooLarge([file(4_500_000)])).toBeNull();
    expect(tooLarge([file(4_400_000), file(100_001)])).toMatchObject({ of: 'files', found: 4_500_001 });
  });
});
