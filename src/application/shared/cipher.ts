/** Authenticated encryption of single values at rest. */
export abstract class Cipher {
  declare protected readonly port: 'Cipher';

  /** @param context where the value stands, `table.column:row`: opened elsewhere, it does not open. */
  abstract seal(plain: string, context: string): string;
  /** @throws when the key is unknown or the text was altered or moved; never with the content in its words. */
  abstract open(sealed: string, context: string): string;
}
