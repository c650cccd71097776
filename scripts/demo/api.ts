import { setTimeout as sleep } from 'node:timers/promises';

/** What the demo reads of a payment. */
export interface Payment {
  readonly id: string;
  readonly status: string;
  readonly amount: number;
  readonly currency: string;
  readonly capturableAmount: number;
  readonly capturedAmount: number;
  readonly refundedAmount: number;
  readonly reference: string;
  readonly nextAction: { readonly type: string; readonly redirectUrl: string | null } | null;
}

export interface Problem {
  readonly code: string;
  readonly declineCode?: string;
  readonly payment?: Payment;
}

export interface TimelineEntry {
  readonly at: string;
  readonly kind: string;
  readonly what: string;
  readonly cause: string;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

const SETTLE_LIMIT = 15_000;

/** The service as an application sees it. */
export class Api {
  constructor(
    private readonly base: string,
    private readonly key: string,
  ) {}

  async post(path: string, idempotencyKey: string, body: object): Promise<Answer> {
    const response = await fetch(`${this.base}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${this.key}`,
        'content-type': 'application/json',
        'idempotency-key': idempotencyKey,
      },
      body: JSON.stringify(body),
    });
    return { status: response.status, text: await response.text() };
  }

  async payment(id: string): Promise<Payment> {
    return this.get<Payment>(`/payments/${id}`);
  }

  async payments(reference?: string): Promise<Payment[]> {
    const query = reference === undefined ? '' : `&reference=${reference}`;
    return (await this.get<{ data: Payment[] }>(`/payments?limit=100${query}`)).data;
  }

  async timeline(id: string): Promise<TimelineEntry[]> {
    return (await this.get<{ data: TimelineEntry[] }>(`/payments/${id}/timeline`)).data;
  }

  /** Asks until the payment is in this status; what it is then, when that takes too long. */
  async until(id: string, status: string): Promise<Payment> {
    const last = Date.now() + SETTLE_LIMIT;
    for (;;) {
      const payment = await this.payment(id);
      if (payment.status === status || Date.now() > last) return payment;
      await sleep(50);
    }
  }

  private async get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.base}${path}`, { headers: { authorization: `Bearer ${this.key}` } });
    if (!response.ok) throw new Error(`GET ${path}: ${String(response.status)} ${await response.text()}`);
    return (await response.json()) as T;
  }
}

export function paymentIn(answer: Answer): Payment {
  return JSON.parse(answer.text) as Payment;
}

export function problemIn(answer: Answer): Problem {
  return JSON.parse(answer.text) as Problem;
}
