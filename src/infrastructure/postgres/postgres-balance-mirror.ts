import type { SeenMovement } from '../../application/ledger/balance-gateway';
import { BalanceMirror, type MirroredHistory, type PayoutChange } from '../../application/ledger/balance-mirror';
import type { StripeBinding } from '../../application/shared/stripe-binding';
import { OPEN_PAYOUT_STATUSES, type SeenPayout } from '../../domain/ledger/payout';
import { isCurrency } from '../../domain/shared/currency';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';

const KEEP = `
WITH kept AS (
  INSERT INTO balance_transactions (id, stripe_account, livemode, type, category, currency, amount, fee, net,
    exchange_rate, original_amount, original_currency, source, source_kind, stripe_charge, stripe_payment_intent,
    named_payment, created_at, available_at, cannot_post)
  SELECT id, $2, $3, type, category, currency, amount, fee, net, exchange_rate, original_amount, original_currency,
    source, source_kind, stripe_charge, stripe_payment_intent, named_payment, created_at, available_at, cannot_post
  FROM jsonb_to_recordset($1::jsonb) AS seen (id text, type text, category text, currency text, amount numeric,
    fee numeric, net numeric, exchange_rate numeric, original_amount numeric, original_currency text, source text,
    source_kind text, stripe_charge text, stripe_payment_intent text, named_payment text, created_at timestamptz,
    available_at timestamptz, cannot_post text)
  ORDER BY id
  ON CONFLICT (id) DO NOTHING
  RETURNING id
)
SELECT count(*)::int AS kept FROM kept`;

const UNKNOWN = `
SELECT each AS id FROM unnest($1::text[]) AS each
WHERE NOT EXISTS (SELECT FROM balance_transactions b WHERE b.id = each)`;

const HISTORY = `
SELECT (SELECT oldest FROM balance_history) AS oldest, coalesce((SELECT complete FROM balance_history), false) AS complete,
  (SELECT count(*)::int FROM balance_transactions WHERE NOT coalesce((SELECT complete FROM balance_history), false))
    AS movements`;

const REACHED = `
INSERT INTO balance_history (oldest, complete) VALUES ($2, $3)
ON CONFLICT (only_row) DO UPDATE SET oldest = excluded.oldest, complete = excluded.complete
WHERE balance_history.oldest IS NOT DISTINCT FROM $1 AND NOT balance_history.complete`;

/** Of two writers the second one finds the status there already: each change is told once. */
const KEEP_PAYOUT = `
WITH before AS (
  SELECT status FROM payouts WHERE id = $1
), kept AS (
  INSERT INTO payouts AS known (id, stripe_account, livemode, amount, currency, status, created_at, arrival_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
  ON CONFLICT (id) DO UPDATE SET status = excluded.status, arrival_at = excluded.arrival_at, seen_at = clock_timestamp()
  WHERE known.status <> excluded.status
  RETURNING id
)
SELECT (SELECT status FROM before) AS before FROM kept`;

const OPEN = 'SELECT id FROM payouts WHERE status = ANY($1) ORDER BY arrival_at LIMIT $2';

export class PostgresBalanceMirror extends BalanceMirror {
  constructor(
    private readonly unitOfWork: PostgresUnitOfWork,
    private readonly binding: StripeBinding,
  ) {
    super();
  }

  override async keep(movements: readonly SeenMovement[]): Promise<number> {
    if (movements.length === 0) return 0;
    const { account, livemode } = this.binding.current();
    const values = [JSON.stringify(movements.map(toRow)), account, livemode];
    const [row] = await this.unitOfWork.rows<{ kept: number }>(KEEP, values);
    return row?.kept ?? 0;
  }

  override async unknown(ids: readonly string[]): Promise<string[]> {
    const rows = await this.unitOfWork.rows<{ id: string }>(UNKNOWN, [ids]);
    return rows.map(({ id }) => id);
  }

  override async history(): Promise<MirroredHistory> {
    const [row] = await this.unitOfWork.rows<MirroredHistory>(HISTORY, []);
    return row ?? { oldest: null, complete: false, movements: 0 };
  }

  override async reached(from: string | null, oldest: string | null, complete: boolean): Promise<void> {
    await this.unitOfWork.rows(REACHED, [from, oldest, complete]);
  }

  override async keepPayouts(payouts: readonly SeenPayout[]): Promise<PayoutChange[]> {
    const { account, livemode } = this.binding.current();
    const changes: PayoutChange[] = [];
    for (const payout of payouts) {
      const { id, amount, currency, status, createdAt, arrivalAt } = payout;
      const values = [id, account, livemode, amount, currency, status, createdAt, arrivalAt];
      const [row] = await this.unitOfWork.rows<{ before: string | null }>(KEEP_PAYOUT, values);
      if (row !== undefined) changes.push({ payout, before: row.before });
    }
    return changes;
  }

  override async openPayouts(most: number): Promise<string[]> {
    const rows = await this.unitOfWork.rows<{ id: string }>(OPEN, [OPEN_PAYOUT_STATUSES, most]);
    return rows.map(({ id }) => id);
  }
}

function toRow(movement: SeenMovement): object {
  const { id, type, category, currency, amount, fee, net, exchangeRate, original, source } = movement;
  return {
    ...{ id, type, category, currency, amount, fee, net },
    exchange_rate: exchangeRate,
    original_amount: original?.amount ?? null,
    original_currency: original?.currency ?? null,
    source: source?.id ?? null,
    source_kind: source?.kind ?? null,
    stripe_charge: source?.charge ?? null,
    stripe_payment_intent: movement.paymentIntent,
    named_payment: movement.namedPayment,
    created_at: movement.at,
    available_at: movement.availableAt,
    cannot_post: obstacleOf(movement),
  };
}

/** Why the ledger cannot take it: it stays in the mirror, and is listed. */
function obstacleOf({ currency, amount, fee, net, original }: SeenMovement): string | null {
  const unknown = [currency, original?.currency ?? currency].find((code) => !isCurrency(code));
  if (unknown !== undefined) return `The ledger has no currency ${unknown}.`;
  const uneven = [amount, fee, net, original?.amount ?? 0].find((part) => !Number.isSafeInteger(part));
  return uneven === undefined ? null : `${String(uneven)} ${currency} cannot be posted exactly.`;
}
