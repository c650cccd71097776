import type { Money } from '../shared/money';
import { REFUND_ROLES, type AmountsByCurrency, type RefundLimits, type RefundRole } from './refund-limits';

/**
 * A time in which something comes back. Its last day is counted in days of the calendar, in the policy's time zone, and
 * still belongs to it. Without either count it is always open.
 */
export interface RefundWindow {
  /** What a decision names as its rule. */
  readonly rule: string;
  readonly daysBeforeService?: number;
  readonly daysAfterPayment?: number;
  /** Of what may come back at all, from 0 to 100 with up to two decimals. */
  readonly percent: number;
  /** Kept besides, once for a payment. */
  readonly fee?: AmountsByCurrency;
  /** For a person, in place of the words that Cashdesk finds: `{amount}`, `{paid}`, `{kept}`, `{until}`, `{serviceDate}`. */
  readonly sentence?: string;
}

/** A part of a payment that does not come back, whatever the window. */
export interface NonRefundablePart {
  /** For a person: `registration fee`. */
  readonly name: string;
  /** Only of payments with one of these purposes; of all when it is left out. */
  readonly purposes?: readonly string[];
  readonly percent?: number;
  readonly amount?: AmountsByCurrency;
}

/** A reason that opens windows besides the ordinary ones. It never gives less than those do. */
export interface ReasonRule {
  readonly reason: string;
  readonly windows: readonly RefundWindow[];
  /** Who may give it. */
  readonly roles: readonly RefundRole[];
  /** What does not come back otherwise comes back. */
  readonly returnsNonRefundable: boolean;
  /** A second person always looks at it. */
  readonly needsApproval: boolean;
}

/** Which payments a policy is for. All that is named must be so; of a list, one. */
export interface AppliesTo {
  readonly purposes?: readonly string[];
  readonly referencePrefixes?: readonly string[];
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface RefundPolicy {
  readonly name: string;
  /** Null for the one that is for all the rest. */
  readonly appliesTo: AppliesTo | null;
  /** Where its days begin and end: a zone of the IANA's. */
  readonly timeZone: string;
  /** The first that is open decides. When none is, nothing comes back. */
  readonly windows: readonly RefundWindow[];
  readonly nonRefundable: readonly NonRefundablePart[];
  readonly reasons: readonly ReasonRule[];
}

/** All policies of a service. The version stands for exactly this content. */
export interface RefundPolicies {
  readonly version: string;
  /** Where the days of the daily budgets begin and end. */
  readonly timeZone: string;
  /** Tried in this order; the last one is for all the rest. */
  readonly policies: readonly RefundPolicy[];
  readonly limits: RefundLimits;
}

/** What a policy looks at. */
export interface PaidPayment {
  readonly id: string;
  /** What was captured. */
  readonly paid: Money;
  readonly paidAt: Date;
  readonly reference: string;
  readonly purpose: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly serviceDate: string | null;
}

/** Stripe's own reasons are known whatever the policies say. Who says fraudulent has the card blocked there. */
const COMMON_REASONS: readonly Pick<ReasonRule, 'reason' | 'roles'>[] = [
  { reason: 'requested_by_customer', roles: REFUND_ROLES },
  { reason: 'duplicate', roles: REFUND_ROLES },
  { reason: 'fraudulent', roles: ['support', 'finance', 'admin'] },
];
export const DEFAULT_REASON = 'requested_by_customer';

export function policyFor({ policies }: RefundPolicies, payment: PaidPayment): RefundPolicy {
  const policy = policies.find(({ appliesTo }) => appliesTo === null || applies(appliesTo, payment));
  if (policy === undefined) throw new Error('the last policy must be for all payments');
  return policy;
}

function applies({ purposes, referencePrefixes, metadata }: AppliesTo, payment: PaidPayment): boolean {
  return (
    (purposes?.includes(payment.purpose) ?? true) &&
    (referencePrefixes?.some((prefix) => payment.reference.startsWith(prefix)) ?? true) &&
    Object.entries(metadata ?? {}).every(
      ([key, value]) => Object.hasOwn(payment.metadata, key) && payment.metadata[key] === value,
    )
  );
}

/** `unknown` to all policies, or `reserved` for other roles than this one. */
export type ReasonRefusal =
  | { readonly kind: 'reason_unknown'; readonly reasons: readonly string[] }
  | { readonly kind: 'reason_reserved'; readonly reason: string; readonly roles: readonly RefundRole[] };

/** Whether a role may give a reason for this payment. One that only other policies know opens nothing, and is theirs who give it there. */
export function refusedReason(
  policies: RefundPolicies,
  policy: RefundPolicy,
  reason: string,
  role: RefundRole,
): ReasonRefusal | null {
  const known = [...COMMON_REASONS, ...policies.policies.flatMap(({ reasons }) => reasons)];
  const own = policy.reasons.filter((rule) => rule.reason === reason);
  const rules = own.length > 0 ? own : known.filter((rule) => rule.reason === reason);
  if (rules.length === 0) return { kind: 'reason_unknown', reasons: [...new Set(known.map((rule) => rule.reason))] };
  const roles = REFUND_ROLES.filter((each) => rules.some((rule) => rule.roles.includes(each)));
  return roles.includes(role) ? null : { kind: 'reason_reserved', reason, roles };
}

/** What holds where no file says otherwise: all comes back, and who moves money may do so alone. */
export const BUILT_IN_POLICIES: RefundPolicies = {
  version: 'built-in-1',
  timeZone: 'UTC',
  policies: [
    {
      name: 'everything',
      appliesTo: null,
      timeZone: 'UTC',
      windows: [{ rule: 'everything', percent: 100 }],
      nonRefundable: [],
      reasons: [],
    },
  ],
  limits: {
    customer: { perRefund: 'unlimited', atOnce: 'nothing', perDay: 'nothing', approves: 'nothing' },
    support: { perRefund: 'unlimited', atOnce: 'nothing', perDay: 'nothing', approves: 'nothing' },
    finance: { perRefund: 'unlimited', atOnce: 'unlimited', perDay: 'unlimited', approves: 'unlimited' },
    admin: { perRefund: 'unlimited', atOnce: 'unlimited', perDay: 'unlimited', approves: 'unlimited' },
  },
};
