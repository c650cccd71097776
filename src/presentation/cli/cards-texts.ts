import type { PaymentMethodView } from '../../application/customer/payment-method-view';
import { table, type Column } from './table';

const COLUMNS: readonly Column<PaymentMethodView>[] = [
  { title: 'id', value: ({ id }) => id },
  { title: 'type', value: ({ type }) => type },
  { title: 'brand', value: ({ brand }) => brand },
  { title: 'last4', value: ({ last4 }) => last4 },
  { title: 'ends', value: ({ expiry }) => expiry && `${String(expiry.year)}-${String(expiry.month).padStart(2, '0')}` },
  { title: 'status', value: ({ status }) => status },
  { title: 'default', value: (card) => (card.default ? 'yes' : null) },
  { title: 'consent', value: ({ consent }) => consent && `${consent.textVersion} ${consent.at}` },
  { title: 'created', value: ({ createdAt }) => createdAt },
];

const WHOSE: Column<PaymentMethodView> = { title: 'customer', value: ({ customer }) => customer };

export function cardsTable(cards: readonly PaymentMethodView[]): string {
  return table(COLUMNS, cards);
}

export function cardsOfAllTable(cards: readonly PaymentMethodView[]): string {
  return table([WHOSE, ...COLUMNS], cards);
}
