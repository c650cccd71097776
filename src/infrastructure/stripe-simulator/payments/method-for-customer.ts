import type Stripe from 'stripe';
import { ApiError } from '../core/errors';

/** Whose the method is, it pays for that customer alone. On creation there is no intent to show yet. */
export function checkMethodOwner(
  method: Stripe.PaymentMethod,
  customer: Stripe.PaymentIntent['customer'],
  intent: Stripe.PaymentIntent | null,
): void {
  const owner = typeof method.customer === 'string' ? method.customer : null;
  if (owner === null || owner === customer) return;
  if (customer === null) {
    throw refusedMethod(
      intent,
      `The \`payment_method\` parameter supplied ${method.id} belongs to the Customer ${owner}. Please include the Customer in the \`customer\` parameter on the PaymentIntent.`,
      { code: 'parameter_missing', param: 'source' },
    );
  }
  const given = typeof customer === 'string' ? customer : customer.id;
  throw refusedMethod(
    intent,
    `The PaymentMethod ${method.id} does not belong to the Customer you supplied ${given}. Please use this PaymentMethod with the Customer that it belongs to instead.`,
    { param: 'payment_method' },
  );
}

export function refusedMethod(
  intent: Stripe.PaymentIntent | null,
  message: string,
  details: { code?: string; param: string },
): ApiError {
  return new ApiError(400, {
    type: 'invalid_request_error',
    message,
    ...details,
    ...(intent === null ? {} : { payment_intent: intent }),
  });
}
