import type Stripe from 'stripe';
import type { SeenMovement } from '../../application/ledger/balance-gateway';
import type { MovementSource } from '../../domain/ledger/balance-movement';
import type { SeenPayout } from '../../domain/ledger/payout';
import { isCurrency } from '../../domain/shared/currency';
import { fromStripeAmount, ledgerAmountOf } from './stripe-amount';
import { PAYMENT_KEY } from './stripe-intent';

type Source = Exclude<Stripe.BalanceTransaction['source'], string | null>;
type Reference = string | { readonly id: string } | null | undefined;

export function movementOf(transaction: Stripe.BalanceTransaction): SeenMovement {
  const { id, type, reporting_category: category, currency, exchange_rate: exchangeRate, created } = transaction;
  const source = typeof transaction.source === 'object' ? transaction.source : null;
  return {
    ...{ id, type, category, currency, exchangeRate },
    amount: ledgerAmountOf(transaction.amount, currency),
    fee: ledgerAmountOf(transaction.fee, currency),
    net: ledgerAmountOf(transaction.net, currency),
    original: source === null ? null : originalOf(transaction, source),
    source: sourceOf(transaction.source),
    paymentIntent: source === null ? null : intentOf(source),
    namedPayment: source?.object === 'charge' ? (source.metadata[PAYMENT_KEY] ?? null) : null,
    payout: source?.object === 'payout' ? payoutOf(source) : null,
    at: dateOf(created),
    availableAt: dateOf(transaction.available_on),
  };
}

export function payoutOf({
  id,
  status,
  amount,
  currency,
  created,
  arrival_date: arrival,
}: Stripe.Payout): SeenPayout | null {
  if (!isCurrency(currency)) return null;
  const whole = fromStripeAmount(amount, currency);
  // Banks take whole units only.
  if (!Number.isSafeInteger(whole)) return null;
  return { id, status, currency, createdAt: dateOf(created), amount: whole, arrivalAt: dateOf(arrival) };
}

const KINDS: Readonly<Record<string, MovementSource['kind']>> = {
  charge: 'charge',
  refund: 'refund',
  dispute: 'dispute',
  payout: 'payout',
};

function sourceOf(source: Stripe.BalanceTransaction['source']): MovementSource | null {
  if (source === null) return null;
  if (typeof source === 'string') return { id: source, kind: 'other', charge: null };
  return { id: source.id, kind: KINDS[source.object] ?? 'other', charge: chargeOf(source) };
}

function chargeOf(source: Source): string | null {
  if (source.object === 'charge') return source.id;
  return source.object === 'refund' || source.object === 'dispute' ? idOf(source.charge) : null;
}

function intentOf(source: Source): string | null {
  const names = source.object === 'charge' || source.object === 'refund' || source.object === 'dispute';
  return names ? idOf(source.payment_intent) : null;
}

/** What was converted: one of the source's own amounts, where the rate leads from it to what came, else by the rate. */
function originalOf(transaction: Stripe.BalanceTransaction, source: Source): SeenMovement['original'] {
  const { amount, currency, exchange_rate: rate } = transaction;
  const candidates = amountsOf(source);
  if (candidates === null || candidates.currency === currency || rate === null) return null;
  const size = Math.abs(amount);
  const leadsThere = (candidate: number): boolean => Math.abs(candidate * rate - size) <= 1;
  const found = candidates.amounts.find(leadsThere) ?? Math.round(size / rate);
  const inUnits = ledgerAmountOf(Math.sign(amount) * found, candidates.currency);
  return { amount: inUnits, currency: candidates.currency };
}

function amountsOf(source: Source): { readonly amounts: readonly number[]; readonly currency: string } | null {
  if (source.object === 'charge') {
    const { amount, amount_captured: captured, currency } = source;
    // A partial capture comes as the whole and, as a movement of its own, what is taken back of it.
    return { amounts: [captured, amount, amount - captured], currency };
  }
  if (source.object === 'refund' || source.object === 'dispute') {
    return { amounts: [source.amount], currency: source.currency };
  }
  return null;
}

function idOf(reference: Reference): string | null {
  return typeof reference === 'object' ? (reference?.id ?? null) : (reference ?? null);
}

function dateOf(seconds: number): Date {
  return new Date(seconds * 1_000);
}
