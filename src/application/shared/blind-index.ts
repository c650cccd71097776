/** What is looked up by a blind index; the same text has another index under another subject. */
export type BlindIndexSubject = 'customers.subject' | 'customers.email' | 'principal' | 'request';

/** Finds sealed texts again without showing them: a keyed hash, of no use without the key. */
export abstract class BlindIndex {
  declare protected readonly port: 'BlindIndex';

  /** @param text as it is compared: whoever wants `A@x` to be `a@x` normalises it first. */
  abstract of(text: string, subject: BlindIndexSubject): string;
}
