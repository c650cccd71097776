import { BlindIndex, type BlindIndexSubject } from '../../../src/application/shared/blind-index';

/** Shows what it hides, for tests to read. */
export class PlainIndex extends BlindIndex {
  override of(text: string, subject: BlindIndexSubject): string {
    return `${subject}: ${text}`;
  }
}
