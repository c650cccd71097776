import { createCipheriv, createDecipheriv, createSecretKey, randomFillSync, type KeyObject } from 'node:crypto';
import { Cipher, SealBroken } from '../../application/shared/cipher';

export interface CipherKey {
  /** Stands in every text that the key sealed: letters, digits, `_` and `-`. */
  readonly id: string;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

const ALGORITHM = 'aes-256-gcm';
const VERSION = 'v1';
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_ID = /^[A-Za-z0-9_-]{1,32}$/;

/** AES-256-GCM under a ring of keys: `v1.<keyId>.<iv>.<tag>.<data>`. The context is authenticated, not stored. */
export class AesGcmCipher extends Cipher {
  private readonly ring: ReadonlyMap<string, KeyObject>;
  override readonly newestKey: string;
  private readonly ivs = new RandomIvs();

  /** @param keys newest first: that one seals, all of them open. @throws RangeError for a ring that cannot work. */
  constructor(keys: readonly CipherKey[]) {
    super();
    const [newest] = keys;
    if (newest === undefined) throw new RangeError('the key ring is empty');
    for (const { id, key } of keys) {
      if (!KEY_ID.test(id)) throw new RangeError('a key id has 1 to 32 letters, digits, _ or -');
      if (key.length !== KEY_BYTES) throw new RangeError(`key ${id} must have ${String(KEY_BYTES)} bytes`);
    }
    this.newestKey = newest.id;
    this.ring = new Map(keys.map(({ id, key }) => [id, createSecretKey(key)]));
    if (this.ring.size !== keys.length) throw new RangeError('two keys of the ring have the same id');
  }

  seal(plain: string, context: string): string {
    const key = this.ring.get(this.newestKey);
    if (key === undefined) throw new Error('the newest key is not in the ring');
    const iv = this.ivs.next();
    const cipher = createCipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(context, 'utf8'));
    // GCM keeps nothing back: the last call adds no data, only the tag.
    const data = cipher.update(plain, 'utf8');
    cipher.final();
    return [VERSION, this.newestKey, encode(iv), encode(cipher.getAuthTag()), encode(data)].join('.');
  }

  open(sealed: string, context: string): string {
    const [version, keyId = '', ivText, tagText, dataText, ...rest] = sealed.split('.');
    if (version !== VERSION || !KEY_ID.test(keyId) || rest.length > 0) throw broken('none', context, 'no sealed text');
    const key = this.ring.get(keyId);
    if (key === undefined) throw broken(keyId, context, 'the key is not in the ring');
    const [iv, tag, data] = [decode(ivText), decode(tagText), decode(dataText)];
    if (iv?.length !== IV_BYTES || tag?.length !== TAG_BYTES || data === null) {
      throw broken(keyId, context, 'the text was altered');
    }
    try {
      const decipher = createDecipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(context, 'utf8'));
      decipher.setAuthTag(tag);
      return Buffer.concat([decipher.update(data), decipher.final()]).toString('utf8');
    } catch {
      throw broken(keyId, context, 'the text was altered, or sealed for another context or by another key of this id');
    }
  }
}

/** From the system's generator, fetched for many at once: each is handed out one time. */
class RandomIvs {
  readonly #bytes = Buffer.alloc(IV_BYTES * 256);
  #at = this.#bytes.length;

  next(): Buffer {
    if (this.#at === this.#bytes.length) {
      randomFillSync(this.#bytes);
      this.#at = 0;
    }
    const iv = Buffer.from(this.#bytes.subarray(this.#at, this.#at + IV_BYTES));
    this.#at += IV_BYTES;
    return iv;
  }
}

function encode(bytes: Buffer): string {
  return bytes.toString('base64url');
}

/** Node decodes leniently: only the one text that encodes these bytes is taken. */
function decode(text: string | undefined): Buffer | null {
  if (text === undefined) return null;
  const bytes = Buffer.from(text, 'base64url');
  return encode(bytes) === text ? bytes : null;
}

function broken(keyId: string, context: string, why: string): SealBroken {
  return new SealBroken(`cannot open ${context} (key ${keyId}): ${why}`);
}
