import type { Context } from '../../core/context';
import { UI } from './layout';
import { findObject } from './object-page';
import { notFound } from './page-request';
import { idOf } from '../../core/references';

/** The page that shows what an id stands for: its own, or that of the payment it belongs to. */
export function pageOfId(ctx: Context, written: string): string {
  // A client secret begins with the id of its payment.
  const id = written.trim().split('_secret_')[0] ?? '';
  const place = ownPage(ctx, id);
  if (place !== null) return place;
  const payment = paymentOf(ctx, id);
  if (payment !== null) return `${UI}/payments/${payment}`;
  if (findObject(ctx, id) === null) throw notFound('object', id);
  return `${UI}/objects/${encodeURIComponent(id)}`;
}

function ownPage({ tx }: Context, id: string): string | null {
  if (tx.get('payment_intents', id) !== undefined) return `${UI}/payments/${id}`;
  if (tx.get('events', id) !== undefined) return `${UI}/events/${id}`;
  if (tx.get('customers', id) !== undefined) return `${UI}/customers/${encodeURIComponent(id)}`;
  const delivery = tx.get('deliveries', id);
  return delivery === undefined ? null : `${UI}/events/${delivery.event}`;
}

function paymentOf({ tx }: Context, id: string): string | null {
  const source = idOf(tx.get('balance_transactions', id)?.source) ?? id;
  const found = tx.get('charges', source) ?? tx.get('refunds', source) ?? tx.get('disputes', source);
  return idOf(found?.payment_intent);
}
