import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function randomText(length: number): string {
  let text = '';
  for (const byte of randomBytes(length)) text += ALPHABET.charAt(byte % ALPHABET.length);
  return text;
}

export type IdPrefix = 'pi' | 'ch' | 'pm' | 'txn' | 'evt' | 'we' | 'whd' | 'task' | 'fault';

export function newId(prefix: IdPrefix): string {
  return `${prefix}_${prefix === 'pi' || prefix === 'ch' ? '3' : '1'}${randomText(23)}`;
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

export function newFingerprint(): string {
  return randomText(16);
}
