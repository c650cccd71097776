import { Identifiers, type IdentifierPrefix } from '../../../src/application/shared/identifiers';

/** `pay_1`, `att_2`, …: readable, and in order. */
export class NumberedIdentifiers extends Identifiers {
  #last = 0;

  override next(prefix: IdentifierPrefix): string {
    this.#last += 1;
    return `${prefix}_${String(this.#last).padStart(6, '0')}`;
  }
}
