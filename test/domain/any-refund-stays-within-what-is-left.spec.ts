import fc from 'fast-check';
import { decideRefund, type RefundDecision } from '../../src/domain/refund/refund-decision';
import type {
  NonRefundablePart,
  ReasonRule,
  RefundPolicies,
  RefundWindow,
} from '../../src/domain/refund/refund-policy';
import { addDays } from '../../src/domain/shared/calendar';
import { booking, onlyPolicy, trainingPolicies } from '../support/policy-samples';
import { money } from '../support/samples';

const LARGEST = Number.MAX_SAFE_INTEGER;
const DAY = 24 * 3_600_000;

const amounts = fc.oneof(fc.integer({ min: 0, max: LARGEST }), fc.integer({ min: 0, max: 1_000 }));
const percents = fc.integer({ min: 0, max: 10_000 }).map((hundredths) => hundredths / 100);
const fees = fc.record({ gbp: amounts });
const days = fc.integer({ min: 0, max: 60 });
const ends = fc.oneof(
  fc.record({ daysBeforeService: days }),
  fc.record({ daysAfterPayment: days }),
  fc.constant<Partial<RefundWindow>>({}),
);
const windows: fc.Arbitrary<RefundWindow[]> = fc.array(
  fc.tuple(ends, percents, fees).map(([end, percent, fee]) => ({ rule: 'any', ...end, percent, fee })),
  { maxLength: 4 },
);
const parts: fc.Arbitrary<NonRefundablePart[]> = fc.array(
  fc.record({ name: fc.constant('part'), percent: percents, amount: fees }),
  { maxLength: 3 },
);
const reasons: fc.Arbitrary<ReasonRule[]> = windows.chain((opened) =>
  fc
    .boolean()
    .map((returnsNonRefundable) => [
      { reason: 'illness', windows: opened, roles: ['customer'], returnsNonRefundable, needsApproval: false },
    ]),
);
const policies: fc.Arbitrary<RefundPolicies> = fc
  .record({ windows, nonRefundable: parts, reasons, timeZone: fc.constantFrom('UTC', 'Europe/Madrid', 'Asia/Tokyo') })
  .map(onlyPolicy);
const times = fc.integer({ min: -70 * 24, max: 70 * 24 }).map((hours) => new Date(Date.UTC(2026, 10, 15, hours)));

interface Asked {
  readonly paid: number;
  readonly taken: number;
  readonly asked: number | null;
  readonly reason: string;
  readonly at: Date;
}
const asks: fc.Arbitrary<Asked> = fc.record({
  paid: amounts,
  taken: amounts,
  asked: fc.option(amounts),
  reason: fc.constantFrom('requested_by_customer', 'illness'),
  at: times,
});

function decide(by: RefundPolicies, { paid, taken, asked, reason, at }: Asked): RefundDecision {
  const question = { taken: money(taken), asked: asked === null ? null : money(asked), reason, at };
  return decideRefund(by, { payment: booking({ paid: money(paid) }), ...question });
}

describe('Whatever the policy, the payment and the question', () => {
  it('never more comes back than is left, nor less than nothing', () => {
    fc.assert(
      fc.property(policies, asks, (by, ask) => {
        const { amount, maximum, parts: of } = decide(by, ask);
        expect(amount).toBeGreaterThanOrEqual(0);
        expect(amount).toBeLessThanOrEqual(maximum);
        expect(maximum).toBeLessThanOrEqual(of.left);
        expect(of.left).toBe(Math.max(0, ask.paid - ask.taken));
        expect(of.left + Math.min(ask.paid, ask.taken)).toBe(ask.paid);
      }),
      { numRuns: 2_000 },
    );
  });

  it('what is kept and what comes back add up to what was paid, to the minor unit', () => {
    fc.assert(
      fc.property(policies, asks, (by, ask) => {
        const { paid, nonRefundable, share, fee, given } = decide(by, ask).parts;
        const all = [nonRefundable, share, fee, given];
        expect(all.every((part) => Number.isSafeInteger(part) && part >= 0)).toBe(true);
        expect(all.reduce((sum, part) => sum + BigInt(part), 0n)).toBe(BigInt(paid));
      }),
      { numRuns: 2_000 },
    );
  });

  it('what is asked for is given to the unit, or not at all', () => {
    fc.assert(
      fc.property(policies, asks, (by, ask) => {
        const { outcome, amount, maximum } = decide(by, ask);
        if (outcome !== 'allowed') expect(amount).toBe(0);
        else expect(amount).toBe(ask.asked ?? maximum);
        if (ask.asked !== null && ask.asked > maximum) expect(outcome).toBe('forbidden');
      }),
      { numRuns: 2_000 },
    );
  });

  it('two halves of what comes back are never more than the whole of it', () => {
    fc.assert(
      fc.property(policies, asks, (by, ask) => {
        const whole = decide(by, { ...ask, asked: null, taken: 0 });
        const first = Math.floor(whole.maximum / 2);
        const rest = decide(by, { ...ask, asked: null, taken: first });
        expect(first + rest.maximum).toBe(whole.maximum);
      }),
      { numRuns: 2_000 },
    );
  });

  it('a reason never gives less than no reason does', () => {
    fc.assert(
      fc.property(policies, asks, (by, ask) => {
        const plain = decide(by, { ...ask, reason: 'requested_by_customer' });
        expect(decide(by, { ...ask, reason: 'illness' }).maximum).toBeGreaterThanOrEqual(plain.maximum);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('The example of training bookings', () => {
  const example = trainingPolicies();
  const reason = fc.constantFrom('requested_by_customer', 'illness', 'cancelled_by_us', 'duplicate');

  it('never gives more to the one who asks later', () => {
    fc.assert(
      fc.property(asks, reason, fc.integer({ min: 0, max: 100 * DAY }), (ask, why, later) => {
        const early = decide(example, { ...ask, reason: why, asked: null });
        const late = decide(example, { ...ask, reason: why, asked: null, at: new Date(ask.at.getTime() + later) });
        expect(late.maximum).toBeLessThanOrEqual(early.maximum);
      }),
      { numRuns: 2_000 },
    );
  });

  it('gives no less for a service that is later', () => {
    fc.assert(
      fc.property(asks, days, (ask, more) => {
        const of = (serviceDate: string) =>
          decideRefund(example, {
            payment: booking({ paid: money(ask.paid), serviceDate }),
            ...{ taken: money(0), asked: null, reason: 'requested_by_customer', at: ask.at },
          }).maximum;
        expect(of(addDays('2026-12-15', more))).toBeGreaterThanOrEqual(of('2026-12-15'));
      }),
      { numRuns: 1_000 },
    );
  });
});
