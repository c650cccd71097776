/** Stripe did not answer a question; asking again later is safe. */
export class GatewayUnavailable extends Error {
  override readonly name = 'GatewayUnavailable';
}
