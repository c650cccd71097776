import type { KeyObject } from 'node:crypto';

export const PUBLISHED_ALGORITHMS = ['RS256', 'ES256', 'EdDSA'] as const;
export type PublishedAlgorithm = (typeof PUBLISHED_ALGORITHMS)[number];

/** A public key, and the one algorithm that it is for. */
export interface PublishedKey {
  /** The `kid`. */
  readonly id: string;
  readonly algorithm: PublishedAlgorithm;
  readonly key: KeyObject;
}

/** The public keys of who signs people in, where they publish them. */
export abstract class PublishedKeys {
  declare protected readonly port: 'PublishedKeys';

  /** All that are published now; it may be none. @throws when there is no answer, or one that is no key set. */
  abstract fetch(): Promise<readonly PublishedKey[]>;
}

export function isPublishedAlgorithm(value: unknown): value is PublishedAlgorithm {
  return (PUBLISHED_ALGORITHMS as readonly unknown[]).includes(value);
}
