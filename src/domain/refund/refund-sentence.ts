import { dayText } from '../shared/calendar';
import { Money } from '../shared/money';
import type { PaidPayment, RefundPolicy } from './refund-policy';
import { partsOf, SERVICE_DATE_MISSING, TOO_LATE, type Ruling } from './refund-ruling';

export interface SentenceFacts {
  readonly policy: RefundPolicy;
  readonly payment: PaidPayment;
  readonly ruling: Ruling;
  readonly asked: Money | null;
  readonly amount: Money;
  readonly maximum: Money;
  readonly taken: Money;
  readonly outcome: 'allowed' | 'nothing' | 'forbidden';
}

/** What a sentence of the file may stand on. */
export const SENTENCE_PLACES = ['amount', 'paid', 'kept', 'until', 'serviceDate'] as const;
export type SentencePlace = (typeof SENTENCE_PLACES)[number];

/** The decision for a person: what comes back, of what, and why. */
export function sentenceFor(facts: SentenceFacts): string {
  const { outcome, asked, maximum } = facts;
  if (facts.ruling.rule === SERVICE_DATE_MISSING) {
    return 'What comes back depends on the day of the service, and this payment has none, so it cannot be decided.';
  }
  if (outcome === 'forbidden' && asked !== null) {
    const most = maximum.amount === 0 ? 'nothing' : maximum.toString();
    return `${asked.toString()} is more than comes back, which is ${most}: ${basis(facts)}.`;
  }
  const own = facts.ruling.window?.sentence;
  // The words of the file speak of the rule, not of a payment of which all that it gives was given already.
  const spent = outcome === 'nothing' && facts.ruling.given > 0;
  if (own !== undefined && !spent) return filled(own, facts);
  if (outcome === 'nothing') return `Nothing comes back: ${basis(facts)}.`;
  return `${facts.amount.toString()} of ${facts.payment.paid.toString()} comes back: ${basis(facts)}.`;
}

function basis(facts: SentenceFacts): string {
  const { ruling, payment, policy, taken } = facts;
  const money = (amount: number) => Money.of(amount, payment.paid.currency).toString();
  const parts = [term(facts)];
  if (ruling.fee > 0) parts.push(`less a fee of ${money(ruling.fee)}`);
  if (ruling.nonRefundable > 0) {
    const names = partsOf(policy.nonRefundable, payment).map(({ name }) => name);
    parts.push(`${money(ruling.nonRefundable)} (${names.join(', ')}) never comes back`);
  }
  if (taken.amount > 0) parts.push(`${taken.toString()} was refunded or is reserved already`);
  return parts.join('; ');
}

function term({ ruling, policy }: SentenceFacts): string {
  if (ruling.rule === TOO_LATE && ruling.window === null) return `the last day was ${until(ruling.lastDay, policy)}`;
  const percent = ruling.window?.percent ?? 0;
  const share = percent === 100 ? 'all' : percent === 0 ? 'nothing' : `${String(percent)} %`;
  const days = ruling.window?.daysBeforeService;
  if (ruling.lastDay === null) return `${share} by the rule ${ruling.rule}`;
  const before = days === undefined ? '' : `, ${days === 0 ? 'the day of' : `${dayCount(days)} before`} the service`;
  return `${share} until ${until(ruling.lastDay, policy)}${before}`;
}

function until(lastDay: string | null, { timeZone }: RefundPolicy): string {
  return lastDay === null ? '' : `${dayText(lastDay)} (${timeZone})`;
}

function dayCount(days: number): string {
  return days === 1 ? '1 day' : `${String(days)} days`;
}

function filled(sentence: string, { amount, payment, ruling, policy }: SentenceFacts): string {
  const { currency } = payment.paid;
  const kept = ruling.nonRefundable + ruling.share + ruling.fee;
  const values: Record<SentencePlace, string> = {
    amount: amount.toString(),
    paid: payment.paid.toString(),
    kept: Money.of(kept, currency).toString(),
    until: until(ruling.lastDay, policy),
    serviceDate: payment.serviceDate === null ? '' : dayText(payment.serviceDate),
  };
  return sentence.replaceAll(/\{(\w+)\}/g, (all, name: string) =>
    Object.hasOwn(values, name) ? values[name as SentencePlace] : all,
  );
}
