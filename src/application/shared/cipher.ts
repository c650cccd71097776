/** Keeps secrets and personal data unreadable in the database. */
export abstract class Cipher {
  declare protected readonly port: 'Cipher';

  /** @param context what the text is and whose: `payments.client_secret:pay_…`. Elsewhere it cannot be opened. */
  abstract seal(plain: string, context: string): string;
  /** @throws SealBroken for an unknown key, another context, or an altered text. */
  abstract open(sealed: string, context: string): string;
}

/** Names the key and the context, never the content. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}
