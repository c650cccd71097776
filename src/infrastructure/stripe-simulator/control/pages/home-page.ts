import type { Context } from '../../core/context';
import { isActive } from '../../faults/faults';
import { deliveriesTable, eventsTable } from './events-pages';
import { clockLine } from './clock-page';
import { NAME, UI, type Page } from './layout';
import { markup, type Markup } from './markup';
import { paymentSearch, paymentsTable } from './payments-list';
import { code, section } from './parts';
import { sliceOf } from './slice';

const SHOWN = 10;

export interface Surroundings {
  /** The address under which the page was asked for. */
  address: string;
  offsetMs: number;
}

export function homePage(ctx: Context, { address, offsetMs }: Surroundings): Page {
  const payments = sliceOf(ctx.tx.table('payment_intents'), { size: SHOWN }).rows;
  const events = sliceOf(ctx.tx.table('events'), { size: SHOWN }).rows;
  const deliveries = sliceOf(ctx.tx.table('deliveries'), { size: SHOWN }).rows;
  const all = (path: string, words: string): Markup => markup`<p><a href="${UI}/${path}">${words}</a></p>`;
  return {
    title: NAME,
    body: markup`<p>It answers Stripe's API at ${code(address)} to any key that begins with ${code('sk_test_')}.
${faultsLine(ctx)} ${clockLine(ctx, offsetMs)}</p>
${section(
  'Payments',
  payments.length === 0
    ? firstPayment(address)
    : [paymentSearch(''), paymentsTable(ctx, 'The latest payments', payments, null), all('payments', 'All payments')],
)}
${section(
  'Events',
  events.length === 0
    ? markup`<p>Nothing has happened yet. A payment will be the first.</p>`
    : [eventsTable('The latest events', events, null), all('events', 'All events')],
)}
${section(
  'Deliveries',
  deliveries.length === 0
    ? firstEndpoint(ctx, address)
    : [deliveriesTable('The latest deliveries', deliveries, null), all('deliveries', 'All deliveries')],
)}`,
  };
}

function faultsLine({ faults }: Context): Markup {
  const kinds = new Set(
    faults
      .list()
      .filter(isActive)
      .map(({ kind }) => kind),
  );
  const words = kinds.size === 0 ? 'No fault is set' : `Faults that may strike: ${[...kinds].join(', ')}`;
  return markup`<a href="${UI}/faults">${words}</a>.`;
}

function firstPayment(address: string): Markup {
  return markup`<p>There is no payment yet. This makes one:</p>
<pre class="line" tabindex="0">curl '${address}/v1/payment_intents' -u sk_test_simulator: -d amount=2000 -d currency=gbp \\
  -d payment_method=pm_card_visa -d confirm=true \\
  -d 'automatic_payment_methods[enabled]=true' -d 'automatic_payment_methods[allow_redirects]=never'</pre>`;
}

function firstEndpoint(ctx: Context, address: string): Markup {
  if (ctx.tx.table('webhook_endpoints').size > 0) return markup`<p>Nothing has been sent to the endpoint yet.</p>`;
  return markup`<p>No endpoint listens, so no event is sent. This registers one:</p>
<pre class="line" tabindex="0">curl '${address}/v1/webhook_endpoints' -u sk_test_simulator: \\
  -d url=http://127.0.0.1:3000/webhooks -d 'enabled_events[]=*'</pre>`;
}
