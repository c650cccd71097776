import type Stripe from 'stripe';
import {
  PaymentGateway,
  type GatewayAnswer,
  type GatewayReading,
  type IntentPage,
} from '../../application/payment/payment-gateway';
import type { Attempt, AttemptOperation, AttemptRequest } from '../../domain/payment/attempt';
import type { ObservedCharge } from '../../domain/payment/intent-observation';
import type { Payment } from '../../domain/payment/payment';
import type { Money } from '../../domain/shared/money';
import { withoutCallersWords } from './callers-words';
import { refusalOf, stepRefusalOf, toStripeAmount } from './stripe-amount';
import { answerToError, isMissing, isReplayed, silenceOf, unavailable } from './stripe-errors';
import { ATTEMPT_KEY, chargeOf, isIntent, observationOf, PAYMENT_KEY, REFERENCE_KEY } from './stripe-intent';

/** Stripe's most. */
const PAGE = 100;
const NO_LIST = 'Stripe answered with something that is no list of payment intents.';

const EXPAND = ['latest_charge'];

export class StripePaymentGateway extends PaymentGateway {
  constructor(private readonly stripe: Stripe) {
    super();
  }

  override refusal(money: Money): string | null {
    return refusalOf(money);
  }

  override captureRefusal(part: Money): string | null {
    return stepRefusalOf(part);
  }

  override async send(payment: Payment, attempt: Attempt): Promise<GatewayAnswer> {
    // A bug in what we ask throws here; whatever happens from now on may happen after the request has left.
    const called = this.call(payment, attempt);
    try {
      const intent = await called;
      if (isIntent(intent)) {
        const { requestId: request, headers } = intent.lastResponse;
        return { kind: 'accepted', seen: observationOf(intent), request, replayed: isReplayed(headers) };
      }
      return {
        kind: 'unknown',
        doubt: 'lost_answer',
        message: 'Stripe answered with something that is no payment intent.',
      };
    } catch (error) {
      return withoutCallersWords(answerToError(error), payment, attempt);
    }
  }

  override async read(intent: string): Promise<GatewayReading> {
    try {
      const found = await this.stripe.paymentIntents.retrieve(intent, { expand: EXPAND });
      if (isIntent(found)) return { kind: 'found', seen: observationOf(found) };
      return { kind: 'unavailable', message: 'Stripe answered with something that is no payment intent.' };
    } catch (error) {
      return isMissing(error) ? { kind: 'missing' } : silenceOf(error);
    }
  }

  override async charges(intent: string): Promise<ObservedCharge[]> {
    const charges: ObservedCharge[] = [];
    try {
      for await (const charge of this.stripe.charges.list({ payment_intent: intent, limit: 100 })) {
        const ended = chargeOf(charge);
        if (ended !== null) charges.unshift(ended);
      }
    } catch (error) {
      throw unavailable(error);
    }
    return charges;
  }

  override async listCreated(from: Date, to: Date, after: string | null): Promise<IntentPage> {
    try {
      const page = await this.stripe.paymentIntents.list({
        created: { gte: Math.floor(from.getTime() / 1_000), lte: Math.ceil(to.getTime() / 1_000) },
        limit: PAGE,
        expand: ['data.latest_charge'],
        ...(after === null ? {} : { starting_after: after }),
      });
      // A body that is no list passes the SDK.
      const intents: unknown = page.data;
      if (!Array.isArray(intents)) return { kind: 'unavailable', message: NO_LIST };
      const ours = page.data.filter(({ metadata }) => metadata[ATTEMPT_KEY] !== undefined);
      // One that cannot be read must not pass for one that is not there.
      if (!ours.every(isIntent)) return { kind: 'unavailable', message: NO_LIST };
      const last = page.has_more ? page.data.at(-1) : undefined;
      return { kind: 'page', seen: ours.map(observationOf), next: last?.id ?? null };
    } catch (error) {
      return silenceOf(error);
    }
  }

  private call(payment: Payment, attempt: Attempt): Promise<Stripe.Response<Stripe.PaymentIntent>> {
    const { request } = attempt;
    const once = { idempotencyKey: attempt.idempotencyKey };
    const intents = this.stripe.paymentIntents;
    switch (request?.operation) {
      case 'create':
        return intents.create(createParams(payment, attempt.id, request), once);
      case 'confirm':
        return intents.confirm(intentOf(payment), { ...methodParams(request), expand: EXPAND }, once);
      case 'capture': {
        const amount = toStripeAmount(request.amount, payment.money.currency);
        return intents.capture(intentOf(payment), { amount_to_capture: amount, expand: EXPAND }, once);
      }
      case 'cancel':
        return intents.cancel(intentOf(payment), { cancellation_reason: request.reason, expand: EXPAND }, once);
      case undefined:
        throw new Error(`attempt ${attempt.id} was made by the client: there is nothing to send`);
    }
  }
}

type RequestOf<O extends AttemptOperation> = Extract<AttemptRequest, { operation: O }>;

function createParams(
  payment: Payment,
  attemptId: string,
  request: RequestOf<'create'>,
): Stripe.PaymentIntentCreateParams {
  const { money, captureMethod, description, metadata, reference } = payment.snapshot();
  // Without a place to come back to, only methods that need no redirect can be charged by the server.
  const stays = request.confirm && request.returnUrl === null;
  return {
    amount: toStripeAmount(money.amount, money.currency),
    currency: money.currency,
    capture_method: captureMethod === 'manual' ? 'manual' : 'automatic_async',
    automatic_payment_methods: { enabled: true, ...(stays ? { allow_redirects: 'never' as const } : {}) },
    ...(description === null ? {} : { description }),
    metadata: { ...metadata, [PAYMENT_KEY]: payment.id, [ATTEMPT_KEY]: attemptId, [REFERENCE_KEY]: reference },
    ...(request.stripeCustomer === null ? {} : { customer: request.stripeCustomer }),
    ...(request.confirm ? { confirm: true } : {}),
    ...(request.offSession ? { off_session: true } : {}),
    ...(request.paymentMethod === null ? {} : { payment_method: request.paymentMethod }),
    ...(request.confirm && request.returnUrl !== null ? { return_url: request.returnUrl } : {}),
    expand: EXPAND,
  };
}

function methodParams(request: RequestOf<'confirm'>): Stripe.PaymentIntentConfirmParams {
  return {
    ...(request.paymentMethod === null ? {} : { payment_method: request.paymentMethod }),
    ...(request.returnUrl === null ? {} : { return_url: request.returnUrl }),
    ...(request.offSession ? { off_session: true } : {}),
  };
}

function intentOf(payment: Payment): string {
  if (payment.intent === null) throw new Error(`payment ${payment.id} has no intent at Stripe`);
  return payment.intent;
}
