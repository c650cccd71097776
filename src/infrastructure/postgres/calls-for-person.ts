import type { PostgresUnitOfWork } from './postgres-unit-of-work';

/** What was listed for a person. */
export interface CallForPerson {
  /** `payment.attempt_needs_person` */
  readonly event: string;
  /** The payment or customer. */
  readonly about: string;
  /** The attempt, refund, setup or submission. */
  readonly subject: string | null;
  readonly reason: string | null;
}

/** Ids are given before their transactions commit, so the newest are looked through again. */
const OVERLAP = 2_000;

const NEW = `
SELECT id::int8::text AS id, type AS event, coalesce(payment_id, customer_id) AS about,
  coalesce(data->>'attempt', data->>'refund', data->>'setup', data->>'submission') AS subject, data->>'reason' AS reason
FROM domain_events
WHERE id > (SELECT coalesce(max(id), 0) FROM domain_events) - $1::int8
  AND type IN ('payment.attempt_needs_person', 'payment.contradicted', 'refund.handed_over', 'refund.contradicted',
    'customer.setup_needs_person', 'dispute.evidence_in_doubt')
ORDER BY id`;

/** Tells once, in this process, of each thing that was listed for a person while it runs. */
export class CallsForPerson {
  #told: ReadonlySet<string> | null = null;

  constructor(private readonly unitOfWork: PostgresUnitOfWork) {}

  async news(): Promise<CallForPerson[]> {
    const rows = await this.unitOfWork.rows<CallForPerson & { readonly id: string }>(NEW, [OVERLAP]);
    const told = this.#told;
    this.#told = new Set(rows.map(({ id }) => id));
    // What was listed before the start is in health and in `recovery list`.
    if (told === null) return [];
    return rows.filter(({ id }) => !told.has(id)).map(({ id: _id, ...call }) => call);
  }
}
