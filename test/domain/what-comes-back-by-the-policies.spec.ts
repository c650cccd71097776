import { decideRefund } from '../../src/domain/refund/refund-decision';
import { passageOf, type RefundRole } from '../../src/domain/refund/refund-limits';
import { policyFor, refusedReason } from '../../src/domain/refund/refund-policy';
import { booking, trainingPolicies } from '../support/policy-samples';
import { money } from '../support/samples';

interface Case extends Record<'paid' | 'service' | 'asked' | 'reason' | 'want' | 'taken', string> {
  readonly role: RefundRole;
}
type Expected = Record<'gets' | 'how' | 'rule' | 'says', string>;

const policies = trainingPolicies();
const pence = (pounds: string) => Math.round(Number(pounds) * 100);
/** Times are of Madrid, the example's zone, in winter. */
const inMadrid = (time: string) => new Date(`${time.replace(' ', 'T')}:00+01:00`);

/** For 100.00 GBP. */
function answer({ paid, service, asked, reason, role, want, taken }: Case): Expected {
  const paidAt = inMadrid(`${paid} 10:00`);
  const payment = booking({ paidAt, serviceDate: service === 'none' ? null : service });
  if (refusedReason(policies, policyFor(policies, payment), reason, role) !== null)
    return { gets: 'not theirs', how: '-', rule: '-', says: '-' };
  const wanted = want === 'all' ? null : money(pence(want));
  const ask = { payment, taken: money(pence(taken)), asked: wanted, reason, at: inMadrid(asked) };
  const { outcome, amount, rule, sentence: says, needsApproval } = decideRefund(policies, ask);
  if (outcome !== 'allowed') return { gets: outcome === 'nothing' ? '0' : 'no', how: '-', rule, says };
  const facts = { role, amount: money(amount), today: money(0), reasonNeedsApproval: needsApproval };
  const how = passageOf(policies.limits, facts).kind.replaceAll('_', ' ');
  return { gets: (amount / 100).toFixed(2), how, rule, says };
}

