import { createPublicKey, type KeyObject } from 'node:crypto';
import type { PublishedAlgorithm, PublishedKey } from '../../application/access/published-keys';

const LEAST_RSA_BITS = 2_048;
const MOST_RSA_BITS = 8_192;
const MOST_KEYS = 100;
const LONGEST_ID = 255;

type Jwk = Readonly<Record<string, unknown>>;

/** What of a key belongs to its public half, by its type. Nothing else of it is read. */
const KINDS: Readonly<Record<string, { algorithm: PublishedAlgorithm; members: readonly string[]; curve?: string }>> = {
  RSA: { algorithm: 'RS256', members: ['kty', 'n', 'e'] },
  EC: { algorithm: 'ES256', members: ['kty', 'crv', 'x', 'y'], curve: 'P-256' },
  OKP: { algorithm: 'EdDSA', members: ['kty', 'crv', 'x'], curve: 'Ed25519' },
};

/**
 * The keys of a JSON Web Key Set with which a token may be signed. Others are left out: secret and private ones, of other
 * algorithms, for encryption, too short, without a `kid`. @throws Error when the text is no key set.
 */
export function parseKeySet(text: string): PublishedKey[] {
  const keys = keysIn(text);
  if (keys === null) throw new Error('what it answered is no key set');
  if (keys.length > MOST_KEYS) throw new Error(`its key set has more than ${String(MOST_KEYS)} keys`);
  return keys.flatMap((jwk) => {
    const key = isObject(jwk) ? publishedKey(jwk) : null;
    return key === null ? [] : [key];
  });
}

function keysIn(text: string): unknown[] | null {
  try {
    const document: unknown = JSON.parse(text);
    return isObject(document) && Array.isArray(document.keys) ? (document.keys as unknown[]) : null;
  } catch {
    return null;
  }
}

function publishedKey(jwk: Jwk): PublishedKey | null {
  const { kty, kid: id, crv } = jwk;
  const kind = typeof kty === 'string' && Object.hasOwn(KINDS, kty) ? KINDS[kty] : undefined;
  if (kind === undefined || (kind.curve ?? crv) !== crv || !isForSigning(jwk, kind.algorithm)) return null;
  if (typeof id !== 'string' || id === '' || id.length > LONGEST_ID) return null;
  const key = imported(Object.fromEntries(kind.members.map((name) => [name, jwk[name]])));
  return key === null ? null : { id, algorithm: kind.algorithm, key };
}

/** A private key that is published is everybody's: what it signs proves nothing. */
function isForSigning({ d, use, alg, key_ops: operations }: Jwk, algorithm: PublishedAlgorithm): boolean {
  if (d !== undefined || (use ?? 'sig') !== 'sig' || !algorithms(algorithm).includes(alg ?? algorithm)) return false;
  return operations === undefined || (Array.isArray(operations) && operations.includes('verify'));
}

/** RFC 9864 names what was EdDSA by its curve. */
function algorithms(algorithm: PublishedAlgorithm): readonly unknown[] {
  return algorithm === 'EdDSA' ? ['EdDSA', 'Ed25519'] : [algorithm];
}

function imported(jwk: Record<string, unknown>): KeyObject | null {
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    const bits = key.asymmetricKeyDetails?.modulusLength;
    return bits === undefined || (bits >= LEAST_RSA_BITS && bits <= MOST_RSA_BITS) ? key : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Jwk {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
