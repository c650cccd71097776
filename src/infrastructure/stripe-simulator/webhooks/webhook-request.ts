import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

export interface WebhookRequest {
  url: string;
  payload: string;
  signature: string;
  timeoutMs: number;
}

export interface WebhookAnswer {
  status: number;
  /** Its first characters. */
  body: string;
}

const SHOWN_CHARACTERS = 256;

/** Keeps connections to the endpoints, or ten thousand events would use up the machine's ports. */
export class WebhookSender {
  private readonly agents = {
    'http:': new HttpAgent({ keepAlive: true }),
    'https:': new HttpsAgent({ keepAlive: true }),
  };

  async send(webhook: WebhookRequest): Promise<WebhookAnswer> {
    try {
      return await this.sendOnce(webhook, true);
    } catch (error) {
      if (!(error instanceof StaleConnection)) throw error;
      return await this.sendOnce(webhook, false);
    }
  }

  close(): void {
    for (const agent of Object.values(this.agents)) agent.destroy();
  }

  private sendOnce({ url, payload, signature, timeoutMs }: WebhookRequest, mayReuse: boolean): Promise<WebhookAnswer> {
    const body = Buffer.from(payload);
    const secure = url.startsWith('https:');
    const begin = secure ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      let answered = false;
      const request = begin(
        url,
        {
          method: 'POST',
          agent: mayReuse && this.agents[secure ? 'https:' : 'http:'],
          headers: {
            'Content-Type': 'application/json; charset=utf-8',
            'Content-Length': body.length,
            'Cache-Control': 'no-cache',
            'User-Agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
            Accept: '*/*; q=0.5, application/xml',
            'Stripe-Signature': signature,
          },
        },
        (response) => {
          answered = true;
          readStart(response).then(resolve, reject);
        },
      );
      // Of the whole request, not only of a silence in it.
      const timer = setTimeout(() => request.destroy(new Error(`no answer within ${String(timeoutMs)} ms`)), timeoutMs);
      request.on('close', () => {
        clearTimeout(timer);
        // As after an answer that asks for another protocol, of which no other event tells.
        if (!answered) reject(new Error('the connection was closed without an answer'));
      });
      request.on('error', (error) => reject(isStale(request, error) ? new StaleConnection() : error));
      request.end(body);
    });
  }
}

/** The endpoint closed a kept connection just as it was used again, so it has read nothing. */
class StaleConnection extends Error {}

function isStale(request: ClientRequest, error: NodeJS.ErrnoException): boolean {
  return request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

function readStart(response: IncomingMessage): Promise<WebhookAnswer> {
  return new Promise((resolve, reject) => {
    let body = '';
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      if (body.length < SHOWN_CHARACTERS) body = (body + chunk).slice(0, SHOWN_CHARACTERS);
    });
    response.on('error', reject);
    response.on('end', () => {
      resolve({ status: response.statusCode ?? 0, body });
    });
  });
}
