import type { FastifyRequest } from 'fastify';
import type { Principal } from '../../application/access/principal';

/** A request with what the edges and the guard leave on it. */
export interface HttpRequest extends FastifyRequest {
  /** The bytes as they came, on the webhook's route only. */
  rawBody?: Buffer;
  /** Set by the guard, on every route that is not public. */
  principal?: Principal;
}
