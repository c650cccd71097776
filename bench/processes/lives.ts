import { delivery, eventText } from './events';
import { HttpConnection } from './http-connection';
import { chargeOf, intentOf } from './stripe-objects';

/** Payments that wait for their payers: their intents at Stripe are known to Cashdesk. */
export interface LivesOrder {
  port: number;
  secret: string;
  stripeUrl: string;
  connections: number;
  intents: readonly string[];
  eventsPerSecond: number;
}

export interface LivesReport {
  /** From the first event to the last answer, in milliseconds. */
  ms: number;
  events: number;
  /** From when each event was due until it was answered, in milliseconds. */
  answers: number[];
}

export const EVENTS_PER_LIFE = 4;
/** The payer needs a moment to pay, and Stripe one to settle, in milliseconds. */
const UNTIL_PAID = 200;
const UNTIL_SETTLED = 500;

/** Deliveries over connections that stay open, in the order in which they are due. */
class Deliveries {
  readonly answers: number[] = [];
  private readonly idle: HttpConnection[] = [];
  private readonly waiting: { readonly request: Buffer; readonly due: number }[] = [];
  problem: Error | null = null;

  static async open({ port, connections }: LivesOrder): Promise<Deliveries> {
    const deliveries = new Deliveries();
    const opened = Array.from({ length: connections }, () =>
      HttpConnection.open(port, (error) => {
        deliveries.problem = error;
      }),
    );
    deliveries.idle.push(...(await Promise.all(opened)));
    return deliveries;
  }

  send(request: Buffer): void {
    this.waiting.push({ request, due: performance.now() });
    this.next();
  }

  close(): void {
    for (const connection of this.idle) connection.close();
  }

  private next(): void {
    const connection = this.waiting.length === 0 ? undefined : this.idle.pop();
    const sent = connection === undefined ? undefined : this.waiting.shift();
    if (connection === undefined || sent === undefined) return;
    connection.ask(sent.request, (status, answer) => {
      if (status !== 200) this.problem = new Error(`not answered with 200: ${answer}`);
      this.answers.push(performance.now() - sent.due);
      this.idle.push(connection);
      this.next();
    });
  }
}

/** A life has the events of a card payment: created, then paid, which two tell of, and at last settled. */
async function live(order: LivesOrder, deliveries: Deliveries, intent: string): Promise<void> {
  const asked = new URLSearchParams({ amount: '2000', currency: 'gbp' });
  const charge = chargeOf(intent, asked);
  const tell = (type: string, object: object): void => {
    const id = `evt_${intent.slice('pi_'.length)}${type.replaceAll(/\W/g, '')}`;
    deliveries.send(delivery(eventText({ id, type, object: { ...object } }), order.secret));
  };
  tell('payment_intent.created', intentOf(intent, asked, null));
  await after(UNTIL_PAID);
  await pay(order.stripeUrl, intent);
  tell('charge.succeeded', charge);
  tell('payment_intent.succeeded', intentOf(intent, asked, charge));
  await after(UNTIL_SETTLED);
  tell('charge.updated', charge);
}

/** As the payer does it in the browser. */
async function pay(stripeUrl: string, intent: string): Promise<void> {
  const answer = await fetch(`${stripeUrl}/v1/payment_intents/${intent}/confirm`, {
    method: 'POST',
    headers: { Authorization: 'Bearer sk_test_benchmarks' },
    body: new URLSearchParams({ payment_method: 'pm_card_visa', return_url: 'https://example.com/back' }),
  });
  if (!answer.ok) throw new Error(`${intent} could not be paid: ${await answer.text()}`);
}

async function carryOut(order: LivesOrder): Promise<LivesReport> {
  const deliveries = await Deliveries.open(order);
  const events = order.intents.length * EVENTS_PER_LIFE;
  const pause = (EVENTS_PER_LIFE * 1_000) / order.eventsPerSecond;
  const start = performance.now();
  const lives = order.intents.map(async (intent, n) => {
    await after(n * pause);
    await live(order, deliveries, intent);
  });
  await Promise.all(lives);
  while (deliveries.answers.length < events && deliveries.problem === null) await after(5);
  if (deliveries.problem !== null) throw deliveries.problem;
  deliveries.close();
  return { ms: performance.now() - start, events, answers: deliveries.answers };
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

process.on('message', (order: LivesOrder) => {
  carryOut(order).then(
    (report) => process.send?.(report),
    (error: unknown) => process.send?.({ problem: String(error) }),
  );
});
