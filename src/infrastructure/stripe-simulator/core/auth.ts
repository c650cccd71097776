import { ApiError } from './errors';

export interface Caller {
  publishable: boolean;
}

/** Bearer, or the user of Basic authentication, as `curl -u sk_test_…:` sends it, or the parameter `key` of Stripe.js. */
export function authenticate(authorization: string | undefined, parameter: string | null = null): Caller {
  const key = authorization === undefined ? (parameter ?? '') : keyOf(authorization);
  if (key === '') {
    throw unauthorized(
      "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, or we can help at https://support.stripe.com/.",
    );
  }
  if (/^(sk|rk|pk)_live_/.test(key)) {
    throw unauthorized('The simulator refuses live keys: a request with one belongs to Stripe itself.');
  }
  if (key.startsWith('pk_test_')) return { publishable: true };
  // A secret in an address or a form ends up in logs.
  if (authorization === undefined) throw unauthorized(`Invalid API Key provided: ${masked(key)}`);
  if (key.startsWith('sk_test_') || key.startsWith('rk_test_')) return { publishable: false };
  throw unauthorized(`Invalid API Key provided: ${masked(key)}`);
}

function masked(key: string): string {
  return `${key.slice(0, 3)}****${key.slice(-4)}`;
}

export function secretKeyRequired(): ApiError {
  return new ApiError(403, {
    type: 'invalid_request_error',
    code: 'secret_key_required',
    message:
      'This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list of your API keys at https://dashboard.stripe.com/account/apikeys.',
  });
}

function keyOf(authorization: string): string {
  const [scheme = '', credentials = ''] = authorization.split(' ');
  if (scheme.toLowerCase() === 'bearer') return credentials;
  if (scheme.toLowerCase() !== 'basic') return '';
  return Buffer.from(credentials, 'base64').toString('utf8').split(':')[0] ?? '';
}

function unauthorized(message: string): ApiError {
  return new ApiError(401, { type: 'invalid_request_error', message }, { 'WWW-Authenticate': 'Bearer realm="Stripe"' });
}
