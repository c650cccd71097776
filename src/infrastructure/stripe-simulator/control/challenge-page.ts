import type Stripe from 'stripe';
import type { HttpAnswer } from '../core/http';
import { formatAmount } from './pages/amounts';
import { customerPageAnswer } from './pages/layout';
import { markup, type Markup } from './pages/markup';

const TITLE = '3-D Secure test page';
/** Where the server confirms once more, that is still to come. */
const PASSED = ['succeeded', 'requires_capture', 'requires_confirmation'];

/** What a bank asks its customer about: a payment, or that a card may be kept for later ones. */
export type Challenged = Stripe.PaymentIntent | Stripe.SetupIntent;

/** Stands for the page on which the customer's bank asks who is paying. */
export function challengePage(intent: Challenged): HttpAnswer {
  return customerPageAnswer({
    title: TITLE,
    body: markup`<p>This page stands for your bank, which asks you to confirm ${subject(intent)}.</p>
<form class="row" method="post">
<button class="main" type="submit" name="outcome" value="succeed">Complete authentication</button>
<button type="submit" name="outcome" value="fail">Fail authentication</button>
</form>`,
  });
}

function subject(intent: Challenged): Markup {
  if (intent.object === 'setup_intent') return markup`that your card may be kept for later payments`;
  return markup`a payment of <strong>${formatAmount(intent.amount, intent.currency)}</strong>`;
}

export function challengeDonePage({ object, status }: Challenged, httpStatus = 200): HttpAnswer {
  return customerPageAnswer({
    title: TITLE,
    status: httpStatus,
    body: markup`<p>Nothing is left to authenticate. The ${object === 'setup_intent' ? 'setup' : 'payment'}'s status is <strong>${status}</strong>.</p>`,
  });
}

/** Where Stripe sends the customer back to, with the parameters that it adds. */
export function returnLocation(returnUrl: string, intent: Challenged): string {
  const url = new URL(returnUrl);
  url.searchParams.set(intent.object, intent.id);
  url.searchParams.set(`${intent.object}_client_secret`, intent.client_secret ?? '');
  url.searchParams.set('redirect_status', PASSED.includes(intent.status) ? 'succeeded' : 'failed');
  return url.toString();
}
