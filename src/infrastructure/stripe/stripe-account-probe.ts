import Stripe from 'stripe';

export type AccountAnswer =
  | { readonly kind: 'account'; readonly account: string }
  /** Stripe does not take the key. */
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'unreachable'; readonly message: string };

const FRESH_FOR = 15_000;
const TIME_LIMIT = 3_000;

/** Whose key it is, and whether Stripe answers. */
export class StripeAccountProbe {
  #last: { readonly at: number; readonly answer: Promise<AccountAnswer> } | null = null;

  constructor(private readonly stripe: Stripe) {}

  async ask(): Promise<AccountAnswer> {
    try {
      const { id } = await this.stripe.accounts.retrieveCurrent({}, { timeout: TIME_LIMIT });
      return { kind: 'account', account: id };
    } catch (error) {
      const status = error instanceof Stripe.errors.StripeError ? error.statusCode : undefined;
      const message = error instanceof Error ? error.message : 'unknown error';
      return { kind: status === 401 || status === 403 ? 'refused' : 'unreachable', message };
    }
  }

  /** The same, asked at most every 15 seconds: for probes, which come often. */
  recent(now: number = Date.now()): Promise<AccountAnswer> {
    if (this.#last === null || now - this.#last.at > FRESH_FOR) this.#last = { at: now, answer: this.ask() };
    return this.#last.answer;
  }
}
