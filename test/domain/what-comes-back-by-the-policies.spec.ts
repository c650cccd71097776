import { decideRefund } from '../../src/domain/refund/refund-decision';
import { money } from '../support/samples';
import { booking, trainingPolicies } from '../support/policy-samples';

interface Case {
  readonly paid: string;
  readonly purpose: string;
  readonly service: string;
  readonly asked: string;
  readonly reason: string;
  readonly want: string;
  readonly taken: string;
  readonly gets: string;
  readonly rule: string;
  readonly says: string;
}

const pence = (pounds: string) => Math.round(Number(pounds) * 100);

/** Times are of Madrid, which is an hour ahead of UTC in winter, two in summer: the example's zone. */
describe('The example of training bookings', () => {
  const policies = trainingPolicies();

  it.each`
    paid        | purpose           | service         | asked                 | reason                     | want       | taken      | gets        | rule                          | says
    ${'100.00'} | ${'full'}         | ${'2026-12-15'} | ${'2026-11-10 12:00'} | ${'requested_by_customer'} | ${'all'}   | ${'0'}     | ${'100.00'} | ${'all_until_14_days_before'} | ${'100.00 GBP of 100.00 GBP comes back: all until 1 December 2026 (Europe/Madrid), 14 days before the service.'}
    ${'100.00'} | ${'full'}         | ${'2026-12-15'} | ${'2026-12-01 23:59'} | ${'requested_by_customer'} | ${'all'}   | ${'0'}     | ${'100.00'} | ${'all_until_14_days_before'} | ${'100.00 GBP of 100.00 GBP comes back: all until 1 December 2026 (Europe/Madrid), 14 days before the service.'}
    ${'100.00'} | ${'full'}         | ${'2026-12-15'} | ${'2026-12-02 00:00'} | ${'requested_by_customer'} | ${'all'}   | ${'0'}     | ${'50.00'}  | ${'half_until_7_days_before'} | ${'50.00 GBP of 100.00 GBP comes back: 50 % until 8 December 2026 (Europe/Madrid), 7 days before the service.'}
    ${'100.00'} | ${'full'}         | ${'2026-12-15'} | ${'2026-12-08 23:59'} | ${'requested_by_customer'} | ${'all'}   | ${'0'}     | ${'50.00'}  | ${'half_until_7_days_before'} | ${'50.00 GBP of 100.00 GBP comes back: 50 % until 8 December 2026 (Europe/Madrid), 7 days before the service.'}
    ${'100.00'} | ${'full'}         | ${'2026-12-15'} | ${'2026-12-09 00:00'} | ${'requested_by_customer'} | ${'all'}   | ${'0'}     | ${'0'}      | ${'nothing_after'}            | ${'Nothing comes back in the last week before the training on 15 December 2026.'}
    ${'100.00'} | ${'full'}         | ${'2026-12-15'} | ${'2026-12-20 12:00'} | ${'cancelled_by_us'}       | ${'all'}   | ${'0'}     | ${'100.00'} | ${'all_when_we_cancel'}       | ${'100.00 GBP comes back: we cancelled the training.'}
    ${'100.00'} | ${'full'}         | ${'2026-12-15'} | ${'2026-12-10 12:00'} | ${'illness'}               | ${'all'}   | ${'0'}     | ${'70.00'}  | ${'most_when_ill'}            | ${'70.00 GBP of 100.00 GBP comes back: 80 % until 15 December 2026 (Europe/Madrid), the day of the service; less a fee of 10.00 GBP.'}
    ${'100.00'} | ${'full'}         | ${'2026-12-15'} | ${'2026-11-10 12:00'} | ${'illness'}               | ${'all'}   | ${'0'}     | ${'100.00'} | ${'all_until_14_days_before'} | ${'100.00 GBP of 100.00 GBP comes back: all until 1 December 2026 (Europe/Madrid), 14 days before the service.'}
    ${'100.00'} | ${'full'}         | ${'2026-12-15'} | ${'2026-12-16 00:00'} | ${'illness'}               | ${'all'}   | ${'0'}     | ${'0'}      | ${'nothing_after'}            | ${'Nothing comes back in the last week before the training on 15 December 2026.'}
    ${'100.00'} | ${'full'}         | ${'2026-12-15'} | ${'2026-12-14 12:00'} | ${'duplicate'}             | ${'all'}   | ${'0'}     | ${'100.00'} | ${'all_of_a_duplicate'}       | ${'100.00 GBP of 100.00 GBP comes back: all until 30 January 2027 (Europe/Madrid).'}
    ${'100.00'} | ${'full'}         | ${'2026-12-15'} | ${'2026-12-05 12:00'} | ${'requested_by_customer'} | ${'30.00'} | ${'0'}     | ${'30.00'}  | ${'half_until_7_days_before'} | ${'30.00 GBP of 100.00 GBP comes back: 50 % until 8 December 2026 (Europe/Madrid), 7 days before the service.'}
    ${'100.00'} | ${'full'}         | ${'2026-12-15'} | ${'2026-12-05 12:00'} | ${'requested_by_customer'} | ${'all'}   | ${'20.00'} | ${'30.00'}  | ${'half_until_7_days_before'} | ${'30.00 GBP of 100.00 GBP comes back: 50 % until 8 December 2026 (Europe/Madrid), 7 days before the service; 20.00 GBP was refunded or is reserved already.'}
    ${'100.00'} | ${'full'}         | ${'2026-12-15'} | ${'2026-12-05 12:00'} | ${'requested_by_customer'} | ${'30.01'} | ${'20.00'} | ${'no'}     | ${'half_until_7_days_before'} | ${'30.01 GBP is more than comes back, which is 30.00 GBP: 50 % until 8 December 2026 (Europe/Madrid), 7 days before the service; 20.00 GBP was refunded or is reserved already.'}
    ${'100.00'} | ${'full'}         | ${'2026-12-15'} | ${'2026-12-12 12:00'} | ${'requested_by_customer'} | ${'1.00'}  | ${'0'}     | ${'no'}     | ${'nothing_after'}            | ${'1.00 GBP is more than comes back, which is nothing: nothing by the rule nothing_after.'}
    ${'100.00'} | ${'full'}         | ${'2026-12-15'} | ${'2026-12-05 12:00'} | ${'requested_by_customer'} | ${'all'}   | ${'50.00'} | ${'0'}      | ${'half_until_7_days_before'} | ${'Nothing comes back: 50 % until 8 December 2026 (Europe/Madrid), 7 days before the service; 50.00 GBP was refunded or is reserved already.'}
    ${'99.99'}  | ${'full'}         | ${'2026-12-15'} | ${'2026-12-05 12:00'} | ${'requested_by_customer'} | ${'all'}   | ${'0'}     | ${'50.00'}  | ${'half_until_7_days_before'} | ${'50.00 GBP of 99.99 GBP comes back: 50 % until 8 December 2026 (Europe/Madrid), 7 days before the service.'}
    ${'100.00'} | ${'registration'} | ${'2026-12-15'} | ${'2026-11-10 12:00'} | ${'requested_by_customer'} | ${'all'}   | ${'0'}     | ${'0'}      | ${'all_until_14_days_before'} | ${'Nothing comes back: all until 1 December 2026 (Europe/Madrid), 14 days before the service; 100.00 GBP (registration) never comes back.'}
    ${'100.00'} | ${'registration'} | ${'2026-12-15'} | ${'2026-12-14 12:00'} | ${'cancelled_by_us'}       | ${'all'}   | ${'0'}     | ${'100.00'} | ${'all_when_we_cancel'}       | ${'100.00 GBP comes back: we cancelled the training.'}
    ${'100.00'} | ${'full'}         | ${'none'}       | ${'2026-12-05 12:00'} | ${'requested_by_customer'} | ${'all'}   | ${'0'}     | ${'no'}     | ${'service_date_missing'}     | ${'What comes back depends on the day of the service, and this payment has none, so it cannot be decided.'}
    ${'100.00'} | ${'full'}         | ${'none'}       | ${'2026-12-05 12:00'} | ${'cancelled_by_us'}       | ${'all'}   | ${'0'}     | ${'100.00'} | ${'all_when_we_cancel'}       | ${'100.00 GBP comes back: we cancelled the training.'}
  `(
    'of $paid ($purpose) for $service, asked $asked ($reason, $want, $taken taken): gives $gets by $rule',
    ({ paid, purpose, service, asked, reason, want, taken, gets, rule, says }: Case) => {
      const decision = decideRefund(policies, {
        payment: booking({ paid: money(pence(paid)), purpose, serviceDate: service === 'none' ? null : service }),
        taken: money(pence(taken)),
        asked: want === 'all' ? null : money(pence(want)),
        reason,
        at: new Date(`${asked.replace(' ', 'T')}:00+01:00`),
      });
      expect(decision).toMatchObject({ rule, sentence: says, policy: 'training', version: 'training-1' });
      const outcome = gets === 'no' ? 'forbidden' : pence(gets) === 0 ? 'nothing' : 'allowed';
      expect([decision.outcome, decision.amount]).toEqual([outcome, gets === 'no' ? 0 : pence(gets)]);
    },
  );

  it('leaves other payments to the policy for all the rest', () => {
    const payment = booking({ reference: 'order_1', serviceDate: null });
    const ask = { payment, taken: money(0), asked: null, reason: 'requested_by_customer', at: new Date('2027-06-01') };
    expect(decideRefund(policies, ask)).toMatchObject({ amount: 10_000, policy: 'everything', rule: 'everything' });
  });
});
