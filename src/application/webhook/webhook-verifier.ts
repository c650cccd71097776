import type { Result } from '../../domain/shared/result';
import type { StripeEvent } from './webhook-inbox';

/** Why a delivery is refused; nothing of it is stored. */
export interface WebhookRefusal {
  readonly kind: 'signature' | 'timestamp' | 'malformed';
  readonly detail: string;
}

/** Checks the raw bytes of a delivery against every secret that is valid now. */
export abstract class WebhookVerifier {
  declare protected readonly port: 'WebhookVerifier';

  abstract verify(rawBody: Uint8Array, signature: string | undefined, now: Date): Result<StripeEvent, WebhookRefusal>;
}
