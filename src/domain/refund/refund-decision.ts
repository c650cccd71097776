import { Money } from '../shared/money';
import { policyFor, type PaidPayment, type RefundPolicies } from './refund-policy';
import { rulingOn, SERVICE_DATE_MISSING } from './refund-ruling';
import { sentenceFor } from './refund-sentence';

export interface RefundAsk {
  readonly payment: PaidPayment;
  /** Refunded, on its way back, or held for requests that are not decided yet. */
  readonly taken: Money;
  /** Null for all that comes back. */
  readonly asked: Money | null;
  readonly reason: string;
  readonly at: Date;
}

/**
 * What a policy says of a refund, and why. Plain JSON, kept with the refund; amounts in minor units.
 * `nothing`: all was asked for, and that is nothing. `forbidden`: more was asked for than comes back, or the policy
 * cannot decide.
 */
export interface RefundDecision {
  readonly outcome: 'allowed' | 'nothing' | 'forbidden';
  /** What would be refunded; 0 unless it is allowed. */
  readonly amount: number;
  /** The most that the policy gives back now. Never more than is left. */
  readonly maximum: number;
  readonly currency: string;
  readonly rule: string;
  readonly policy: string;
  /** Of the policies that decided. */
  readonly version: string;
  readonly reason: string;
  /** For a person. */
  readonly sentence: string;
  /** The last day on which the rule holds, whole, in the time zone. */
  readonly lastDay: string | null;
  readonly timeZone: string;
  /** A second person must look at it because of the reason, whatever the limits say. */
  readonly needsApproval: boolean;
  readonly parts: RefundParts;
}

/** `paid` = `nonRefundable` + `share` + `fee` + `given`. */
export interface RefundParts {
  readonly paid: number;
  readonly nonRefundable: number;
  /** What the percentage of the rule keeps. */
  readonly share: number;
  readonly fee: number;
  /** What the rule gives back of the payment as a whole. */
  readonly given: number;
  /** Of which this has been refunded or is reserved. */
  readonly taken: number;
  /** Of what was paid: not refunded and not reserved, whatever the policy says. */
  readonly left: number;
}

/** Pure: the same question has the same answer at any time. @throws RangeError when currencies differ. */
export function decideRefund(policies: RefundPolicies, ask: RefundAsk): RefundDecision {
  const { payment, asked, reason, at } = ask;
  const policy = policyFor(policies, payment);
  const ruling = rulingOn(policy, payment, reason, at);
  const left = leftOf(ask);
  const beyondTaken = Money.of(Math.max(0, ruling.given - ask.taken.amount), payment.paid.currency);
  const maximum = beyondTaken.exceeds(left) ? left : beyondTaken;
  const outcome = outcomeOf(asked, maximum, ruling.rule);
  const amount = outcome === 'allowed' ? (asked ?? maximum) : Money.of(0, payment.paid.currency);
  return {
    outcome,
    amount: amount.amount,
    maximum: maximum.amount,
    currency: payment.paid.currency,
    rule: ruling.rule,
    policy: policy.name,
    version: policies.version,
    reason,
    sentence: sentenceFor({ policy, payment, ruling, asked, amount, maximum, taken: ask.taken, outcome }),
    lastDay: ruling.lastDay,
    timeZone: policy.timeZone,
    needsApproval: ruling.needsApproval,
    parts: {
      paid: payment.paid.amount,
      nonRefundable: ruling.nonRefundable,
      share: ruling.share,
      fee: ruling.fee,
      given: ruling.given,
      taken: ask.taken.amount,
      left: left.amount,
    },
  };
}

/** What Stripe refunded beyond our reservations can make `taken` more than was paid. */
export function leftOf({ payment: { paid }, taken }: Pick<RefundAsk, 'payment' | 'taken'>): Money {
  return taken.exceeds(paid) ? Money.of(0, paid.currency) : paid.minus(taken);
}

function outcomeOf(asked: Money | null, maximum: Money, rule: string): RefundDecision['outcome'] {
  if (rule === SERVICE_DATE_MISSING) return 'forbidden';
  if (asked === null) return maximum.amount === 0 ? 'nothing' : 'allowed';
  return asked.exceeds(maximum) ? 'forbidden' : 'allowed';
}
