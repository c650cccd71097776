import { InvalidCursor } from '../../application/shared/page';

/** The place after which the next page begins, newest first. The time keeps PostgreSQL's microseconds, as text. */
export interface Cursor {
  readonly at: string;
  readonly id: string;
}

const SHAPE = /^([1-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)\|([a-z]+_[0-9A-Za-z]+)$/;

export function encodeCursor(cursor: Cursor): string {
  return Buffer.from(`${cursor.at}|${cursor.id}`).toString('base64url');
}

export function decodeCursor(text: string): Cursor {
  const [, at, id] = SHAPE.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  if (at === undefined || id === undefined || !isTime(at)) {
    throw new InvalidCursor('The cursor is none that this list handed out.');
  }
  return { at, id };
}

/** JavaScript takes the 30th of February, PostgreSQL does not. */
function isTime(text: string): boolean {
  const time = new Date(text);
  return !Number.isNaN(time.getTime()) && time.toISOString().slice(0, 19) === text.slice(0, 19);
}
