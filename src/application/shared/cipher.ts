/** Keeps secrets and personal data unreadable in the database. A sealed text begins with `v1.<id of its key>.`. */
export abstract class Cipher {
  declare protected readonly port: 'Cipher';

  /** The id of the key that seals; older ones only open. */
  abstract readonly newestKey: string;

  /** @param context what the text is and whose: `payments.client_secret:pay_…`. Elsewhere it cannot be opened. */
  abstract seal(plain: string, context: string): string;
  /** @throws SealBroken for an unknown key, another context, or an altered text. */
  abstract open(sealed: string, context: string): string;
}

/** Names the key and the context, never the content. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}
