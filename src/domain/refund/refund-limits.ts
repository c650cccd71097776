import { Money } from '../shared/money';

export const REFUND_ROLES = ['customer', 'support', 'finance', 'admin'] as const;
export type RefundRole = (typeof REFUND_ROLES)[number];

/** Minor units by currency. A currency that is not named has none of it. */
export type AmountsByCurrency = Readonly<Record<string, number>>;

/** A currency that is not named counts as nothing: what nobody allowed is not allowed. */
export type Limit = 'unlimited' | 'nothing' | AmountsByCurrency;

/** What a role may do. */
export interface RoleLimits {
  /** The most that it may ask for in one refund, with a second person or without. */
  readonly perRefund: Limit;
  /** The most of one refund that runs without a second person. */
  readonly atOnce: Limit;
  /** The most of one person or key with this role that runs so in a day. */
  readonly perDay: Limit;
  /** The most of one refund of another person that it may approve. */
  readonly approves: Limit;
}

export type RefundLimits = Readonly<Record<RefundRole, RoleLimits>>;

/** How a refund that the policy allows comes to run. */
export type RefundPassage =
  | { readonly kind: 'at_once' }
  /** A second person must approve it; which limit says so, and what it is in the refund's currency. */
  | {
      readonly kind: 'needs_approval';
      readonly because: 'reason' | 'at_once' | 'per_day';
      readonly limit: number | null;
    }
  /** Above what the role may ask for at all. */
  | { readonly kind: 'above_limit'; readonly limit: number };

export interface PassageFacts {
  readonly role: RefundRole;
  readonly amount: Money;
  /** What the one who asks had at once today, in the same currency. */
  readonly today: Money;
  /** The reason is one at which a second person always looks. */
  readonly reasonNeedsApproval: boolean;
}

export function passageOf(limits: RefundLimits, facts: PassageFacts): RefundPassage {
  const { amount, today } = facts;
  const { perRefund, atOnce } = limits[facts.role];
  const most = amountOf(perRefund, amount.currency);
  if (most !== null && amount.amount > most) return { kind: 'above_limit', limit: most };
  if (facts.reasonNeedsApproval) return { kind: 'needs_approval', because: 'reason', limit: null };
  const alone = amountOf(atOnce, amount.currency);
  if (alone !== null && amount.amount > alone) return { kind: 'needs_approval', because: 'at_once', limit: alone };
  const budget = dailyBudget(limits, facts.role, amount.currency);
  if (budget !== null && amount.amount > budget - today.amount) {
    return { kind: 'needs_approval', because: 'per_day', limit: budget };
  }
  return { kind: 'at_once' };
}

/** Whether a role may approve a refund of this amount that somebody else asked for. */
export function mayApprove(limits: RefundLimits, role: RefundRole, amount: Money): boolean {
  const most = amountOf(limits[role].approves, amount.currency);
  return most === null || amount.amount <= most;
}

/** What a role may refund at once in a day, in minor units of a currency; null for no limit. */
export function dailyBudget(limits: RefundLimits, role: RefundRole, currency: string): number | null {
  return amountOf(limits[role].perDay, currency);
}

/** Minor units; null for no limit. */
export function amountOf(limit: Limit, currency: string): number | null {
  if (limit === 'unlimited') return null;
  if (limit === 'nothing') return 0;
  return Object.hasOwn(limit, currency) ? (limit[currency] ?? 0) : 0;
}
