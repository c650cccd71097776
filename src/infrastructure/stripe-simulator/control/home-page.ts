import { page } from './challenge-page';
import { escapeHtml } from '../core/http';
import type { Store } from '../core/store';

const SHOWN = 20;

export function homePage(store: Store): string {
  const intents = first(store.table('payment_intents').older()).map(
    ({ id, status, amount, currency }) =>
      `<tr><td>${id}</td><td>${status}</td><td>${String(amount)} ${escapeHtml(currency)}</td></tr>`,
  );
  const events = first(store.table('events').older()).map(({ id, type }) => `<tr><td>${id}</td><td>${type}</td></tr>`);
  return page(
    'Stripe simulator',
    `<h2>Latest payment intents</h2>
<table><thead><tr><th scope="col">Id</th><th scope="col">Status</th><th scope="col">Amount</th></tr></thead><tbody>${intents.join('')}</tbody></table>
<h2>Latest events</h2>
<table><thead><tr><th scope="col">Id</th><th scope="col">Type</th></tr></thead><tbody>${events.join('')}</tbody></table>`,
  );
}

function first<T>(rows: Iterable<T>): T[] {
  const shown: T[] = [];
  for (const row of rows) {
    shown.push(row);
    if (shown.length === SHOWN) break;
  }
  return shown;
}
