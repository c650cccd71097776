import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { challengesSetup } from './challenge';
import { onRealClock } from '../core/test-time';
import { newMandate } from './mandates';
import { methodGiven } from './payment-intent';
import { cardBehind, findPaymentMethod, isSpent } from './payment-method';
import {
  approveSetup,
  failSetupAuthentication,
  refuseSetup,
  startSetupChallenge,
  type SetupResult,
} from './setup-attempt';
import { checkSetupOwner, refusedSetupMethod, setupFields, unexpectedSetupState } from './setup-intent';
import type { ConfirmSetupParams } from './setup-intent-params';

type ConfirmParams = Omit<ConfirmSetupParams, 'client_secret'>;

export function confirmSetupIntent(request: Context, before: Stripe.SetupIntent, params: ConfirmParams): SetupResult {
  const ctx = onRealClock(request);
  const method = methodGiven(ctx, params) ?? methodOf(ctx, before);
  checkConfirmable(before);
  checkSetupOwner(method, before.customer, before);
  if (method.customer === null && isSpent(ctx, method.id)) throw alreadyUsed(before);
  const intent: Stripe.SetupIntent = { ...before, ...setupFields(before, params), last_setup_error: null };
  checkType(intent, method);
  requireReturnUrl(intent, params.return_url);
  return method.type === 'card' ? setUpCard(ctx, intent, method, params) : setUpDebit(ctx, intent, method, params);
}

function setUpCard(
  ctx: Context,
  intent: Stripe.SetupIntent,
  method: Stripe.PaymentMethod,
  params: ConfirmParams,
): SetupResult {
  const attempt = { intent, method, authenticated: false, mandate: null };
  const { behaviour } = cardBehind(ctx, method.id);
  if (behaviour.kind === 'decline' && !behaviour.attaches) return refuseSetup(ctx, attempt, behaviour.decline);
  const requested = intent.payment_method_options?.card?.request_three_d_secure ?? 'automatic';
  if (!challengesSetup(ctx, method.id, requested)) return approveSetup(ctx, attempt);
  return startSetupChallenge(ctx, attempt, params);
}

function setUpDebit(
  ctx: Context,
  intent: Stripe.SetupIntent,
  method: Stripe.PaymentMethod,
  { mandate_data: data }: ConfirmParams,
): SetupResult {
  const known = ctx.tx.get('debits', method.id)?.mandate ?? null;
  if (known === null && (data ?? null) === null) {
    throw refusedSetupMethod(
      'This SetupIntent requires a mandate, but no existing mandate was found. Collect mandate acceptance from the customer and try again, providing acceptance data in the mandate_data parameter.',
      intent,
      {},
    );
  }
  const mandate = data ? newMandate(ctx, { method, acceptance: data.customer_acceptance, single: null }).id : known;
  return approveSetup(ctx, { intent, method, authenticated: false, mandate });
}

/** The customer was at the bank's challenge and comes back from it. */
export function finishSetupChallenge(
  request: Context,
  intent: Stripe.SetupIntent,
  outcome: 'fail' | 'succeed',
): SetupResult {
  const ctx = onRealClock(request);
  if (intent.status !== 'requires_action' || typeof intent.payment_method !== 'string') {
    throw unexpectedSetupState(`This SetupIntent waits for no authentication; its status is ${intent.status}.`, intent);
  }
  const method = findPaymentMethod(ctx, intent.payment_method);
  const attempt = { intent, method, authenticated: outcome === 'succeed', mandate: null };
  return outcome === 'succeed' ? approveSetup(ctx, attempt) : failSetupAuthentication(ctx, attempt);
}

/** Unlike a payment, a setup never takes what its customer pays by otherwise. */
function methodOf(ctx: Context, intent: Stripe.SetupIntent): Stripe.PaymentMethod {
  if (typeof intent.payment_method === 'string') return findPaymentMethod(ctx, intent.payment_method, 400);
  throw unexpectedSetupState(
    "You cannot confirm this SetupIntent because it's missing a payment method. You can either update the SetupIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
    intent,
  );
}

function checkConfirmable(intent: Stripe.SetupIntent): void {
  if (intent.status === 'succeeded') {
    throw unexpectedSetupState('You cannot confirm this SetupIntent because it has already succeeded.', intent);
  }
  if (intent.status === 'canceled') {
    throw unexpectedSetupState('You cannot confirm this SetupIntent because it has been canceled.', intent);
  }
}

function alreadyUsed(intent: Stripe.SetupIntent): Error {
  return refusedSetupMethod(
    'The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a connected account without Customer attachment, or was detached from a Customer. It may not be used again. To use a PaymentMethod multiple times, you must attach it to a Customer first.',
    intent,
  );
}

function checkType(intent: Stripe.SetupIntent, { type }: Stripe.PaymentMethod): void {
  const types = intent.payment_method_types;
  if (types.includes(type)) return;
  throw refusedSetupMethod(
    `The PaymentMethod provided (${type}) is not allowed for this SetupIntent. Please attach a PaymentMethod of one of the following types: ${types.join(', ')} OR update the allowed payment_method_types for this SetupIntent to include "${type}".`,
    intent,
    { code: 'setup_intent_invalid_parameter', param: 'payment_method' },
  );
}

function requireReturnUrl(intent: Stripe.SetupIntent, returnUrl: string | undefined): void {
  const automatic = intent.automatic_payment_methods;
  if (returnUrl !== undefined || automatic?.enabled !== true || automatic.allow_redirects === 'never') return;
  throw refusedSetupMethod(
    "This SetupIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, you must provide a `return_url`. If you don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.",
    null,
    { param: 'return_url' },
  );
}
