import { delivery, eventText } from './events';
import { HttpConnection } from './http-connection';
import { chargeOf, intentOf } from './stripe-objects';

export interface BurstOrder {
  port: number;
  secret: string;
  connections: number;
  /** Every event's id begins with it. */
  run: string;
  events: number;
}

export interface BurstReport {
  ms: number;
}

/** Delivers events, each once, over connections that are never idle. They are made and signed before. */
async function burst(order: BurstOrder): Promise<number> {
  const waiting = Array.from({ length: order.events }, (_, n) => deliveryOf(order, String(n)));
  let [at, answered] = [0, 0];
  let fail: (error: Error) => void = () => undefined;
  const opened = Array.from({ length: order.connections }, () =>
    HttpConnection.open(order.port, (error) => {
      fail(error);
    }),
  );
  const open = await Promise.all(opened);
  const start = performance.now();
  try {
    await new Promise<void>((resolve, reject) => {
      fail = reject;
      const next = (connection: HttpConnection): void => {
        const request = waiting[at];
        if (request === undefined) return;
        at += 1;
        connection.ask(request, (status, answer) => {
          if (status !== 200) reject(new Error(`not answered with 200: ${answer}`));
          answered += 1;
          if (answered === order.events) resolve();
          next(connection);
        });
      };
      open.forEach(next);
    });
    return performance.now() - start;
  } finally {
    for (const connection of open) connection.close();
  }
}

/** Of an intent that Cashdesk does not know. */
function deliveryOf({ run, secret }: BurstOrder, n: string): Buffer {
  const intent = `pi_${run}${n}`;
  const asked = new URLSearchParams({ amount: '2000', currency: 'gbp' });
  const object = { ...intentOf(intent, asked, chargeOf(intent, asked)) };
  return delivery(eventText({ id: `evt_${run}${n}`, type: 'payment_intent.succeeded', object }), secret);
}

process.on('message', (order: BurstOrder) => {
  burst(order).then(
    (ms) => process.send?.({ ms } satisfies BurstReport),
    (error: unknown) => process.send?.({ problem: String(error) }),
  );
});
