import { randomFillSync } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Letters for many ids: a draw of random bytes costs far more than its size. */
const pool = Buffer.alloc(8_192);
let drawn = pool.length;

function randomText(length: number): string {
  if (drawn + length > pool.length) refill();
  drawn += length;
  return pool.toString('latin1', drawn - length, drawn);
}

function refill(): void {
  randomFillSync(pool);
  for (let at = 0; at < pool.length; at += 1) pool[at] = ALPHABET.charCodeAt((pool[at] ?? 0) % ALPHABET.length);
  drawn = 0;
}

/** How long the random part is where Stripe's is shorter than usual. */
const SHORT = { cus: 14, prod: 14, si: 14 } as const;

export type IdPrefix =
  | keyof typeof SHORT
  | 'cbtxn'
  | 'ch'
  | 'clock'
  | 'cn'
  | 'cnli'
  | 'di'
  | 'du'
  | 'evt'
  | 'fault'
  | 'file'
  | 'ii'
  | 'il'
  | 'in'
  | 'inpay'
  | 'mandate'
  | 'pi'
  | 'pm'
  | 'po'
  | 'price'
  | 'promo'
  | 'py'
  | 'pyr'
  | 're'
  | 'setatt'
  | 'seti'
  | 'sub'
  | 'task'
  | 'txn'
  | 'txr'
  | 'we'
  | 'whd';

/** Those of one payment share Stripe's `3`. */
const OF_A_PAYMENT: ReadonlySet<string> = new Set(['ch', 'pi', 'py', 'pyr', 're']);

export function newId(prefix: IdPrefix): string {
  if (prefix in SHORT) return `${prefix}_${randomText(SHORT[prefix as keyof typeof SHORT])}`;
  return `${prefix}_${OF_A_PAYMENT.has(prefix) ? '3' : '1'}${randomText(23)}`;
}

export function newRequestId(): string {
  return `req_${randomText(14)}`;
}

export function newAccountId(): string {
  return `acct_1${randomText(15)}`;
}

export function newClientSecret(paymentIntent: string): string {
  return `${paymentIntent}_secret_${randomText(25)}`;
}

export function newWebhookSecret(): string {
  return `whsec_${randomText(32)}`;
}

export function newInvoicePrefix(): string {
  return randomText(8).toUpperCase();
}

export function newFingerprint(): string {
  return randomText(16);
}
