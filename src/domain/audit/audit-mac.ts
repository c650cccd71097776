/** A keyed hash: whoever has the database and not the key can neither make one nor check one. */
export abstract class AuditMac {
  declare protected readonly port: 'AuditMac';

  /** 64 hexadecimal digits. */
  abstract of(text: string): string;
}
