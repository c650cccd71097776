import { idOf } from '../core/references';
import type { Context } from '../core/context';
import { onClockOf } from '../core/test-time';
import { createSetupIntent, findSetupIntent } from '../payments/setup-intent';
import { defaultMethod } from './default-method';
import type { PaymentBehavior } from './subscription-params';
import { changeSubscription, findSubscription } from './subscription-rows';

/** Where nothing is to be paid yet, the customer's method can be set up for when something is. */
export function setUpMethod(ctx: Context, id: string, behavior: PaymentBehavior): void {
  const subscription = findSubscription(ctx, id);
  const isOwed = ctx.tx.get('invoices', idOf(subscription.latest_invoice) ?? '')?.status === 'open';
  if (behavior !== 'default_incomplete' || isOwed || subscription.collection_method === 'send_invoice') return;
  if (defaultMethod(ctx, subscription) !== null) return;
  const intent = createSetupIntent(ctx, {
    customer: idOf(subscription.customer) ?? '',
    usage: 'off_session',
  });
  changeSubscription(ctx, subscription, { pending_setup_intent: intent.id });
}

export function methodSetUp(ctx: Context, id: string): void {
  const method = idOf(findSetupIntent(ctx, id).payment_method);
  for (const subscription of ctx.tx.where('subscriptions', 'pending_setup_intent', id)) {
    const own = onClockOf(ctx, idOf(subscription.customer));
    changeSubscription(own, subscription, { default_payment_method: method, pending_setup_intent: null });
  }
}
