import type { Silence } from '../../application/shared/failure-class';

/** In place of what came of a request that was not sent. */
export function neverReached(silence: Silence): { readonly kind: 'never_reached' } & Silence {
  return { kind: 'never_reached', ...silence };
}

/** In place of the answer to a question that was not asked. */
export function unavailable(silence: Silence): { readonly kind: 'unavailable' } & Silence {
  return { kind: 'unavailable', ...silence };
}
