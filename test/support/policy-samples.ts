import { join } from 'node:path';
import type { PaidPayment, RefundPolicies, RefundPolicy } from '../../src/domain/refund/refund-policy';
import { BUILT_IN_POLICIES } from '../../src/domain/refund/refund-policy';
import { readRefundPolicies } from '../../src/infrastructure/settings/refund-policies-file';
import { money } from './samples';

export const EXAMPLE_POLICIES = join(__dirname, '../../docs/examples/refund-policies.json');

/** The file that is shipped as an example. */
export const trainingPolicies = (): RefundPolicies => readRefundPolicies(EXAMPLE_POLICIES).policies;

/** A booking of 100.00 GBP, paid on 1 November 2026 for the 15th of December. */
export function booking(changes: Partial<PaidPayment> = {}): PaidPayment {
  return {
    id: 'pay_01jd8x3v5ze6w9q2r4t7y8v1p0',
    paid: money(10_000),
    paidAt: new Date('2026-11-01T10:00:00Z'),
    reference: 'booking_1',
    purpose: 'full',
    metadata: {},
    serviceDate: '2026-12-15',
    ...changes,
  };
}

/** One policy for all payments. */
export function onlyPolicy(policy: Partial<RefundPolicy>): RefundPolicies {
  const plain: RefundPolicy = {
    name: 'only',
    appliesTo: null,
    timeZone: 'UTC',
    windows: [{ rule: 'all', percent: 100 }],
    nonRefundable: [],
    reasons: [],
  };
  return { ...BUILT_IN_POLICIES, version: 'test-1', policies: [{ ...plain, ...policy }] };
}
