import type { DataSource } from 'typeorm';
import type { Cipher } from '../../application/shared/cipher';
import type { AttemptRequest } from '../../domain/payment/attempt';
import { sealAsked } from './attempt-row';
import { answerOwner, sealAnswer } from './idempotency-answer';
import { sealDetails } from './payment-row';

/** Each batch commits by itself, so that a start that is ended half-way goes on where it was. */
const BATCH = 500;

/** The id of the customer with this subject, who is made where there is none. */
type CustomerOf = (subject: string) => Promise<string>;

interface PaymentInClear {
  readonly id: string;
  readonly customer: string | null;
  readonly description: string | null;
  readonly metadata: Record<string, string>;
}

interface AttemptInClear {
  readonly id: string;
  readonly request: AttemptRequest;
}

interface AnswerInClear {
  readonly principal: string;
  readonly route: string;
  readonly key: string;
  readonly attemptId: string | null;
  readonly outcome: unknown;
}

/**
 * Seals what versions before this one wrote in clear. Indexes of the rows that are still in clear find them, so it costs
 * next to nothing when there are none. An old instance that runs on writes more of them, which the next start seals.
 */
export class SealOldRows {
  constructor(
    private readonly dataSource: DataSource,
    private readonly cipher: Cipher,
    private readonly customerOf: CustomerOf,
    private readonly onProgress: (what: string, sealed: number) => void,
  ) {}

  async execute(): Promise<void> {
    await this.each('payments', () => this.paymentsInClear(), this.sealPayments.bind(this));
    await this.each('attempts', () => this.attemptsInClear(), this.sealAttempts.bind(this));
    await this.each('answers', () => this.answersInClear(), this.sealAnswers.bind(this));
  }

  private async each<T>(what: string, next: () => Promise<T[]>, seal: (rows: T[]) => Promise<void>): Promise<void> {
    let sealed = 0;
    for (let rows = await next(); rows.length > 0; rows = await next()) {
      await seal(rows);
      this.onProgress(what, (sealed += rows.length));
    }
  }

  /** The condition is that of the index `payments_in_clear`, as those below are of theirs. */
  private paymentsInClear(): Promise<PaymentInClear[]> {
    return this.dataSource.query(
      `SELECT id, customer, description, metadata FROM payments
       WHERE customer IS NOT NULL OR description IS NOT NULL OR metadata <> '{}' ORDER BY id LIMIT $1`,
      [BATCH],
    );
  }

  private async sealPayments(rows: PaymentInClear[]): Promise<void> {
    const customers = new Map<string, string>();
    for (const { customer } of rows) {
      if (customer !== null && !customers.has(customer)) customers.set(customer, await this.customerOf(customer));
    }
    await this.dataSource.query(
      `UPDATE payments p SET customer = NULL, description = NULL, metadata = '{}',
         customer_id = coalesce(p.customer_id, n.customer_id), details = coalesce(p.details, n.details)
       FROM unnest($1::text[], $2::text[], $3::text[]) n (id, customer_id, details) WHERE p.id = n.id`,
      [
        rows.map(({ id }) => id),
        rows.map(({ customer }) => (customer === null ? null : customers.get(customer))),
        rows.map(({ id, ...details }) => sealDetails(this.cipher, id, details)),
      ],
    );
  }

  private attemptsInClear(): Promise<AttemptInClear[]> {
    return this.dataSource.query('SELECT id, request FROM attempts WHERE request IS NOT NULL ORDER BY id LIMIT $1', [
      BATCH,
    ]);
  }

  private async sealAttempts(rows: AttemptInClear[]): Promise<void> {
    await this.dataSource.query(
      `UPDATE attempts a SET request = NULL, asked = coalesce(a.asked, n.asked)
       FROM unnest($1::text[], $2::text[]) n (id, asked) WHERE a.id = n.id`,
      [rows.map(({ id }) => id), rows.map(({ id, request }) => sealAsked(this.cipher, id, request))],
    );
  }

  private answersInClear(): Promise<AnswerInClear[]> {
    return this.dataSource.query(
      `SELECT principal, route, key, attempt_id AS "attemptId", outcome FROM idempotency_records
       WHERE outcome IS NOT NULL ORDER BY principal, route, key LIMIT $1`,
      [BATCH],
    );
  }

  private async sealAnswers(rows: AnswerInClear[]): Promise<void> {
    await this.dataSource.query(
      `UPDATE idempotency_records r SET outcome = NULL, answer = coalesce(r.answer, n.answer)
       FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) n (principal, route, key, answer)
       WHERE r.principal = n.principal AND r.route = n.route AND r.key = n.key`,
      [
        rows.map(({ principal }) => principal),
        rows.map(({ route }) => route),
        rows.map(({ key }) => key),
        rows.map((row) => sealAnswer(this.cipher, answerOwner(row, row.attemptId), row.outcome)),
      ],
    );
  }
}
