export interface Page<T> {
  readonly data: readonly T[];
  /** Give it back to get the next page; null on the last one. */
  readonly nextCursor: string | null;
}

/** It was not handed out by the list that it was given to. */
export class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';
}
