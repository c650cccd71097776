import { createHash } from 'node:crypto';
import { ApiKeys, type ApiKey, type StandingApiKey } from '../../../src/application/access/api-keys';
import { KeySecrets } from '../../../src/application/access/key-secrets';
import type { Role, StaffRole } from '../../../src/application/access/principal';
import { TokenService, type TokenClaims, type TokenRefusal } from '../../../src/application/access/token-service';
import type { PaymentResult } from '../../../src/application/payment/answer-once';
import {
  PaymentQueries,
  type PaymentFilter,
  type TimelineEntry,
} from '../../../src/application/payment/payment-queries';
import type { Page } from '../../../src/application/shared/page';
import type { PaymentFinishing, PaymentView } from '../../../src/application/payment/payment-view';
import { BlindIndex, type BlindIndexSubject } from '../../../src/application/shared/blind-index';
import { Clock } from '../../../src/application/shared/clock';
import { HealthChecks, type HealthEntry, type HealthReport } from '../../../src/application/shared/health';
import { IdempotencyRecords, type IdempotencyRecord } from '../../../src/application/shared/idempotency';
import { StripeBinding, type StripeAccount } from '../../../src/application/shared/stripe-binding';
import { WebhookInbox, type StripeEvent, type WebhookView } from '../../../src/application/webhook/webhook-inbox';
import { WebhookVerifier, type WebhookRefusal } from '../../../src/application/webhook/webhook-verifier';
import { err, ok, type Result } from '../../../src/domain/shared/result';

export const NOW = new Date('2026-06-01T12:00:00.000Z');
export const PAYMENT_ID = 'pay_01jd8x3v5ze6w9q2r4t7y8v1p0';
export const CUSTOMER_ID = 'cus_01jd8x3v5ze6w9q2r4t7y8v1p6';
/** The customers whose tokens have the subjects alice and bob. */
export const ALICE = 'cus_01jd8x3v5ze6w9q2r4t7y8v1pa';
export const BOB = 'cus_01jd8x3v5ze6w9q2r4t7y8v1pb';
export const CLIENT_SECRET = 'pi_1_secret_abc';
export const REDIRECT_URL = `https://hooks.stripe.com/3ds?payment_intent_client_secret=${CLIENT_SECRET}`;

export class FixedClock extends Clock {
  now(): Date {
    return NOW;
  }
  sleep(): Promise<void> {
    return Promise.resolve();
  }
}

const KEY_IDS: Record<StaffRole, string> = {
  support: '01jd8x3v5ze6w9q2r4t7y8v1p1',
  finance: '01jd8x3v5ze6w9q2r4t7y8v1p2',
  admin: '01jd8x3v5ze6w9q2r4t7y8v1p3',
};
export const REVOKED_KEY = `ck_01jd8x3v5ze6w9q2r4t7y8v1p4_${'A'.repeat(43)}`;
/** A key of admin that was narrowed to reading. */
export const READING_KEY = `ck_01jd8x3v5ze6w9q2r4t7y8v1p5_${'A'.repeat(43)}`;
export const apiKey = (role: StaffRole): string => `ck_${KEY_IDS[role]}_${'A'.repeat(43)}`;

export class PlainSecrets extends KeySecrets {
  generate(): string {
    return 'A'.repeat(43);
  }
  hash(secret: string): Uint8Array {
    return createHash('sha256').update(secret).digest();
  }
  matches(secret: string, hash: Uint8Array): boolean {
    return Buffer.compare(this.hash(secret), hash) === 0;
  }
}

const WITHOUT_EXTRAS = {
  scopes: null,
  expiresAt: null,
  expired: false,
  rotatedAt: null,
  previous: null,
  lastUsedAt: null,
} as const;

/** By a clock that stands still. */
export class MemoryApiKeys extends ApiKeys {
  readonly keys = new Map<string, StandingApiKey>();
  readonly used: string[] = [];

