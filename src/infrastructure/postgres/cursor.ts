import { InvalidCursor } from '../../application/payment/payment-queries';

/** The place after which the next page begins, newest first. The time keeps PostgreSQL's microseconds, as text. */
export interface Cursor {
  readonly at: string;
  readonly id: string;
}

export function encodeCursor(cursor: Cursor): string {
  return Buffer.from(`${cursor.at}|${cursor.id}`).toString('base64url');
}

export function decodeCursor(text: string): Cursor {
  const [, at, id] =
    /^([0-9T:.+-]{20,40}Z?)\|([a-z]+_[0-9a-z]+)$/.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  if (at === undefined || id === undefined || Number.isNaN(Date.parse(at))) {
    throw new InvalidCursor('The cursor is none that this list handed out.');
  }
  return { at, id };
}
