import type Stripe from 'stripe';

export type ErrorType = 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';

export interface ErrorBody {
  type: ErrorType;
  message: string;
  code?: string;
  param?: string;
  decline_code?: string;
  advice_code?: string;
  charge?: string;
  doc_url?: string;
  request_log_url?: string;
  payment_intent?: Stripe.PaymentIntent;
  payment_method?: Stripe.PaymentMethod;
  payment_method_type?: string;
  setup_intent?: Stripe.SetupIntent;
}

/** An error that undoes what the request had begun. A decline is no such error: it is an answer that keeps its effect. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly body: ErrorBody,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(body.message);
    this.name = 'ApiError';
  }
}

/** The envelope around every error; an answer without `error` is taken for success by the SDK. */
export function envelope(body: ErrorBody, requestId: string): { error: ErrorBody } {
  return {
    error: {
      ...body,
      ...(body.code === undefined
        ? {}
        : { doc_url: `https://stripe.com/docs/error-codes/${body.code.replaceAll('_', '-')}` }),
      request_log_url: `https://dashboard.stripe.com/test/logs/${requestId}`,
    },
  };
}

export function invalidRequest(message: string, details: { code?: string; param?: string } = {}): ApiError {
  return new ApiError(400, { type: 'invalid_request_error', message, ...details });
}

export function parameterMissing(param: string): ApiError {
  return invalidRequest(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
}

export function parametersUnknown(params: readonly string[]): ApiError {
  const [first = ''] = params;
  const what = params.length > 1 ? 'parameters' : 'parameter';
  return invalidRequest(`Received unknown ${what}: ${params.join(', ')}`, { code: 'parameter_unknown', param: first });
}

export function resourceMissing(kind: string, id: string, param: string, status: 400 | 404 = 404): ApiError {
  return new ApiError(status, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such ${kind}: '${id}'`,
    param,
  });
}

export function unexpectedState(message: string, paymentIntent: Stripe.PaymentIntent): ApiError {
  return new ApiError(400, {
    type: 'invalid_request_error',
    code: 'payment_intent_unexpected_state',
    message,
    payment_intent: paymentIntent,
  });
}

export function internalError(): ApiError {
  return new ApiError(500, {
    type: 'api_error',
    message: 'Sorry! There was an error while talking to one of our backends. Try the request again.',
  });
}
