import { decideRefund } from '../../src/domain/refund/refund-decision';
import {
  BUILT_IN_POLICIES,
  policyFor,
  refusedReason,
  type AppliesTo,
  type RefundPolicies,
  type RefundPolicy,
} from '../../src/domain/refund/refund-policy';
import { booking, onlyPolicy, trainingPolicies } from '../support/policy-samples';
import { money } from '../support/samples';

function ordered(...which: (AppliesTo | null)[]): RefundPolicies {
  const [plain] = BUILT_IN_POLICIES.policies as readonly [RefundPolicy];
  const policies = which.map((appliesTo, at) => ({ ...plain, name: `policy_${String(at)}`, appliesTo }));
  return { ...BUILT_IN_POLICIES, policies };
}

const AT = new Date('2026-11-10T12:00:00Z');
const ALL = { taken: money(0), asked: null, reason: 'requested_by_customer', at: AT };

describe('The policy of a payment', () => {
  const payment = booking({ purpose: 'deposit', metadata: { product: 'training', place: 'Madrid' } });

  it.each<[string, AppliesTo, boolean]>([
    ['a prefix of its reference', { referencePrefixes: ['order_', 'booking_'] }, true],
    ['no prefix of its reference', { referencePrefixes: ['order_', 'ooking_'] }, false],
    ['its purpose', { purposes: ['full', 'deposit'] }, true],
    ['another purpose', { purposes: ['full'] }, false],
    ['its metadata', { metadata: { product: 'training' } }, true],
    ['metadata of which one differs', { metadata: { product: 'training', place: 'Rome' } }, false],
    ['metadata that it has not', { metadata: { constructor: 'training' } }, false],
    ['its purpose and another prefix', { purposes: ['deposit'], referencePrefixes: ['order_'] }, false],
  ])('that names %s: %p is taken: %p', (_what, appliesTo, taken) => {
    expect(policyFor(ordered(appliesTo, null), payment).name).toBe(taken ? 'policy_0' : 'policy_1');
  });

  it('is the first that is for it', () => {
    const policies = ordered(
      { purposes: ['full'] },
      { purposes: ['deposit'] },
      { referencePrefixes: ['booking_'] },
      null,
    );
    expect(policyFor(policies, payment).name).toBe('policy_1');
  });
});

describe('A reason', () => {
  const policies = trainingPolicies();
  const refused = (reason: string, role: 'customer' | 'support', reference = 'booking_1') =>
    refusedReason(policies, policyFor(policies, booking({ reference })), reason, role);

  it('that the merchant gives is not for the customer', () => {
    const roles = ['support', 'finance', 'admin'];
    expect(refused('cancelled_by_us', 'customer')).toEqual({
      kind: 'reason_reserved',
      reason: 'cancelled_by_us',
      roles,
    });
    expect(refused('cancelled_by_us', 'support')).toBeNull();
  });

  it('that the file gives to customers is theirs', () => {
    expect(refused('illness', 'customer')).toBeNull();
  });

  it('that no policy knows is refused, with those that are known', () => {
    const reasons = ['requested_by_customer', 'duplicate', 'fraudulent', 'cancelled_by_us', 'illness'];
    expect(refused('weather', 'support')).toEqual({ kind: 'reason_unknown', reasons });
  });

  it('that only another policy knows opens nothing here', () => {
    expect(refused('illness', 'customer', 'order_1')).toBeNull();
    const order = { payment: booking({ reference: 'order_1' }), ...ALL, reason: 'illness' };
    expect(decideRefund(policies, order)).toMatchObject({ rule: 'everything', needsApproval: false });
  });

  it('that only another policy keeps from customers is kept from them here too', () => {
    expect(refused('cancelled_by_us', 'customer', 'order_1')).toMatchObject({ kind: 'reason_reserved' });
    expect(refused('cancelled_by_us', 'support', 'order_1')).toBeNull();
  });

  it('that has the card blocked at Stripe is not for its owner to give', () => {
    expect(refused('fraudulent', 'customer')).toMatchObject({ kind: 'reason_reserved' });
    expect(refused('fraudulent', 'support')).toBeNull();
  });

  it('that opens the window asks for a second person, and the ordinary window does not', () => {
    const ill = (at: string) =>
      decideRefund(policies, { payment: booking(), ...ALL, reason: 'illness', at: new Date(at) });
    expect(ill('2026-12-10T12:00:00Z').needsApproval).toBe(true);
    expect(ill('2026-11-10T12:00:00Z').needsApproval).toBe(false);
  });
});

describe('Rounding', () => {
  const given = (paid: number, percent: number, more = {}) =>
    decideRefund(onlyPolicy({ windows: [{ rule: 'part', percent }], ...more }), {
      payment: booking({ paid: money(paid) }),
      ...ALL,
    });

  it.each([
    [1, 50, 1],
    [3, 50, 2],
    [9_999, 33.33, 3_333],
    [100, 33.33, 34],
    [1, 0.01, 1],
    [1, 0, 0],
    [10_000, 100, 10_000],
    [Number.MAX_SAFE_INTEGER, 99.99, 9_006_298_534_815_517],
  ])('of %d at %d %% is to the favour of the one who paid: %d', (paid, percent, comesBack) => {
    expect(given(paid, percent).amount).toBe(comesBack);
  });

  it('of a part that never comes back is so too', () => {
    const parts = { nonRefundable: [{ name: 'a third', percent: 33.33 }] };
    expect(given(100, 100, parts).parts).toMatchObject({ nonRefundable: 33, given: 67 });
  });
});

describe('What is kept', () => {
  const decide = (more: Partial<RefundPolicy>, code = 'gbp') =>
    decideRefund(onlyPolicy(more), { payment: booking({ paid: money(1_000, code) }), ...ALL, taken: money(0, code) })
      .parts;

  it('is a fee after the percentage, in the currency of the payment', () => {
    const windows = [{ rule: 'half', percent: 50, fee: { gbp: 120 } }];
    expect(decide({ windows })).toMatchObject({ share: 500, fee: 120, given: 380 });
    expect(decide({ windows }, 'eur')).toMatchObject({ share: 500, fee: 0, given: 500 });
  });

  it('is never more than there is', () => {
    const windows = [{ rule: 'half', percent: 50, fee: { gbp: 5_000 } }];
    expect(decide({ windows })).toMatchObject({ share: 500, fee: 500, given: 0 });
  });

  it('counts the parts that never come back first, and the percentage of the rest', () => {
    const nonRefundable = [
      { name: 'registration', amount: { gbp: 200 } },
      { name: 'a tenth', percent: 10 },
    ];
    expect(decide({ nonRefundable, windows: [{ rule: 'half', percent: 50 }] })).toMatchObject({
      ...{ nonRefundable: 300, share: 350, given: 350 },
    });
  });

  it('leaves out a part for other purposes', () => {
    expect(decide({ nonRefundable: [{ name: 'deposit', purposes: ['deposit'], percent: 100 }] }).given).toBe(1_000);
  });
});