describe('The example of training bookings', () => {
  it.each`
    paid            | service         | asked                 | reason                     | role          | want       | taken      | gets            | how                 | rule                          | says
    ${'2026-11-01'} | ${'2026-12-15'} | ${'2026-11-10 12:00'} | ${'requested_by_customer'} | ${'customer'} | ${'all'}   | ${'0'}     | ${'100.00'}     | ${'needs approval'} | ${'all_until_14_days_before'} | ${'100.00 GBP of 100.00 GBP comes back: all until 1 December 2026 (Europe/Madrid), 14 days before the service.'}
    ${'2026-11-01'} | ${'2026-12-15'} | ${'2026-11-10 12:00'} | ${'requested_by_customer'} | ${'support'}  | ${'all'}   | ${'0'}     | ${'100.00'}     | ${'at once'}        | ${'all_until_14_days_before'} | ${'100.00 GBP of 100.00 GBP comes back: all until 1 December 2026 (Europe/Madrid), 14 days before the service.'}
    ${'2026-11-01'} | ${'2026-12-15'} | ${'2026-12-01 23:59'} | ${'requested_by_customer'} | ${'support'}  | ${'all'}   | ${'0'}     | ${'100.00'}     | ${'at once'}        | ${'all_until_14_days_before'} | ${'100.00 GBP of 100.00 GBP comes back: all until 1 December 2026 (Europe/Madrid), 14 days before the service.'}
    ${'2026-11-01'} | ${'2026-12-15'} | ${'2026-12-02 00:00'} | ${'requested_by_customer'} | ${'support'}  | ${'all'}   | ${'0'}     | ${'50.00'}      | ${'at once'}        | ${'half_until_7_days_before'} | ${'50.00 GBP of 100.00 GBP comes back: 50 % until 8 December 2026 (Europe/Madrid), 7 days before the service.'}
    ${'2026-12-05'} | ${'2026-12-15'} | ${'2026-12-05 12:00'} | ${'requested_by_customer'} | ${'customer'} | ${'all'}   | ${'0'}     | ${'50.00'}      | ${'needs approval'} | ${'half_until_7_days_before'} | ${'50.00 GBP of 100.00 GBP comes back: 50 % until 8 December 2026 (Europe/Madrid), 7 days before the service.'}
    ${'2026-11-01'} | ${'2026-12-15'} | ${'2026-12-08 23:59'} | ${'requested_by_customer'} | ${'support'}  | ${'all'}   | ${'0'}     | ${'50.00'}      | ${'at once'}        | ${'half_until_7_days_before'} | ${'50.00 GBP of 100.00 GBP comes back: 50 % until 8 December 2026 (Europe/Madrid), 7 days before the service.'}
    ${'2026-11-01'} | ${'2026-12-15'} | ${'2026-12-09 00:00'} | ${'requested_by_customer'} | ${'customer'} | ${'all'}   | ${'0'}     | ${'0'}          | ${'-'}              | ${'nothing_after'}            | ${'Nothing comes back in the last week before the training on 15 December 2026.'}
    ${'2026-11-01'} | ${'2026-12-15'} | ${'2026-12-12 12:00'} | ${'requested_by_customer'} | ${'admin'}    | ${'1.00'}  | ${'0'}     | ${'no'}         | ${'-'}              | ${'nothing_after'}            | ${'1.00 GBP is more than comes back, which is nothing: nothing by the rule nothing_after.'}
    ${'2026-11-01'} | ${'2026-12-15'} | ${'2026-12-05 12:00'} | ${'requested_by_customer'} | ${'support'}  | ${'30.00'} | ${'0'}     | ${'30.00'}      | ${'at once'}        | ${'half_until_7_days_before'} | ${'30.00 GBP of 100.00 GBP comes back: 50 % until 8 December 2026 (Europe/Madrid), 7 days before the service.'}
    ${'2026-11-01'} | ${'2026-12-15'} | ${'2026-12-05 12:00'} | ${'requested_by_customer'} | ${'support'}  | ${'all'}   | ${'20.00'} | ${'30.00'}      | ${'at once'}        | ${'half_until_7_days_before'} | ${'30.00 GBP of 100.00 GBP comes back: 50 % until 8 December 2026 (Europe/Madrid), 7 days before the service; 20.00 GBP was refunded or is reserved already.'}
    ${'2026-11-01'} | ${'2026-12-15'} | ${'2026-12-05 12:00'} | ${'requested_by_customer'} | ${'support'}  | ${'30.01'} | ${'20.00'} | ${'no'}         | ${'-'}              | ${'half_until_7_days_before'} | ${'30.01 GBP is more than comes back, which is 30.00 GBP: 50 % until 8 December 2026 (Europe/Madrid), 7 days before the service; 20.00 GBP was refunded or is reserved already.'}
    ${'2026-11-01'} | ${'2026-12-15'} | ${'2026-12-05 12:00'} | ${'requested_by_customer'} | ${'support'}  | ${'all'}   | ${'50.00'} | ${'0'}          | ${'-'}              | ${'half_until_7_days_before'} | ${'Nothing comes back: 50 % until 8 December 2026 (Europe/Madrid), 7 days before the service; 50.00 GBP was refunded or is reserved already.'}
    ${'2026-11-01'} | ${'2026-12-15'} | ${'2026-12-20 12:00'} | ${'cancelled_by_us'}       | ${'support'}  | ${'all'}   | ${'0'}     | ${'100.00'}     | ${'at once'}        | ${'all_when_we_cancel'}       | ${'100.00 GBP comes back: we cancelled the training.'}
    ${'2026-11-01'} | ${'2026-12-15'} | ${'2026-12-20 12:00'} | ${'cancelled_by_us'}       | ${'customer'} | ${'all'}   | ${'0'}     | ${'not theirs'} | ${'-'}              | ${'-'}                        | ${'-'}
    ${'2026-11-01'} | ${'2026-12-15'} | ${'2026-12-10 12:00'} | ${'illness'}               | ${'customer'} | ${'all'}   | ${'0'}     | ${'70.00'}      | ${'needs approval'} | ${'most_when_ill'}            | ${'70.00 GBP of 100.00 GBP comes back: 80 % until 15 December 2026 (Europe/Madrid), the day of the service; less a fee of 10.00 GBP.'}
    ${'2026-11-01'} | ${'2026-12-15'} | ${'2026-12-10 12:00'} | ${'illness'}               | ${'admin'}    | ${'all'}   | ${'0'}     | ${'70.00'}      | ${'needs approval'} | ${'most_when_ill'}            | ${'70.00 GBP of 100.00 GBP comes back: 80 % until 15 December 2026 (Europe/Madrid), the day of the service; less a fee of 10.00 GBP.'}
    ${'2026-11-01'} | ${'2026-12-15'} | ${'2026-11-10 12:00'} | ${'illness'}               | ${'support'}  | ${'all'}   | ${'0'}     | ${'100.00'}     | ${'at once'}        | ${'all_until_14_days_before'} | ${'100.00 GBP of 100.00 GBP comes back: all until 1 December 2026 (Europe/Madrid), 14 days before the service.'}
    ${'2026-11-01'} | ${'2026-12-15'} | ${'2026-12-16 00:00'} | ${'illness'}               | ${'customer'} | ${'all'}   | ${'0'}     | ${'0'}          | ${'-'}              | ${'nothing_after'}            | ${'Nothing comes back in the last week before the training on 15 December 2026.'}
    ${'2026-11-01'} | ${'2026-12-15'} | ${'2026-12-14 12:00'} | ${'duplicate'}             | ${'support'}  | ${'all'}   | ${'0'}     | ${'100.00'}     | ${'at once'}        | ${'all_of_a_duplicate'}       | ${'100.00 GBP of 100.00 GBP comes back: all until 30 January 2027 (Europe/Madrid).'}
    ${'2026-09-01'} | ${'2026-12-15'} | ${'2026-12-14 12:00'} | ${'duplicate'}             | ${'support'}  | ${'all'}   | ${'0'}     | ${'0'}          | ${'-'}              | ${'nothing_after'}            | ${'Nothing comes back in the last week before the training on 15 December 2026.'}
    ${'2026-11-01'} | ${'none'}       | ${'2026-12-05 12:00'} | ${'requested_by_customer'} | ${'support'}  | ${'all'}   | ${'0'}     | ${'no'}         | ${'-'}              | ${'service_date_missing'}     | ${'What comes back depends on the day of the service, and this payment has none, so it cannot be decided.'}
    ${'2026-11-01'} | ${'none'}       | ${'2026-12-05 12:00'} | ${'cancelled_by_us'}       | ${'support'}  | ${'all'}   | ${'0'}     | ${'100.00'}     | ${'at once'}        | ${'all_when_we_cancel'}       | ${'100.00 GBP comes back: we cancelled the training.'}
  `(
    'paid $paid for $service: asked $asked by $role for $want ($reason, $taken taken) gives $gets, $how, by $rule',
    ({ gets, how, rule, says, ...asked }: Case & Expected) => {
      expect(answer(asked)).toEqual({ gets, how, rule, says });
    },
  );

  it('keeps what is paid for the registration, unless it is cancelled', () => {
    const ask = { payment: booking({ purpose: 'registration' }), taken: money(0), asked: null };
    const at = inMadrid('2026-11-10 12:00');
    expect(decideRefund(policies, { ...ask, at, reason: 'requested_by_customer' })).toMatchObject({
      outcome: 'nothing',
      parts: { nonRefundable: 10_000, given: 0 },
      sentence:
        'Nothing comes back: all until 1 December 2026 (Europe/Madrid), 14 days before the service; 100.00 GBP (registration) never comes back.',
    });
    expect(decideRefund(policies, { ...ask, at, reason: 'cancelled_by_us' })).toMatchObject({ amount: 10_000 });
  });

  it('names the policy and the version that decided', () => {
    const ask = {
      payment: booking(),
      taken: money(0),
      asked: null,
      reason: 'duplicate',
      at: inMadrid('2026-11-10 12:00'),
    };
    expect(decideRefund(policies, ask)).toMatchObject({ policy: 'training', version: 'training-1' });
  });

  it('leaves other payments to the policy for all the rest', () => {
    const payment = booking({ reference: 'order_1', serviceDate: null });
    const ask = { payment, taken: money(0), asked: null, reason: 'requested_by_customer', at: new Date('2027-06-01') };
    expect(decideRefund(policies, ask)).toMatchObject({ amount: 10_000, policy: 'everything', rule: 'everything' });
  });
});
