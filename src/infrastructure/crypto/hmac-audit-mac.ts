import { createHmac } from 'node:crypto';
import { AuditMac } from '../../domain/audit/audit-mac';

const KEY_BYTES = 32;

/** HMAC-SHA256. */
export class HmacAuditMac extends AuditMac {
  readonly #key: Uint8Array;

  /** @param key 32 bytes, the same for as long as there is a trail. @throws RangeError */
  constructor(key: Uint8Array) {
    super();
    if (key.length !== KEY_BYTES)
      throw new RangeError(`the key of the audit trail must have ${String(KEY_BYTES)} bytes`);
    this.#key = key;
  }

  override of(text: string): string {
    return createHmac('sha256', this.#key).update(text, 'utf8').digest('hex');
  }
}
