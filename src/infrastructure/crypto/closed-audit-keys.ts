import { Cipher, type SealBroken } from '../../application/shared/cipher';
import { AuditMac } from '../../domain/audit/audit-mac';

/** Stands where the key could not be opened: nothing is recorded, and so nothing that must be recorded is done. */
export class ClosedAuditMac extends AuditMac {
  constructor(private readonly reason: SealBroken) {
    super();
  }

  override of(): never {
    throw this.reason;
  }
}

export class ClosedAuditCipher extends Cipher {
  override readonly newestKey = 'none';

  constructor(private readonly reason: SealBroken) {
    super();
  }

  override seal(): never {
    throw this.reason;
  }

  override open(): never {
    throw this.reason;
  }
}
