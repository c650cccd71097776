/** The secrets of API keys: 256 random bits, so a plain hash keeps them as well as a slow one would. */
export abstract class KeySecrets {
  declare protected readonly port: 'KeySecrets';

  /** 43 characters of base64url. */
  abstract generate(): string;
  /** SHA-256. */
  abstract hash(secret: string): Uint8Array;
  /** Takes the same time whatever the secret is. */
  abstract matches(secret: string, hash: Uint8Array): boolean;
}
