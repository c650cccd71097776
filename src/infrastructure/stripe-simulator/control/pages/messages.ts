import { randomBytes } from 'node:crypto';

export interface Message {
  kind: 'alert' | 'status';
  text: string;
}

const KEPT = 100;

/**
 * What a page has to say after a form was sent. The address of the next page holds only a key to it: a text in the
 * address would let any link put words into the page.
 */
export class Messages {
  private readonly messages = new Map<string, Message>();

  keep(message: Message): string {
    const key = randomBytes(9).toString('base64url');
    this.messages.set(key, message);
    const [oldest] = this.messages.keys();
    if (this.messages.size > KEPT && oldest !== undefined) this.messages.delete(oldest);
    return key;
  }

  find(key: string | null): Message | null {
    return key === null ? null : (this.messages.get(key) ?? null);
  }
}
