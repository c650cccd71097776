/** How many texts of a column one key of the ring has sealed. */
export interface KeyUse {
  /** `payments.details` */
  readonly column: string;
  readonly key: string;
  readonly texts: number;
}

export interface ResealProgress {
  readonly column: string;
  /** Sealed anew so far, in this column. */
  readonly sealed: number;
}

/** Every text that is sealed in the database, whatever it is about. */
export abstract class SealedTexts {
  declare protected readonly port: 'SealedTexts';

  /** The id of the key that seals now. */
  abstract readonly newestKey: string;

  /** By column, and within it by key. */
  abstract count(): Promise<KeyUse[]>;
  /**
   * Seals all that older keys sealed under the newest one, in batches that commit by themselves: it may be ended at
   * any time, and goes on where it was. A text that is changed meanwhile stays as it was changed.
   * @param onUnopened is told of each text that the ring does not open, by column, row and key; it stays as it is.
   * @returns how many were sealed anew.
   */
  abstract reseal(onProgress: (progress: ResealProgress) => void, onUnopened: (what: string) => void): Promise<number>;
}
