import { createHmac } from 'node:crypto';

/** What Stripe's events usually weigh, in bytes. */
const EVENT_SIZE = 3 * 1_024;

export interface EventOf {
  readonly id: string;
  readonly type: string;
  readonly object: Readonly<Record<string, unknown>>;
}

/** An event as Stripe writes it, of 3 KB at least. */
export function eventText({ id, type, object }: EventOf): string {
  const write = (padding: string): string =>
    JSON.stringify(
      {
        id,
        object: 'event',
        api_version: '2026-09-30.endive',
        created: Math.trunc(Date.now() / 1_000),
        data: { object: { ...object, description: padding } },
        livemode: false,
        pending_webhooks: 1,
        request: { id: null, idempotency_key: null },
        type,
      },
      null,
      2,
    );
  return write('x'.repeat(Math.max(0, EVENT_SIZE - write('').length)));
}

/** A delivery of it, signed now. */
export function delivery(text: string, secret: string): Buffer {
  const body = Buffer.from(text, 'utf8');
  const time = String(Math.trunc(Date.now() / 1_000));
  const signature = createHmac('sha256', secret).update(`${time}.`).update(body).digest('hex');
  const head =
    'POST /api/v1/webhooks/stripe HTTP/1.1\r\nHost: localhost\r\nUser-Agent: Stripe/1.0\r\nAccept: */*\r\n' +
    'Content-Type: application/json; charset=utf-8\r\n' +
    `Stripe-Signature: t=${time},v1=${signature}\r\nContent-Length: ${String(body.length)}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), body]);
}