  static withOneForEachRole(): MemoryApiKeys {
    const keys = new MemoryApiKeys();
    const secretHash = new PlainSecrets().hash('A'.repeat(43));
    const base = { ...WITHOUT_EXTRAS, name: 'test', secretHash, createdAt: NOW };
    for (const role of ['support', 'finance', 'admin'] as const) {
      const id = `key_${KEY_IDS[role]}`;
      keys.keys.set(id, { ...base, id, role, revokedAt: null });
    }
    const revoked = REVOKED_KEY.replace('ck_', 'key_').slice(0, 30);
    keys.keys.set(revoked, { ...base, id: revoked, role: 'admin', revokedAt: NOW });
    const reading = READING_KEY.replace('ck_', 'key_').slice(0, 30);
    keys.keys.set(reading, {
      ...base,
      id: reading,
      role: 'admin',
      scopes: [
        'payments:read',
        'customers:read',
        'disputes:read',
        'refunds:read',
        'jobs:read',
        'audit:read',
        'metrics:read',
      ],
      revokedAt: null,
    });
    return keys;
  }

  add(key: ApiKey): Promise<void> {
    const expired = key.expiresAt !== null && key.expiresAt <= NOW;
    this.keys.set(key.id, { ...WITHOUT_EXTRAS, ...key, expired });
    return Promise.resolve();
  }
  findById(id: string): Promise<StandingApiKey | null> {
    return Promise.resolve(this.keys.get(id) ?? null);
  }
  list(): Promise<StandingApiKey[]> {
    return Promise.resolve([...this.keys.values()]);
  }
  revoke(id: string, at: Date): Promise<boolean> {
    const key = this.keys.get(id);
    if (key?.revokedAt !== null) return Promise.resolve(false);
    this.keys.set(id, { ...key, revokedAt: at });
    return Promise.resolve(true);
  }
  rotate(id: string, secretHash: Uint8Array, overlap: number): Promise<StandingApiKey | null> {
    const key = this.keys.get(id);
    if (key?.revokedAt !== null || key.expired) return Promise.resolve(null);
    const until = new Date(NOW.getTime() + overlap);
    const previous = overlap > 0 ? { secretHash: key.secretHash, until } : null;
    const rotated = { ...key, secretHash, rotatedAt: NOW, previous };
    this.keys.set(id, rotated);
    return Promise.resolve(rotated);
  }
  noteUse({ id }: StandingApiKey): void {
    this.used.push(id);
  }
}

/** The text in another writing: no subject stands in it as it is. */
export class PlainIndex extends BlindIndex {
  of(text: string, subject: BlindIndexSubject): string {
    return `${subject}/${Buffer.from(text).toString('hex')}`;
  }
}

/** `role` or `role/subject`, `expired`, `early`. */
export class PlainTokens extends TokenService {
  verify(token: string): Promise<Result<TokenClaims, TokenRefusal>> {
    const [role, subject = null] = token.split('/');
    if (role === 'expired') return Promise.resolve(err('expired'));
    if (role === 'early') return Promise.resolve(err('not_yet_valid'));
    const known = ['customer', 'support', 'finance', 'admin'].includes(role ?? '');
    return Promise.resolve(known ? ok({ role: role as Role, subject }) : err('invalid'));
  }
  issue({ role, subject }: TokenClaims): Promise<string> {
    return Promise.resolve(subject === null ? role : `${role}/${subject}`);
  }
}

export const VIEW: PaymentView = {
  id: PAYMENT_ID,
  status: 'requires_payment_method',
  amount: 4999,
  currency: 'gbp',
  capturableAmount: 0,
  capturedAmount: 0,
  refundedAmount: 0,
  captureMethod: 'automatic',
  reference: 'booking_123',
  purpose: 'full',
  customer: ALICE,
  description: null,
  metadata: { b: '2', a: '1' },
  serviceDate: '2026-12-01',
  paymentMethod: null,
  nextAction: null,
  failure: null,
  cancellationReason: null,
  attention: null,
  expiresAt: '2026-06-02T12:00:00.000Z',
  createdAt: '2026-06-01T12:00:00.000Z',
  updatedAt: '2026-06-01T12:00:00.000Z',
};

/** Holds one payment. */
export class OnePayment extends PaymentQueries {
  view: PaymentView = VIEW;
  asked: { filter: PaymentFilter; limit: number; cursor: string | null }[] = [];
  failure: Error | null = null;

