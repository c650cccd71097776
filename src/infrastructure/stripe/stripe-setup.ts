import type Stripe from 'stripe';
import type { SetupSight } from '../../application/customer/setup-gateway';
import type { Setup, SetupFailure, SetupObservation } from '../../domain/customer/setup';
import { idOf, isPaymentMethod, methodSightOf } from './stripe-payment-method';

/** Under it our id stands in the metadata of every SetupIntent that we make. */
export const SETUP_KEY = 'cashdesk_setup';

type Status = SetupObservation['status'];

const STATUS: Readonly<Record<string, Status>> = {
  requires_payment_method: 'requires_payment_method',
  requires_confirmation: 'requires_confirmation',
  requires_action: 'requires_action',
  processing: 'processing',
  succeeded: 'succeeded',
  canceled: 'canceled',
};

/** The payment method comes with it, as it stands in the same moment. */
export const EXPAND = ['payment_method'];

export function setupParams(setup: Setup): Stripe.SetupIntentCreateParams {
  const { request, usage } = setup.snapshot();
  const { stripeCustomer, paymentMethod, confirm, returnUrl } = request;
  // Without a place to come back to, only methods that need no redirect can be saved by the server.
  const stays = confirm && returnUrl === null;
  return {
    customer: stripeCustomer,
    usage,
    automatic_payment_methods: { enabled: true, ...(stays ? { allow_redirects: 'never' as const } : {}) },
    metadata: { [SETUP_KEY]: setup.id },
    ...(paymentMethod === null ? {} : { payment_method: paymentMethod }),
    ...(confirm ? { confirm: true } : {}),
    ...(confirm && returnUrl !== null ? { return_url: returnUrl } : {}),
    expand: EXPAND,
  };
}

/** An error body without `error` passes the SDK as a success: only this is one. */
export function isSetupIntent(answer: unknown): answer is Stripe.SetupIntent {
  const { object, id, status } = (answer ?? {}) as Partial<Stripe.SetupIntent>;
  return object === 'setup_intent' && typeof id === 'string' && status !== undefined && status in STATUS;
}

export function setupSightOf(intent: Stripe.SetupIntent): SetupSight {
  const { payment_method: method } = intent;
  return {
    setupId: intent.metadata?.[SETUP_KEY] ?? null,
    stripeCustomer: idOf(intent.customer),
    seen: observationOf(intent),
    method: isPaymentMethod(method) ? methodSightOf(method) : null,
  };
}

interface FailureSource {
  readonly code?: string;
  readonly decline_code?: string;
  readonly param?: string;
  readonly type: string;
}

/** Stripe's messages may quote what stood in a field: only its codes and the field's name are kept. */
export function setupFailureOf(error: FailureSource): SetupFailure {
  return {
    code: error.code ?? error.type,
    // The SDK reads a missing one as ''.
    declineCode: error.decline_code === undefined || error.decline_code === '' ? null : error.decline_code,
    field: /^[a-z_]+/.exec(error.param ?? '')?.[0] ?? null,
  };
}

function observationOf(intent: Stripe.SetupIntent): SetupObservation {
  const { next_action: action, last_setup_error: error } = intent;
  const hasFailed = intent.status === 'requires_payment_method' && error !== null;
  return {
    setupIntent: intent.id,
    status: statusOf(intent),
    clientSecret: intent.client_secret,
    nextAction: action === null ? null : { type: action.type },
    redirectUrl: action?.redirect_to_url?.url ?? null,
    failure: hasFailed ? setupFailureOf(error) : null,
    paymentMethod: idOf(intent.payment_method),
  };
}

function statusOf({ id, status }: Stripe.SetupIntent): Status {
  const known = STATUS[status];
  if (known === undefined) throw new Error(`${id} has the unknown status ${status}`);
  return known;
}
