import { createHmac } from 'node:crypto';
import { BlindIndex, type BlindIndexSubject } from '../../application/shared/blind-index';

const KEY_BYTES = 32;

/** HMAC-SHA256 over the subject, a NUL, which no subject contains, and the text. */
export class HmacBlindIndex extends BlindIndex {
  readonly #key: Uint8Array;

  /** @param key 32 bytes, the same for as long as there are indexes. @throws RangeError */
  constructor(key: Uint8Array) {
    super();
    if (key.length !== KEY_BYTES)
      throw new RangeError(`the key of the blind index must have ${String(KEY_BYTES)} bytes`);
    this.#key = key;
  }

  override of(text: string, subject: BlindIndexSubject): string {
    return createHmac('sha256', this.#key).update(`${subject}\0${text}`, 'utf8').digest('base64url');
  }
}
