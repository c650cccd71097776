import type { PaymentView } from '../../application/payment/payment-view';
import type { TimelineEntry } from '../../application/payment/payment-queries';
import { isCurrency } from '../../domain/shared/currency';
import { Money } from '../../domain/shared/money';
import { properties, table, type Column } from './table';

const COLUMNS: readonly Column<PaymentView>[] = [
  { title: 'id', value: ({ id }) => id },
  { title: 'status', value: ({ status }) => status },
  { title: 'amount', value: (payment) => amountText(payment.amount, payment.currency), align: 'right' },
  { title: 'captured', value: (payment) => amountText(payment.capturedAmount, payment.currency), align: 'right' },
  { title: 'reference', value: ({ reference }) => reference },
  { title: 'purpose', value: ({ purpose }) => purpose },
  { title: 'customer', value: ({ customer }) => customer },
  { title: 'created', value: ({ createdAt }) => createdAt },
];
const ATTENTION: Column<PaymentView> = { title: 'attention', value: ({ attention }) => attention };

const TIMELINE: readonly Column<TimelineEntry>[] = [
  { title: 'at', value: ({ at }) => at },
  { title: 'what', value: ({ what }) => what },
  { title: 'cause', value: ({ cause }) => cause },
  { title: 'id', value: ({ id }) => id },
  { title: 'details', value: ({ data }) => detailsText(data) },
];

export function paymentsTable(payments: readonly PaymentView[]): string {
  const needed = payments.some(({ attention }) => attention !== null);
  return table(needed ? [...COLUMNS, ATTENTION] : COLUMNS, payments);
}

export function paymentText(payment: PaymentView): string {
  const { currency, failure, nextAction } = payment;
  return properties([
    ['Payment', payment.id],
    ['Status', payment.status],
    ['Attention', payment.attention],
    ['Amount', amountText(payment.amount, currency)],
    ['Capturable', amountText(payment.capturableAmount, currency)],
    ['Captured', amountText(payment.capturedAmount, currency)],
    ['Refunded', amountText(payment.refundedAmount, currency)],
    ['Capture', payment.captureMethod],
    ['Reference', payment.reference],
    ['Purpose', payment.purpose],
    ['Customer', payment.customer],
    ['Description', payment.description],
    ['Metadata', detailsText(payment.metadata)],
    ['Service date', payment.serviceDate],
    ['Payment method', payment.paymentMethod],
    ['Next action', nextAction?.type ?? null],
    ['Failure', failure === null ? null : `${failure.declineCode ?? failure.code}: ${failure.message}`],
    ['Canceled for', payment.cancellationReason],
    ['Created', payment.createdAt],
    ['Updated', payment.updatedAt],
    ['Expires', payment.expiresAt],
  ]);
}

export function timelineTable(entries: readonly TimelineEntry[]): string {
  return table(TIMELINE, entries);
}

export function amountText(amount: number, currency: string): string {
  return isCurrency(currency) ? Money.of(amount, currency).toString() : `${amount} ${currency}`;
}

/** What is known of it: `code=card_declined declineCode=insufficient_funds`. */
function detailsText(data: Readonly<Record<string, unknown>>): string {
  return Object.entries(data)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
}
