import type Stripe from 'stripe';
import { send, type Target } from '../support/stripe-contract';

interface Refusal {
  status: number;
  type: string;
  code: string | undefined;
  param: string | undefined;
  message: string;
}

/** What Stripe says of a request that the SDK would not send as it is. */
export async function refused(
  target: Target,
  method: 'DELETE' | 'GET' | 'POST',
  path: string,
  form?: string,
  headers: Record<string, string> = {},
): Promise<Refusal> {
  const response = await send(target, method, path, { ...(form === undefined ? {} : { form }), headers });
  const { error } = (await response.json()) as { error?: Stripe.StripeRawError };
  if (error === undefined) throw new Error(`${method} ${path} was answered ${response.status}`);
  const { type, code, param, message } = error;
  return { status: response.status, type: String(type), code, param, message: message ?? '' };
}

/** What an object looks like after a form was sent as it is. */
export async function posted<T>(target: Target, path: string, form: string): Promise<T> {
  const response = await send(target, 'POST', path, { form });
  const body: unknown = await response.json();
  if (!response.ok) throw new Error(`${path} was answered ${response.status}: ${JSON.stringify(body)}`);
  // The caller names the kind of object that the path answers.
  return body as T;
}

/** Unlike that of any other run: real test mode remembers. */
export function unique(prefix: string): string {
  return `${prefix}-${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
}
