import { Client, type ClientConfig } from 'pg';

type Ask = (...given: unknown[]) => unknown;

/**
 * A connection on which no answer came in time is closed. The driver would give it back, with the question still open:
 * the next one would wait behind it, or join a transaction that nobody ends.
 */
export class ImpatientClient extends Client {
  constructor(config?: string | ClientConfig) {
    super(config);
    const ask = this.query.bind(this) as Ask;
    const query: Ask = (...given) => {
      const asked = ask(...given);
      return asked instanceof Promise ? asked.catch((error: unknown) => this.giveUp(error)) : asked;
    };
    Object.assign(this, { query });
  }

  private giveUp(error: unknown): never {
    if (error instanceof Error && error.message === 'Query read timeout') void this.end();
    throw error;
  }
}
