import { addDays, dayIn } from '../shared/calendar';
import type { NonRefundablePart, PaidPayment, RefundPolicy, RefundWindow } from './refund-policy';

/** What a window gives back of a payment as a whole, whatever was given before. The parts add up to what was paid. */
export interface Ruling {
  readonly rule: string;
  readonly window: RefundWindow | null;
  /** The last day on which it holds, in the policy's zone; null when it has no end. */
  readonly lastDay: string | null;
  readonly nonRefundable: number;
  /** What the percentage keeps. */
  readonly share: number;
  readonly fee: number;
  readonly given: number;
  readonly needsApproval: boolean;
}

/** The rule of a decision that no window of the file made. */
export const TOO_LATE = 'too_late';
export const SERVICE_DATE_MISSING = 'service_date_missing';

interface Opening {
  readonly windows: readonly RefundWindow[];
  readonly returnsNonRefundable: boolean;
  readonly needsApproval: boolean;
}

/** The better one for the payer of what the ordinary windows give and what the reason does. */
export function rulingOn(policy: RefundPolicy, payment: PaidPayment, reason: string, at: Date): Ruling {
  const ordinary: Opening = { windows: policy.windows, returnsNonRefundable: false, needsApproval: false };
  const first = rule(policy, payment, ordinary, at);
  const special = policy.reasons.find((known) => known.reason === reason);
  if (special === undefined) return first;
  const second = rule(policy, payment, special, at);
  const decides = second.given > first.given || (first.rule === SERVICE_DATE_MISSING && second.window !== null);
  return decides ? second : first;
}

function rule(policy: RefundPolicy, payment: PaidPayment, opening: Opening, at: Date): Ruling {
  const today = dayIn(policy.timeZone, at);
  let lastDay: string | null = null;
  for (const window of opening.windows) {
    if (window.daysBeforeService !== undefined && payment.serviceDate === null) {
      return nothing(SERVICE_DATE_MISSING, payment, null);
    }
    lastDay = lastDayOf(window, policy, payment);
    if (lastDay === null || today <= lastDay) return divide(policy, payment, opening, window, lastDay);
  }
  return nothing(TOO_LATE, payment, lastDay);
}

function lastDayOf(window: RefundWindow, { timeZone }: RefundPolicy, payment: PaidPayment): string | null {
  const { daysBeforeService, daysAfterPayment } = window;
  if (daysBeforeService !== undefined && payment.serviceDate !== null)
    return addDays(payment.serviceDate, -daysBeforeService);
  return daysAfterPayment === undefined ? null : addDays(dayIn(timeZone, payment.paidAt), daysAfterPayment);
}

function nothing(name: string, { paid }: PaidPayment, lastDay: string | null): Ruling {
  const none = { nonRefundable: 0, fee: 0, given: 0, needsApproval: false };
  return { ...none, rule: name, window: null, lastDay, share: paid.amount };
}

/** What is kept is rounded down to the minor unit, so each rounding is to the payer's favour. */
function divide(
  policy: RefundPolicy,
  payment: PaidPayment,
  { returnsNonRefundable, needsApproval }: Opening,
  window: RefundWindow,
  lastDay: string | null,
): Ruling {
  const paid = payment.paid.amount;
  const nonRefundable = returnsNonRefundable ? 0 : nonRefundableOf(policy.nonRefundable, payment);
  const rest = paid - nonRefundable;
  const share = portion(rest, 100 - window.percent);
  const fee = Math.min(rest - share, inCurrency(window.fee, payment));
  const given = rest - share - fee;
  return { rule: window.rule, window, lastDay, nonRefundable, share, fee, given, needsApproval };
}

/** The parts that a payment has of those that do not come back. */
export function partsOf(parts: readonly NonRefundablePart[], { purpose }: PaidPayment): NonRefundablePart[] {
  return parts.filter(({ purposes }) => purposes?.includes(purpose) ?? true);
}

function nonRefundableOf(parts: readonly NonRefundablePart[], payment: PaidPayment): number {
  const paid = payment.paid.amount;
  const sum = partsOf(parts, payment).reduce(
    (kept, part) => Math.min(paid, kept + portion(paid, part.percent ?? 0) + inCurrency(part.amount, payment)),
    0,
  );
  return sum;
}

function inCurrency(amounts: Readonly<Record<string, number>> | undefined, { paid }: PaidPayment): number {
  return amounts !== undefined && Object.hasOwn(amounts, paid.currency) ? (amounts[paid.currency] ?? 0) : 0;
}

/** Rounded down. In integers, because an amount times a percentage can exceed what a float holds exactly. */
function portion(amount: number, percent: number): number {
  return Number((BigInt(amount) * BigInt(Math.round(percent * 100))) / 10_000n);
}
