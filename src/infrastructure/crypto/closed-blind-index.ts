import { BlindIndex } from '../../application/shared/blind-index';
import type { SealBroken } from '../../application/shared/cipher';

/** Stands where the key could not be opened: what needs no index goes on, what does fails with the reason. */
export class ClosedBlindIndex extends BlindIndex {
  constructor(private readonly reason: SealBroken) {
    super();
  }

  override of(): never {
    throw this.reason;
  }
}
