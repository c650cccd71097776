import { createHmac } from 'node:crypto';
import { WEBHOOK_SECRET } from './running-service';

/** An event of an intent that nobody has heard of, as Stripe writes it. */
export function eventText(change: object = {}): string {
  const object = { id: 'pi_unheard_of', object: 'payment_intent' };
  const made = { id: `evt_${String(Math.trunc(performance.now() * 1e6))}`, object: 'event', created: 1_700_000_000 };
  return JSON.stringify({
    ...made,
    type: 'payment_intent.succeeded',
    livemode: false,
    api_version: '2026-09-30.endive',
    data: { object },
    ...change,
  });
}

interface Signing {
  readonly secret?: string;
  readonly at?: number;
  readonly scheme?: string;
}

export function signatureOf(
  payload: string | Buffer,
  { secret = WEBHOOK_SECRET, at = Date.now() / 1_000, scheme = 'v1' }: Signing = {},
): string {
  const time = String(Math.trunc(at));
  const signature = createHmac('sha256', secret).update(`${time}.`).update(payload).digest('hex');
  return `t=${time},${scheme}=${signature}`;
}