  get(id: string): Promise<PaymentView | null> {
    if (this.failure !== null) return Promise.reject(this.failure);
    return Promise.resolve(id === this.view.id ? this.view : null);
  }
  list(filter: PaymentFilter, limit: number, cursor: string | null): Promise<Page<PaymentView>> {
    if (this.failure !== null) return Promise.reject(this.failure);
    this.asked.push({ filter, limit, cursor });
    return Promise.resolve({ data: [this.view], nextCursor: null });
  }
  timeline(): Promise<TimelineEntry[]> {
    const entry = { kind: 'event', what: 'payment.created', cause: 'api', id: 'evt_1', data: {} } as const;
    return Promise.resolve([{ at: VIEW.createdAt, ...entry }]);
  }
  finishing(): Promise<PaymentFinishing> {
    return Promise.resolve({ clientSecret: CLIENT_SECRET, redirectUrl: REDIRECT_URL });
  }
}

/** Stands where a use case stands: answers what it is told to, and remembers what it was asked. */
export class ScriptedUseCase<C> {
  result: PaymentResult = ok({ kind: 'done', payment: VIEW });
  readonly commands: C[] = [];

  execute(command: C): Promise<PaymentResult> {
    this.commands.push(command);
    return Promise.resolve(this.result);
  }
}

export class MemoryRecords extends IdempotencyRecords {
  record: IdempotencyRecord | null = null;

  find(): Promise<IdempotencyRecord | null> {
    return Promise.resolve(this.record);
  }
  start(): Promise<void> {
    return Promise.resolve();
  }
  keep(): Promise<void> {
    return Promise.resolve();
  }
  takeOver(): Promise<boolean> {
    return Promise.resolve(false);
  }
  finish(): Promise<void> {
    return Promise.resolve();
  }
  release(): Promise<void> {
    return Promise.resolve();
  }
  prune(): Promise<number> {
    return Promise.resolve(0);
  }
}

export class FixedBinding extends StripeBinding {
  current(): StripeAccount {
    return { account: 'acct_1', livemode: false };
  }
}

/** Takes `good` for a valid signature, and keeps the bytes that it was given. */
export class FakeVerifier extends WebhookVerifier {
  readonly seen: Uint8Array[] = [];
  refusal: WebhookRefusal | null = null;
  livemode = false;

  verify(rawBody: Uint8Array, signature: string | undefined): Result<StripeEvent, WebhookRefusal> {
    this.seen.push(rawBody);
    if (this.refusal !== null) return err(this.refusal);
    if (signature !== 'good') return err({ kind: 'signature', detail: 'No signature of the delivery is valid.' });
    return ok({
      id: 'evt_1',
      type: 'payment_intent.succeeded',
      apiVersion: null,
      livemode: this.livemode,
      account: null,
      created: NOW,
      objectType: 'payment_intent',
      objectId: 'pi_1',
      intent: 'pi_1',
      stripeRequest: null,
      payload: Buffer.from(rawBody).toString('utf8'),
    });
  }
}

export class MemoryInbox extends WebhookInbox {
  readonly stored: StripeEvent[] = [];
  failure: Error | null = null;

  store(event: StripeEvent): Promise<boolean> {
    if (this.failure !== null) return Promise.reject(this.failure);
    this.stored.push(event);
    return Promise.resolve(true);
  }
  storeFetched(): Promise<number> {
    return Promise.resolve(0);
  }
  waiting(): Promise<[]> {
    return Promise.resolve([]);
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
  enqueueForgotten(): Promise<void> {
    return Promise.resolve();
  }
  noteFailure(): Promise<void> {
    return Promise.resolve();
  }
  list(): Promise<WebhookView[]> {
    return Promise.resolve([]);
  }
  show(): Promise<null> {
    return Promise.resolve(null);
  }
}

export class ScriptedHealth extends HealthChecks {
  calls = 0;
  entries: HealthEntry[] = [
    { name: 'database', status: 'up', detail: null },
    { name: 'stripe', status: 'up', detail: null },
  ];

  check(): Promise<HealthReport> {
    this.calls += 1;
    return Promise.resolve({ entries: this.entries });
  }
}
