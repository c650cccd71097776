import { randomFillSync } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** The letter that each random byte stands for. */
const LETTERS = Uint8Array.from({ length: 256 }, (_, byte) => ALPHABET.charCodeAt(byte % ALPHABET.length));

/** Letters for many ids: a draw of random bytes costs far more than its size. */
const pool = Buffer.alloc(65_536);
let used = pool.length;

/** The prefix is written before its letters, so that the whole is one string rather than two tied together. */
function random(prefix: string, length: number): string {
  const size = prefix.length + length;
  if (used + size > pool.length) refill();
  pool.write(prefix, used, 'latin1');
  used += size;
  return pool.toString('latin1', used - size, used);
}

function refill(): void {
  randomFillSync(pool);
  for (let at = 0; at < pool.length; at += 1) pool[at] = LETTERS[pool[at] ?? 0] ?? 0;
  used = 0;
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
  | 'txi'
  | 'txr'
  | 'we'
  | 'whd';

/** Those of one payment share Stripe's `3`. */
const OF_A_PAYMENT: ReadonlySet<string> = new Set(['ch', 'pi', 'py', 'pyr', 're']);

export function newId(prefix: IdPrefix): string {
  if (prefix in SHORT) return random(`${prefix}_`, SHORT[prefix as keyof typeof SHORT]);
  return random(OF_A_PAYMENT.has(prefix) ? `${prefix}_3` : `${prefix}_1`, 23);
}

export function newRequestId(): string {
  return random('req_', 14);
}

export function newAccountId(): string {
  return random('acct_1', 15);
}

export function newClientSecret(paymentIntent: string): string {
  return random(`${paymentIntent}_secret_`, 25);
}

export function newWebhookSecret(): string {
  return random('whsec_', 32);
}

/** As banks write it: letters and digits that are easy to read out. */
export function newMandateReference(): string {
  return random('', 16).toUpperCase();
}

export function newInvoicePrefix(): string {
  return random('', 8).toUpperCase();
}

/** As Stripe makes one for a coupon or a code that was given none. */
export function newShortId(): string {
  return random('', 8);
}

export function newFingerprint(): string {
  return random('', 16);
}
