import { createHmac, createSecretKey, timingSafeEqual, type KeyObject } from 'node:crypto';
import { err, ok, type Result } from '../../domain/shared/result';
import type { StripeEvent } from '../../application/webhook/webhook-inbox';
import { WebhookVerifier, type WebhookRefusal } from '../../application/webhook/webhook-verifier';
import { stripeEventIn } from './stripe-event';

/** A signing secret (`whsec_…`), with the time from which on it is no longer taken, while it is being rolled. */
export interface WebhookSecret {
  readonly secret: string;
  readonly expiresAt: Date | null;
}

/** Stripe's own: a delivery may be this old, and our clocks may differ by this much, in seconds. */
const TOLERANCE = 300;

/**
 * Stripe's scheme, by hand: the SDK turns the bytes into text before it hashes them, and parses what it verifies, while
 * what is signed but no JSON has to be told from a forgery.
 */
export class StripeWebhookVerifier extends WebhookVerifier {
  private readonly keys: readonly { readonly key: KeyObject; readonly expiresAt: Date | null }[];

  constructor(secrets: readonly WebhookSecret[]) {
    super();
    this.keys = secrets.map(({ secret, expiresAt }) => ({ key: createSecretKey(Buffer.from(secret)), expiresAt }));
  }

  override verify(rawBody: Uint8Array, signature: string | undefined, now: Date): Result<StripeEvent, WebhookRefusal> {
    if (signature === undefined) return err({ kind: 'signature', detail: 'The Stripe-Signature header is missing.' });
    const { time, digests } = signedParts(signature);
    if (time === null || digests.length === 0) {
      return err({ kind: 'signature', detail: 'The Stripe-Signature header has no time or no v1 signature.' });
    }
    if (Math.abs(now.getTime() / 1_000 - Number(time)) > TOLERANCE) {
      return err({ kind: 'timestamp', detail: 'The signature is older than five minutes, or from the future.' });
    }
    const valid = this.keys.filter(({ expiresAt }) => expiresAt === null || expiresAt > now);
    if (!valid.some(({ key }) => isSignedWith(key, time, rawBody, digests))) {
      return err({
        kind: 'signature',
        detail: 'The signature matches none of the signing secrets that are valid now.',
      });
    }
    return parse(Buffer.from(rawBody.buffer, rawBody.byteOffset, rawBody.byteLength).toString('utf8'));
  }
}

/** `t=1700000000,v1=5257a8…,v1=…,v0=…`: other schemes are not taken. */
function signedParts(header: string): { readonly time: string | null; readonly digests: readonly Buffer[] } {
  const parts = header.split(',').map((part) => part.trim());
  const times = parts.filter((part) => part.startsWith('t=')).map((part) => part.slice('t='.length));
  const digests = parts
    .map((part) => /^v1=([0-9a-f]{64})$/.exec(part)?.[1])
    .filter((digest) => digest !== undefined)
    .map((digest) => Buffer.from(digest, 'hex'));
  const [time] = times;
  // Two times are nobody's: which of them was signed?
  return { time: times.length === 1 && time !== undefined && /^\d{1,12}$/.test(time) ? time : null, digests };
}

function isSignedWith(key: KeyObject, time: string, body: Uint8Array, digests: readonly Buffer[]): boolean {
  const expected = createHmac('sha256', key).update(`${time}.`).update(body).digest();
  return digests.some((digest) => timingSafeEqual(digest, expected));
}

function parse(payload: string): Result<StripeEvent, WebhookRefusal> {
  const event = stripeEventIn(payload);
  if (event === null) return err({ kind: 'malformed', detail: 'The body is signed, but it is no Stripe event.' });
  return ok(event);
}
