import { typeid } from 'typeid-js';
import { Identifiers, type IdentifierPrefix } from '../../application/shared/identifiers';

/** UUIDv7 in Crockford's base 32: `pay_01j…`, sortable by time. */
export class TypeidIdentifiers extends Identifiers {
  next(prefix: IdentifierPrefix): string {
    return typeid(prefix).toString();
  }
}
