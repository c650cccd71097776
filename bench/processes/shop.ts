/** Customers who buy, and a shop that asks again under the same key until it knows. */
export interface ShopOrder {
  port: number;
  headers: Readonly<Record<string, string>>;
  perSecond: number;
  seconds: number;
  /** After that an order counts as never answered, in milliseconds. */
  patience: number;
}

export interface ShopReport {
  orders: number;
  /** Orders that ended as paid. */
  paid: number;
  unanswered: number;
  /** When the last order was known, in milliseconds of the epoch. */
  lastKnownAt: number;
  /** Requests, by the status that they were answered with; 0 for none. */
  answers: Record<string, number>;
}

const AGAIN_AFTER = 1_000;

class Shop {
  readonly report: ShopReport = { orders: 0, paid: 0, unanswered: 0, lastKnownAt: 0, answers: {} };

  constructor(private readonly order: ShopOrder) {}

  async open(): Promise<ShopReport> {
    const count = this.order.perSecond * this.order.seconds;
    const orders = Array.from({ length: count }, async (_, n) => {
      await after((n * 1_000) / this.order.perSecond);
      await this.sell(`outage-${String(process.pid)}-${String(n)}`);
    });
    await Promise.all(orders);
    return this.report;
  }

  private async sell(reference: string): Promise<void> {
    this.report.orders += 1;
    const giveUpAt = Date.now() + this.order.patience;
    while (Date.now() < giveUpAt) {
      const { status, again, payment } = await this.ask(reference);
      this.report.answers[status] = (this.report.answers[status] ?? 0) + 1;
      if (status === 201 || status === 402) {
        this.report.paid += payment === 'succeeded' ? 1 : 0;
        this.report.lastKnownAt = Math.max(this.report.lastKnownAt, Date.now());
        return;
      }
      // As clients are told to: not before the time that was named, and not all at once.
      await after(again * (1 + Math.random() / 2));
    }
    this.report.unanswered += 1;
  }

  private async ask(reference: string): Promise<{ status: number; again: number; payment: unknown }> {
    const { port, headers } = this.order;
    try {
      const answer = await fetch(`http://127.0.0.1:${String(port)}/api/v1/payments`, {
        method: 'POST',
        headers: { ...headers, 'Idempotency-Key': reference },
        body: JSON.stringify({
          amount: 2_000,
          currency: 'gbp',
          reference,
          paymentMethod: 'pm_card_visa',
          confirm: true,
        }),
      });
      const body = (await answer.json()) as { readonly status?: unknown };
      const named = Number(answer.headers.get('retry-after')) * 1_000;
      return { status: answer.status, again: Math.max(AGAIN_AFTER, named), payment: body.status };
    } catch {
      return { status: 0, again: AGAIN_AFTER, payment: null };
    }
  }
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

process.on('message', (order: ShopOrder) => {
  new Shop(order).open().then(
    (report) => process.send?.(report),
    (error: unknown) => process.send?.({ problem: String(error) }),
  );
});
