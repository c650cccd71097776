import type { IncomingMessage, ServerResponse } from 'node:http';
import { send } from './http';

/** What lets a page of any origin call the API, as Stripe.js does from a shop's page. */
export const corsHeaders = {
  'Access-Control-Allow-Credentials': 'true',
  'Access-Control-Allow-Methods': 'GET,HEAD,PUT,PATCH,POST,DELETE',
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers':
    'Request-Id, Stripe-Manage-Version, Stripe-Should-Retry, X-Stripe-External-Auth-Required, X-Stripe-Privileged-Session-Required',
  'Access-Control-Max-Age': '300',
} as const;

/** The question of a browser whether a page may send what it is about to send. */
export function answerPreflight(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const asked = request.headers['access-control-request-headers'];
  request.resume();
  return send(response, {
    status: 200,
    headers: { ...corsHeaders, ...(asked === undefined ? {} : { 'Access-Control-Allow-Headers': asked }) },
    body: '',
  });
}
