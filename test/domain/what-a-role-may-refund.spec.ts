import {
  mayApprove,
  passageOf,
  REFUND_ROLES,
  type RefundLimits,
  type RefundRole,
} from '../../src/domain/refund/refund-limits';
import { BUILT_IN_POLICIES } from '../../src/domain/refund/refund-policy';
import { trainingPolicies } from '../support/policy-samples';
import { money } from '../support/samples';

interface Case {
  readonly role: RefundRole;
  readonly amount: number;
  readonly currency: string;
  readonly today: number;
  readonly why: string;
  readonly passes: string;
}

function passage(limits: RefundLimits, { role, amount, currency, today, why }: Omit<Case, 'passes'>): string {
  const facts = { role, amount: money(amount, currency), today: money(today, currency) };
  const answer = passageOf(limits, { ...facts, reasonNeedsApproval: why === 'illness' });
  return 'because' in answer ? `${answer.kind}: ${answer.because} ${String(answer.limit)}` : words(answer);
}

const words = (answer: { kind: string; limit?: number }) =>
  answer.limit === undefined ? answer.kind : `${answer.kind}: ${String(answer.limit)}`;

describe("By the example's limits", () => {
  const { limits } = trainingPolicies();

  it.each`
    role          | amount                   | currency | today                    | why          | passes
    ${'customer'} | ${1}                     | ${'gbp'} | ${0}                     | ${'any'}     | ${'needs_approval: at_once 0'}
    ${'support'}  | ${20_000}                | ${'gbp'} | ${0}                     | ${'any'}     | ${'at_once'}
    ${'support'}  | ${20_001}                | ${'gbp'} | ${0}                     | ${'any'}     | ${'needs_approval: at_once 20000'}
    ${'support'}  | ${20_000}                | ${'gbp'} | ${80_000}                | ${'any'}     | ${'at_once'}
    ${'support'}  | ${20_000}                | ${'gbp'} | ${80_001}                | ${'any'}     | ${'needs_approval: per_day 100000'}
    ${'support'}  | ${100}                   | ${'gbp'} | ${0}                     | ${'illness'} | ${'needs_approval: reason null'}
    ${'support'}  | ${500_000}               | ${'gbp'} | ${0}                     | ${'any'}     | ${'needs_approval: at_once 20000'}
    ${'support'}  | ${500_001}               | ${'gbp'} | ${0}                     | ${'any'}     | ${'above_limit: 500000'}
    ${'support'}  | ${1}                     | ${'chf'} | ${0}                     | ${'any'}     | ${'above_limit: 0'}
    ${'finance'}  | ${9_000_000_000_000_000} | ${'eur'} | ${9_000_000_000_000_000} | ${'any'}     | ${'needs_approval: at_once 100000'}
    ${'finance'}  | ${100_000}               | ${'eur'} | ${9_000_000_000_000_000} | ${'any'}     | ${'needs_approval: per_day 500000'}
    ${'finance'}  | ${100_000}               | ${'eur'} | ${0}                     | ${'any'}     | ${'at_once'}
    ${'finance'}  | ${1}                     | ${'chf'} | ${0}                     | ${'any'}     | ${'needs_approval: at_once 0'}
    ${'admin'}    | ${9e15}                  | ${'chf'} | ${0}                     | ${'any'}     | ${'at_once'}
    ${'admin'}    | ${1}                     | ${'chf'} | ${0}                     | ${'illness'} | ${'needs_approval: reason null'}
  `('$role with $amount $currency after $today today ($why): $passes', ({ passes, ...facts }: Case) => {
    expect(passage(limits, facts)).toBe(passes);
  });

  it.each([
    ['customer', 1, false],
    ['support', 1, false],
    ['finance', 500_000, true],
    ['finance', 500_001, false],
    ['admin', 9e15, true],
  ] as const)('%s may approve %d: %s', (role, amount, may) => {
    expect(mayApprove(limits, role, money(amount))).toBe(may);
  });

  it('a currency that is not named is not approved', () => {
    expect(mayApprove(limits, 'finance', money(1, 'chf'))).toBe(false);
  });
});

describe('Without a file', () => {
  const { limits } = BUILT_IN_POLICIES;

  it('those who move money refund at once, and the others ask', () => {
    const answers = REFUND_ROLES.map((role) =>
      passage(limits, { role, amount: 5, currency: 'jpy', today: 0, why: 'any' }),
    );
    const asks = 'needs_approval: at_once 0';
    expect(answers).toEqual([asks, asks, 'at_once', 'at_once']);
  });

  it('those who move money approve', () => {
    expect(REFUND_ROLES.map((role) => mayApprove(limits, role, money(9e15)))).toEqual([false, false, true, true]);
  });
});
