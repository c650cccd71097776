import type Stripe from 'stripe';
import { escapeHtml } from '../core/http';

const STYLE =
  'body{font:1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:3rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}' +
  'button{font:inherit;padding:.6rem 1.2rem;margin:0 .5rem .5rem 0;border:2px solid #1a1a1a;border-radius:.3rem;background:#fff;cursor:pointer}' +
  'button:focus-visible{outline:3px solid #0b5fff;outline-offset:2px}button[value=succeed]{background:#1a1a1a;color:#fff}' +
  'table{border-collapse:collapse}td,th{padding:.2rem .8rem .2rem 0;text-align:left}';

export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`;
}

/** Stands for the page on which the customer's bank asks who is paying. */
export function challengePage(intent: Stripe.PaymentIntent): string {
  const amount = `${String(intent.amount)} (minor units) ${intent.currency.toUpperCase()}`;
  return page(
    '3-D Secure test page',
    `<p>This page stands for your bank, which asks you to confirm a payment of <strong>${escapeHtml(amount)}</strong>.</p>
<form method="post">
<button type="submit" name="outcome" value="succeed">Complete authentication</button>
<button type="submit" name="outcome" value="fail">Fail authentication</button>
</form>`,
  );
}

export function challengeDonePage(intent: Stripe.PaymentIntent): string {
  return page(
    '3-D Secure test page',
    `<p>Nothing is left to authenticate. The payment's status is <strong>${escapeHtml(intent.status)}</strong>.</p>`,
  );
}

/** Where Stripe sends the customer back to, with the parameters that it adds. */
export function returnLocation(returnUrl: string, intent: Stripe.PaymentIntent): string {
  const url = new URL(returnUrl);
  const paid = intent.status === 'succeeded' || intent.status === 'requires_capture';
  url.searchParams.set('payment_intent', intent.id);
  url.searchParams.set('payment_intent_client_secret', intent.client_secret ?? '');
  url.searchParams.set('redirect_status', paid ? 'succeeded' : 'failed');
  return url.toString();
}
