import type Stripe from 'stripe';
import type { HttpAnswer } from '../core/http';
import { formatAmount } from './pages/amounts';
import { customerPageAnswer } from './pages/layout';
import { markup } from './pages/markup';

const TITLE = '3-D Secure test page';

/** Stands for the page on which the customer's bank asks who is paying. */
export function challengePage({ amount, currency }: Stripe.PaymentIntent): HttpAnswer {
  return customerPageAnswer({
    title: TITLE,
    body: markup`<p>This page stands for your bank, which asks you to confirm a payment of <strong>${formatAmount(amount, currency)}</strong>.</p>
<form class="row" method="post">
<button class="main" type="submit" name="outcome" value="succeed">Complete authentication</button>
<button type="submit" name="outcome" value="fail">Fail authentication</button>
</form>`,
  });
}

export function challengeDonePage({ status }: Stripe.PaymentIntent, httpStatus = 200): HttpAnswer {
  return customerPageAnswer({
    title: TITLE,
    status: httpStatus,
    body: markup`<p>Nothing is left to authenticate. The payment's status is <strong>${status}</strong>.</p>`,
  });
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
