import { createHmac } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

export interface WebhookRequest {
  url: string;
  secret: string;
  payload: string;
  timeoutMs: number;
}

/** Answers the receiver's status. The signature is dated anew at each try, by the machine's own clock. */
export function sendWebhook({ url, secret, payload, timeoutMs }: WebhookRequest): Promise<number> {
  const body = Buffer.from(payload);
  const send = url.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = send(
      url,
      {
        method: 'POST',
        agent: false,
        timeout: timeoutMs,
        headers: {
          'Content-Type': 'application/json; charset=utf-8',
          'Content-Length': body.length,
          'User-Agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
          'Stripe-Signature': sign(payload, secret),
        },
      },
      (response) => {
        response.resume();
        response.on('error', reject);
        response.on('end', () => {
          resolve(response.statusCode ?? 0);
        });
      },
    );
    request.on('timeout', () => request.destroy(new Error(`no answer within ${String(timeoutMs)} ms`)));
    request.on('error', reject);
    request.end(body);
  });
}

function sign(payload: string, secret: string): string {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', secret).update(`${timestamp}.${payload}`).digest('hex');
  return `t=${timestamp},v1=${signature}`;
}
