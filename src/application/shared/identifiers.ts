/** Prefixed ids that sort by time: `pay_01j…`. */
export type IdentifierPrefix =
  'pay' | 'att' | 'req' | 'key' | 'cus' | 'set' | 'ref' | 'evs' | 'evd' | 'ltx' | 'sag' | 'rcn';

export abstract class Identifiers {
  declare protected readonly port: 'Identifiers';

  abstract next(prefix: IdentifierPrefix): string;
}
