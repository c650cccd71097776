import Stripe from 'stripe';
import { err, ok, type Result } from '../../domain/shared/result';
import type { StripeEvent } from '../../application/webhook/webhook-inbox';
import { WebhookVerifier, type WebhookRefusal } from '../../application/webhook/webhook-verifier';

/** A signing secret (`whsec_…`), with the time from which on it is no longer taken, while it is being rolled. */
export interface WebhookSecret {
  readonly secret: string;
  readonly expiresAt: Date | null;
}

/** Stripe's own: a delivery may be this old, and our clocks may differ by this much, in seconds. */
const TOLERANCE = 300;

export class StripeWebhookVerifier extends WebhookVerifier {
  constructor(
    private readonly stripe: Stripe,
    private readonly secrets: readonly WebhookSecret[],
  ) {
    super();
  }

  override verify(rawBody: Uint8Array, signature: string | undefined, now: Date): Result<StripeEvent, WebhookRefusal> {
    if (signature === undefined) return err({ kind: 'signature', detail: 'The Stripe-Signature header is missing.' });
    const signedAt = Number(/(?:^|,)\s*t=(\d+)/.exec(signature)?.[1] ?? NaN);
    if (Math.abs(now.getTime() / 1_000 - signedAt) > TOLERANCE) {
      return err({ kind: 'timestamp', detail: 'The signature is older than five minutes, or from the future.' });
    }
    const valid = this.secrets.filter(({ expiresAt }) => expiresAt === null || expiresAt > now);
    const body = Buffer.from(rawBody.buffer, rawBody.byteOffset, rawBody.byteLength);
    if (!valid.some(({ secret }) => this.isSignedWith(secret, body, signature, now))) {
      return err({
        kind: 'signature',
        detail: 'The signature matches none of the signing secrets that are valid now.',
      });
    }
    return parse(body.toString('utf8'));
  }

  private isSignedWith(secret: string, body: Buffer, signature: string, now: Date): boolean {
    // Not `constructEvent`: it parses what it verifies, and what is signed but no JSON has to be told from a forgery.
    const verifier = this.stripe.webhooks.signature;
    if (verifier === null) throw new Error('the Stripe SDK has no signature verifier');
    try {
      return verifier.verifyHeader(body, signature, secret, TOLERANCE, undefined, now.getTime());
    } catch (error) {
      if (error instanceof Stripe.errors.StripeSignatureVerificationError) return false;
      throw error;
    }
  }
}

function parse(payload: string): Result<StripeEvent, WebhookRefusal> {
  const event = asEvent(payload);
  if (event === null) return err({ kind: 'malformed', detail: 'The body is signed, but it is no Stripe event.' });
  const object = event.data.object;
  return ok({
    id: event.id,
    type: event.type,
    apiVersion: event.api_version ?? null,
    livemode: event.livemode,
    account: event.account ?? null,
    created: new Date(event.created * 1_000),
    objectType: String(object.object),
    objectId: typeof object.id === 'string' ? object.id : '',
    intent: intentOf(object),
    payload,
  });
}

interface EventShape {
  readonly id: string;
  readonly object: 'event';
  readonly type: string;
  readonly api_version?: string | null;
  readonly livemode: boolean;
  readonly account?: string | null;
  readonly created: number;
  readonly data: { readonly object: Readonly<Record<string, unknown>> };
}

function asEvent(payload: string): EventShape | null {
  let event: Partial<EventShape> | null;
  try {
    event = JSON.parse(payload) as Partial<EventShape> | null;
  } catch {
    return null;
  }
  const sound =
    event?.object === 'event' &&
    typeof event.id === 'string' &&
    /^evt_\w{1,250}$/.test(event.id) &&
    typeof event.type === 'string' &&
    typeof event.livemode === 'boolean' &&
    Number.isSafeInteger(event.created) &&
    typeof event.data?.object === 'object' &&
    (event.data.object as unknown) !== null;
  return sound ? (event as EventShape) : null;
}

/** Ids are the same in every API version; nothing else is taken from the payload. */
function intentOf(object: Readonly<Record<string, unknown>>): string | null {
  if (object.object === 'payment_intent') return typeof object.id === 'string' ? object.id : null;
  const reference = object.payment_intent;
  if (typeof reference === 'string') return reference;
  const id = (reference as { id?: unknown } | null | undefined)?.id;
  return typeof id === 'string' ? id : null;
}
