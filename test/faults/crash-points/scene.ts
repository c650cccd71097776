import Stripe from 'stripe';
import type { House } from '../../support/house';
import { query } from '../../support/query';
import { eventually, type Answer } from '../../support/running-service';

const PATIENCE = 40_000;

/** The world as the caller in a flow knows it. Service and caller may have been started anew between two calls. */
export class Scene {
  readonly dashboard: Stripe.Stripe;

  constructor(
    readonly house: House,
    /** Nobody else's. */
    readonly reference: string,
  ) {
    const { hostname: host, port } = new URL(house.stripeUrl);
    this.dashboard = new Stripe('sk_test_dashboard', { host, port, protocol: 'http', maxNetworkRetries: 0 });
  }

  /** Repeats a request under its key while the answer is that it is not known yet. */
  async ask(path: string, key: string, body?: object, bearer?: string): Promise<Answer> {
    return this.settled(() =>
      this.house.service.post(`/api/v1${path}`, `${key} of ${this.reference}`, body, bearer ?? this.house.apiKey),
    );
  }

  /** Its answer is kept: whoever repeats it gets that one. */
  async repeated(path: string, key: string, body?: object): Promise<void> {
    const first = await this.ask(path, key, body);
    expect((await this.ask(path, key, body)).text).toBe(first.text);
  }

  async remove(path: string): Promise<Answer> {
    const headers = { authorization: `Bearer ${this.house.apiKey}` };
    return this.settled(() => this.house.service.send('DELETE', `/api/v1${path}`, undefined, headers));
  }

  async shown(path: string): Promise<Record<string, unknown>> {
    const answer = await this.house.service.get(`/api/v1${path}`);
    if (answer.status !== 200) throw new Error(`${path} was answered ${String(answer.status)}: ${answer.text}`);
    return answer.body;
  }

  /** For what comes about by itself. */
  untilShown(path: string, what: object): Promise<void> {
    return eventually(async () => {
      expect(await this.shown(path)).toMatchObject(what);
    }, PATIENCE);
  }

  /** What was taken for an order of this scene. @returns its id. */
  async paid(terms: object = {}): Promise<string> {
    const payment = { amount: 10_000, currency: 'gbp', paymentMethod: 'pm_card_visa', confirm: true };
    const { body } = await this.ask('/payments', 'pay', { ...payment, reference: this.reference, ...terms });
    return String(body.id);
  }

  /** Stripe's id of it. */
  async atStripe(paymentId: string, what: 'charge' | 'payment_intent'): Promise<string> {
    const sql = `SELECT stripe_${what} AS id FROM payments WHERE id = $1`;
    const [row] = await query(this.house.database.url, sql, [paymentId]);
    return String(row?.id);
  }

  private async settled(send: () => Promise<Answer>): Promise<Answer> {
    const until = Date.now() + PATIENCE;
    for (;;) {
      const answer = await send();
      const { status, body } = answer;
      const isOpen =
        status === 202 || status === 503 || body.code === 'in_progress' || body.code === 'operation_in_progress';
      if (!isOpen && status < 500) return answer;
      if (Date.now() > until) throw new Error(`still ${String(status)}: ${answer.text}`);
      await new Promise((go) => setTimeout(go, 100));
    }
  }
}
